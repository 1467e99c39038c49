import type { FenceName, Instruction, Order, SmallProgram } from './small-language.ts';

/** Draws whole numbers below a bound, the same ones for the same seed. */
export function drawing(seed: number): (bound: number) => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (bound) => {
    // xorshift32
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

const FENCES: readonly FenceName[] = ['mb', 'rmb', 'wmb', 'mb__before_atomic', 'mb__after_atomic'];
const ORDERS: readonly Order[] = ['full', 'relaxed', 'acquire', 'release'];

/**
 * A program of two or three threads with up to three accesses each, and fences, dependencies, locks or RCU around them.
 * One in eight has locks, one in four RCU.
 */
export function randomProgram(seed: number): SmallProgram {
  const draw = drawing(seed);
  for (let i = 0; i < 5; i++) draw(2);
  const kind = draw(8);
  const isLocked = kind === 0;
  const isRcu = kind === 1 || kind === 2;
  const words = ['x', 'y', 'z'].slice(0, 2 + Number(draw(3) === 0));
  const count = 2 + draw(2);
  const threads = Array.from({ length: count }, () => randomThread(draw, words, isLocked, isRcu));
  return { words: isLocked ? [...words, 'lock', 'other'] : words, threads };
}

/**
 * The same with plain accesses of x, in half of the cases within locks or behind a flag that is read first, as most
 * programs with plain accesses race.
 */
export function randomPlainProgram(seed: number): SmallProgram {
  const draw = drawing(seed + 7);
  for (let i = 0; i < 5; i++) draw(2);
  const { words, threads } = draw(2) === 0 ? randomProgram(seed) : guardedProgram(draw);
  const isPlain = (one: Instruction) =>
    (one.op === 'load' || one.op === 'store') && one.word === 'x' && one.order === 'once';
  return {
    words,
    threads: threads.map((thread) =>
      thread.map((one) => (isPlain(one) ? ({ ...one, order: 'plain' } as Instruction) : one)),
    ),
  };
}

/** Data that is written and then published, and data that is used where the flag is up. */
function guardedProgram(draw: Draw): SmallProgram {
  const fence = (): Instruction[] => (draw(2) === 0 ? [] : [{ op: 'fence', name: FENCES[draw(3)]! }]);
  const flag = (): Instruction => ({
    op: 'load',
    word: 'y',
    order: draw(2) === 0 ? 'acquire' : 'once',
    to: 'r0',
  });
  const writer: Instruction[] = [
    { op: 'store', word: 'x', order: 'once', value: 1 },
    ...fence(),
    draw(3) === 0
      ? { op: 'xchg', word: 'y', order: ORDERS[draw(4)]!, value: 1, to: 'r1' }
      : { op: 'store', word: 'y', order: draw(2) === 0 ? 'release' : 'once', value: 1 },
  ];
  const user: Instruction[] = [
    flag(),
    ...fence(),
    { op: 'store', word: 'x', order: 'once', value: 2, control: 'r0' },
    ...(draw(2) === 0 ? ([{ op: 'load', word: 'x', order: 'once', to: 'r2' }] as const) : []),
  ];
  return { words: ['x', 'y'], threads: draw(2) === 0 ? [writer, user] : [user, writer] };
}

type Draw = (bound: number) => number;

function randomThread(
  draw: Draw,
  words: readonly string[],
  isLocked: boolean,
  isRcu: boolean,
): Instruction[] {
  const accesses = 1 + draw(3);
  const parts: Instruction[][] = [];
  const registers: string[] = [];
  for (let at = 0; at < accesses; at++) {
    const part: Instruction[] = [];
    if (at > 0) part.push(...between(draw, isRcu));
    part.push(access(draw, words, registers, at));
    parts.push(part);
  }
  if (isLocked && draw(4) > 0) return locked(draw, parts);
  if (isRcu && draw(2) === 0) return inSection(draw, parts);
  return parts.flat();
}

/** Half the time nothing, else a fence. */
function between(draw: Draw, isRcu: boolean): Instruction[] {
  if (draw(2) === 0) return [];
  if (isRcu && draw(2) === 0) return [{ op: 'sync' }];
  return [{ op: 'fence', name: FENCES[draw(FENCES.length)]! }];
}

function access(draw: Draw, words: readonly string[], registers: string[], at: number): Instruction {
  const word = words[draw(words.length)]!;
  const earlier = registers.length > 0 && draw(2) === 0 ? registers[draw(registers.length)] : undefined;
  const to = `r${at}`;
  const value = 1 + draw(2);
  switch (draw(9)) {
    case 0:
    case 1:
    case 2:
      registers.push(to);
      return { op: 'load', word, order: draw(4) === 0 ? 'acquire' : 'once', to, address: earlier };
    case 3:
      registers.push(to);
      return { op: 'xchg', word, order: ORDERS[draw(4)]!, value, to };
    case 4:
      if (draw(2) === 0) return { op: 'inc', word };
      registers.push(to);
      return { op: 'cmpxchg', word, order: ORDERS[draw(4)]!, expected: draw(2), value, to };
    default: {
      const how = (['data', 'address', 'control'] as const)[draw(3)]!;
      return {
        op: 'store',
        word,
        order: draw(4) === 0 ? 'release' : 'once',
        value,
        ...(earlier && { [how]: earlier }),
      };
    }
  }
}

/** One section or two, after each other, of one lock or of two. */
function locked(draw: Draw, parts: readonly Instruction[][]): Instruction[] {
  const cut = draw(2) === 0 ? parts.length : draw(parts.length + 1);
  const fence = (): Instruction[] => {
    const which = draw(4);
    if (which > 1) return [];
    return [{ op: 'fence', name: which === 0 ? 'mb__after_spinlock' : 'mb__after_unlock_lock' }];
  };
  const section = (within: readonly Instruction[][], word: string): Instruction[] =>
    within.length === 0 ? [] : [{ op: 'lock', word }, ...fence(), ...within.flat(), { op: 'unlock', word }];
  const second = draw(2) === 0 ? 'lock' : 'other';
  const before = section(parts.slice(0, cut), 'lock');
  const rest = parts.slice(cut);
  return [...before, ...(draw(2) === 0 ? rest.flat() : section(rest, second))];
}

/** A reader's section around some of the accesses. */
function inSection(draw: Draw, parts: readonly Instruction[][]): Instruction[] {
  const from = draw(parts.length);
  const to = from + 1 + draw(parts.length - from);
  const isWaiting = (one: Instruction) => one.op === 'sync';
  return [
    ...parts.slice(0, from).flat(),
    { op: 'enter' },
    // Waiting within a section is a deadlock, which is worth a program now and then and no more.
    ...parts
      .slice(from, to)
      .flat()
      .filter((one) => !isWaiting(one) || draw(8) === 0),
    { op: 'leave' },
    ...parts.slice(to).flat(),
  ];
}
