import type { SchemeWord } from '../../targets/subject/subject.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import type { Program } from '../program/program.ts';
import { Access, SCHEME_WORDS, WRITES_PLAIN } from './access.ts';
import type { Machine } from './machine.ts';
import { checkTurn } from './schedulers.ts';
import type { OpOutcome } from './transition-trees.ts';
import { ageOf, isBarrierTurn, threadOf } from './turn.ts';
import { type WideSeen, wideOperands, wideValue, wordNameAt } from './wide-seen.ts';

/** A write of a run. */
export interface Written {
  readonly thread: number;
  readonly value: number;
}

/** One access of one run, for oracles and people that look closely. */
export interface AccessSeen {
  /** The entry of the schedule: see turn.ts. */
  readonly turn: number;
  /** RCU comes after the program's threads. */
  readonly thread: number;
  /** Which op of its thread; the RCU callback has -1 as its call. */
  readonly op: number;
  readonly call: number;
  /** One of `Access`. */
  readonly kind: number;
  /** By `WordIndex`. */
  readonly word: number;
  readonly wordName: string;
  readonly a: number;
  readonly b: number;
  readonly order: MemoryOrder;
  /** The word before and after. */
  readonly old: number;
  readonly value: number;
  /** Of a read of an older write than the latest: those behind it, which have not reached its thread. `old` is what it has read. */
  readonly missed?: readonly Written[];
  /** What values of the word are called that are more than numbers; see `SchemeWord`. */
  readonly nameOf?: SchemeWord['nameOf'];
  /** Of an access of 64 bits: what the four numbers stand for. */
  readonly wide?: WideSeen;
  /** The first access of its op. */
  readonly first: boolean;
  /** Present on the last access of its op. */
  readonly outcome?: OpOutcome;
  /** The first fact of the run, if it came with this access: packed, see scheme-facts.ts. */
  readonly fact: number;
  /** What it brought about for the object that a counter guards, where somebody has asked that. */
  readonly fault?: string;
}

/**
 * Runs a program under a schedule and notes every access. Slow; the searches use `run`. The machine is left as the schedule
 * leaves it.
 *
 * @param schedule the threads in the order of their accesses; it need not lead to the program's end
 * @throws ScheduleError when the schedule does not fit the program
 */
export function trace(machine: Machine, program: Program, schedule: readonly number[]): AccessSeen[] {
  machine.start(program);
  const { trees } = machine;
  const isScheme = trees.subject.kind === 'scheme';
  const names = new Map<number, string>();
  const written = new Map<number, Written[]>();
  const ownWords = trees.subject.kind === 'scheme' ? (trees.subject.words ?? []) : [];
  return schedule.map((turn, at) => {
    checkTurn(machine, turn, at);
    const thread = threadOf(turn);
    const age = ageOf(turn);
    if (isBarrierTurn(turn)) return barrierSeen(machine, turn);
    const op = machine.position[thread]!;
    const before = machine.node[thread]!;
    const hadFact = isScheme && machine.fact !== 0;
    const word = cellOf(trees, before, thread);
    const old = age > 0 ? machine.olderValue(thread, age) : machine.words[word]!;
    const nameOf = ownWords[word - SCHEME_WORDS]?.nameOf;
    const operands = wideOperands(trees, before);
    const oldWide = wideValue(trees, word, machine.words);
    if (!names.has(word)) names.set(word, wordNameAt(trees, word));
    const outcome = machine.step(turn);
    if (writes(trees.kind[before]!) && !(machine.words[word] === old && isFailed(trees, before, old)))
      written.set(word, [...(written.get(word) ?? []), { thread, value: machine.words[word]! }]);
    return {
      turn,
      thread,
      op,
      call: trees.callOf(before),
      kind: trees.kind[before]!,
      word,
      wordName: names.get(word)!,
      a: trees.a[before]!,
      b: trees.b[before]!,
      order: trees.order(before),
      old,
      value: age > 0 ? old : machine.words[word]!,
      ...(age > 0 && { missed: (written.get(word) ?? []).slice(-age) }),
      ...(nameOf && { nameOf }),
      ...(operands && {
        wide: { ...operands, old: oldWide!, value: wideValue(trees, word, machine.words)! },
      }),
      first: trees.isRoot[before] === 1,
      ...(outcome >= 0 ? { outcome: trees.outcomeOf(outcome) } : {}),
      fact: isScheme && !hadFact ? machine.fact : 0,
    };
  });
}

/** A thread passes the barrier before its next access. */
function barrierSeen(machine: Machine, turn: number): AccessSeen {
  const thread = threadOf(turn);
  const node = machine.node[thread]!;
  machine.step(turn);
  const word = machine.words[0]!;
  return {
    turn,
    thread,
    op: machine.position[thread]!,
    call: machine.trees.callOf(node),
    kind: Access.BARRIER,
    word: 0,
    wordName: '',
    a: 0,
    b: 0,
    order: 'full',
    old: word,
    value: word,
    first: false,
    fact: 0,
  };
}

/** Whether a compare-exchange met another value than it expected. */
function isFailed({ kind, a }: Machine['trees'], node: number, old: number): boolean {
  return kind[node] === Access.COMPARE_EXCHANGE && a[node] !== old;
}

/** The word that an access touches; of those that each thread has for itself, the thread's. */
function cellOf({ kind, word }: Machine['trees'], node: number, thread: number): number {
  const isOwn = kind[node] === Access.LOAD_OWN || kind[node] === Access.STORE_OWN;
  return isOwn ? word[node]! + thread : word[node]!;
}

/** Whether an access of this kind may change a word. */
export function writes(kind: number): boolean {
  return WRITES_PLAIN[kind]! || kind === Access.STORE_OWN;
}
