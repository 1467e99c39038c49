import { drawing } from './random-programs.ts';
import type { FenceName, Instruction, Order, SmallProgram } from './small-language.ts';

/** A program of one word, c, and of a payload, x: what a counter and its object are. */
export interface Drawn {
  readonly program: SmallProgram;
}

const ORDERS: readonly Order[] = ['full', 'relaxed', 'acquire', 'release'];

/**
 * One thread writes x, plainly, and then c; another reads c, and writes x where it was not 0: plainly, or as marked code does.
 * A third one may come between. Every order and fence is drawn.
 */
export function orderedProgram(seed: number): Drawn {
  const draw = drawing(seed + 101);
  for (let i = 0; i < 5; i++) draw(2);
  const isPlain = draw(2) === 0;
  const user: Instruction[] = [
    ...(draw(4) === 0 ? accessOf(draw, 0, READS) : []),
    { op: 'store', word: 'x', order: 'plain', value: 1 },
    ...accessOf(draw, 4, WRITES),
    ...(draw(2) === 0 ? accessOf(draw, 5, [...READS, ...WRITES]) : []),
    ...(draw(8) === 0 ? [{ op: 'store', word: 'x', order: 'plain', value: 1 } as const] : []),
  ];
  // smp_rmb orders no write, so behind it a plain one is not ordered: the model's acquire is more than that.
  const fences: readonly FenceName[] = isPlain ? ['mb'] : ['mb', 'rmb'];
  const freer: Instruction[] = [
    ...(draw(6) === 0 ? accessOf(draw, 1, READS, fences) : []),
    ...accessOf(draw, 2, GUARDS, fences),
    { op: 'store', word: 'x', order: isPlain ? 'plain' : 'once', value: 2, control: 'r2' },
  ];
  const between = draw(2) === 0 ? [accessOf(draw, 0, draw(4) === 0 ? WRITES : CHANGES)] : [];
  return { program: { words: ['c', 'x'], threads: [user, freer, ...between] } };
}

type Kind = 'load' | 'store' | 'inc' | 'xchg' | 'cmpxchg';
const READS: readonly Kind[] = ['load', 'cmpxchg'];
const GUARDS: readonly Kind[] = ['load', 'xchg', 'cmpxchg'];
const WRITES: readonly Kind[] = ['store', 'inc', 'xchg'];
/** Of what another thread has written: these leave 0 as it is, all but the last. */
const CHANGES: readonly Kind[] = ['cmpxchg', 'cmpxchg', 'cmpxchg', 'inc'];

/** One access of c, by one of the kinds, with a fence before it or behind it now and then. */
function accessOf(
  draw: (bound: number) => number,
  at: number,
  kinds: readonly Kind[],
  fences: readonly FenceName[] = ['mb', 'rmb'],
): Instruction[] {
  const to = `r${at}`;
  const fence = (): Instruction[] =>
    draw(4) === 0 ? [{ op: 'fence', name: fences[draw(fences.length)]! }] : [];
  const made = (): Instruction => {
    const order = ORDERS[draw(4)]!;
    switch (kinds[draw(kinds.length)]!) {
      case 'load':
        return { op: 'load', word: 'c', order: draw(2) === 0 ? 'acquire' : 'once', to };
      case 'store':
        return { op: 'store', word: 'c', order: draw(2) === 0 ? 'release' : 'once', value: 1 };
      case 'inc':
        return { op: 'inc', word: 'c' };
      case 'cmpxchg':
        return { op: 'cmpxchg', word: 'c', order, expected: 1, value: 1 + draw(2), to };
      case 'xchg':
        return { op: 'xchg', word: 'c', order, value: 1, to };
    }
  };
  return [...fence(), made(), ...fence()];
}
