import type { Choices } from '../program/choices.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { generateCall, generateStart, groupedByOp, type Limits } from './generate.ts';

/** A program while it is being changed. */
interface Draft {
  start: number | string;
  threads: number[][];
}

type Change = (draft: Draft, choices: Choices, other: Program, mutator: Mutator) => void;

/**
 * Makes programs near to others. What made a program worth keeping is most likely in what is left of it; so one change
 * is the rule, and any part of a program being a program, no change needs repair but for the limits.
 */
export class Mutator {
  readonly #harness: Harness;
  readonly #limits: Limits;
  readonly #minThreads: number;
  readonly #byOp: readonly (readonly number[])[];
  /** By op: its calls. */
  readonly #callsOf: ReadonlyMap<string, readonly number[]>;

  constructor(harness: Harness, limits: Limits, minThreads: number) {
    this.#harness = harness;
    this.#limits = limits;
    this.#minThreads = minThreads;
    this.#byOp = groupedByOp(harness, harness.calls);
    this.#callsOf = new Map(this.#byOp.map((calls) => [harness.alphabet.call(calls[0]!).op, calls]));
  }

  /**
   * A program with one change, or with falling likelihood more: an op put in, left out, doubled, replaced, given other
   * arguments, moved, or exchanged with its neighbour; another start; a thread more, less, or from another program.
   *
   * @param other to splice with
   * @param most ops of all its threads; no fewer than the threads it must have
   * @returns a program within the limits
   */
  mutate(program: Program, other: Program, most: number, choices: Choices): Program {
    const draft: Draft = { start: program.start, threads: [] };
    for (const ops of program.threads) draft.threads.push([...ops]);
    do CHANGES[choices.below(CHANGES.length)]!(draft, choices, other, this);
    while (choices.below(2) === 0);
    return this.#withinLimits(draft, most, choices);
  }

  /** Any call, as `generateCall` draws it. */
  call(choices: Choices): number {
    return generateCall(this.#harness, this.#byOp, choices);
  }

  /** Any start, as `generateStart` draws it. */
  start(choices: Choices): number | string {
    return generateStart(this.#harness, choices);
  }

  /** A call of the same op, as the target lists them. */
  likeCall(call: number, choices: Choices): number {
    const alike = this.#callsOf.get(this.#harness.alphabet.call(call).op);
    return alike ? anyOf(alike, choices) : call;
  }

  /** Cuts what is too much, the longest threads first, and adds threads that are missing. */
  #withinLimits(draft: Draft, most: number, choices: Choices): Program {
    const { threads } = draft;
    const { maxThreads, maxOps } = this.#limits;
    let kept = 0;
    for (const ops of threads) {
      if (ops.length === 0 || kept === maxThreads) continue;
      if (ops.length > maxOps) ops.length = maxOps;
      threads[kept++] = ops;
    }
    threads.length = kept;
    const least = Math.min(this.#minThreads, maxThreads);
    // Threads that are to be added have an op each.
    for (let ops = opCount(draft); ops + Math.max(0, least - threads.length) > most; ops--) {
      const longest = longestOf(threads);
      removeAt(longest, choices.below(longest.length));
      if (longest.length === 0) removeAt(threads, threads.indexOf(longest));
    }
    while (threads.length < least) threads.push([this.call(choices)]);
    return draft;
  }
}

/** The first of the longest. */
function longestOf(threads: readonly number[][]): number[] {
  let best = threads[0]!;
  for (const ops of threads) if (ops.length > best.length) best = ops;
  return best;
}

/** What `splice` does for one element, without the list that it returns: a mutation makes a handful of them. */
function removeAt<T>(list: T[], place: number): T {
  const removed = list[place]!;
  for (let at = place + 1; at < list.length; at++) list[at - 1] = list[at]!;
  list.pop();
  return removed;
}

/** The same the other way round: what lies from `place` on moves up by one. */
function insertAt(ops: number[], place: number, call: number): void {
  ops.push(call);
  for (let at = ops.length - 1; at > place; at--) ops[at] = ops[at - 1]!;
  ops[place] = call;
}

const insert: Change = ({ threads }, choices, _, mutator) => {
  const ops = anyOf(threads, choices);
  insertAt(ops, choices.below(ops.length + 1), mutator.call(choices));
};
const replace: Change = ({ threads }, choices, _, mutator) => {
  const ops = anyOf(threads, choices);
  if (ops.length > 0) ops[choices.below(ops.length)] = mutator.call(choices);
};
const otherArgument: Change = ({ threads }, choices, _, mutator) => {
  const ops = anyOf(threads, choices);
  if (ops.length === 0) return;
  const at = choices.below(ops.length);
  ops[at] = mutator.likeCall(ops[at]!, choices);
};
const remove: Change = ({ threads }, choices) => {
  const ops = anyOf(threads, choices);
  if (ops.length > 0) removeAt(ops, choices.below(ops.length));
};
const double: Change = ({ threads }, choices) => {
  const ops = anyOf(threads, choices);
  if (ops.length > 0) anyOf(threads, choices).push(anyOf(ops, choices));
};
const swapNeighbours: Change = ({ threads }, choices) => {
  const ops = anyOf(threads, choices);
  if (ops.length < 2) return;
  const at = choices.below(ops.length - 1);
  const first = ops[at]!;
  ops[at] = ops[at + 1]!;
  ops[at + 1] = first;
};
const move: Change = ({ threads }, choices) => {
  const from = anyOf(threads, choices);
  if (from.length === 0) return;
  const op = removeAt(from, choices.below(from.length));
  const to = anyOf(threads, choices);
  insertAt(to, choices.below(to.length + 1), op);
};
const otherStart: Change = (draft, choices, _, mutator) => {
  draft.start = mutator.start(choices);
};
const otherThread: Change = ({ threads }, choices, other) => {
  threads[choices.below(threads.length)] = [...anyOf(other.threads, choices)];
};
const crossOver: Change = ({ threads }, choices, other) => {
  const ops = anyOf(threads, choices);
  const tail = anyOf(other.threads, choices);
  ops.length = choices.below(ops.length + 1);
  for (let at = choices.below(tail.length + 1); at < tail.length; at++) ops.push(tail[at]!);
};
const addThread: Change = ({ threads }, choices, other) => {
  threads.push([...anyOf(other.threads, choices)]);
};
const dropThread: Change = ({ threads }, choices) => {
  if (threads.length > 1) removeAt(threads, choices.below(threads.length));
};

/** The plain ones more often: they keep most of what made the program worth keeping. */
const PLAIN = [insert, replace, remove, otherArgument, move];
/** What `mutate` draws from; an entry twice is twice as likely. */
const CHANGES: readonly Change[] = [
  ...PLAIN,
  ...PLAIN,
  ...[otherStart, otherStart, double, swapNeighbours, otherThread, crossOver, addThread, dropThread],
];

function anyOf<T>(list: readonly T[], choices: Choices): T {
  return list[choices.below(list.length)]!;
}
