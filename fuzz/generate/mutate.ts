import type { Choices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
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

  constructor(harness: Harness, limits: Limits, minThreads: number) {
    this.#harness = harness;
    this.#limits = limits;
    this.#minThreads = minThreads;
    this.#byOp = groupedByOp(harness, harness.calls);
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
    const draft = { start: program.start, threads: program.threads.map((ops) => [...ops]) };
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
    const { alphabet } = this.#harness;
    const { op } = alphabet.call(call);
    const alike = this.#byOp.find(([first]) => alphabet.call(first!).op === op);
    return alike ? anyOf(alike, choices) : call;
  }

  /** Cuts what is too much, the longest threads first, and adds threads that are missing. */
  #withinLimits({ start, threads }: Draft, most: number, choices: Choices): Program {
    const { maxThreads, maxOps } = this.#limits;
    const cut = threads
      .filter((ops) => ops.length > 0)
      .slice(0, maxThreads)
      .map((ops) => ops.slice(0, maxOps));
    const missing = () => Math.max(0, Math.min(this.#minThreads, maxThreads) - cut.length);
    // Threads that are to be added have an op each.
    for (let ops = cut.flat().length; ops + missing() > most; ops--) {
      const longest = cut.reduce((best, ops) => (ops.length > best.length ? ops : best));
      longest.splice(choices.below(longest.length), 1);
      if (longest.length === 0) cut.splice(cut.indexOf(longest), 1);
    }
    while (missing() > 0) cut.push([this.call(choices)]);
    return { start, threads: cut };
  }
}

const insert: Change = ({ threads }, choices, _, mutator) => {
  const ops = anyOf(threads, choices);
  ops.splice(choices.below(ops.length + 1), 0, mutator.call(choices));
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
  if (ops.length > 0) ops.splice(choices.below(ops.length), 1);
};
const double: Change = ({ threads }, choices) => {
  const ops = anyOf(threads, choices);
  if (ops.length > 0) anyOf(threads, choices).push(anyOf(ops, choices));
};
const swapNeighbours: Change = ({ threads }, choices) => {
  const ops = anyOf(threads, choices);
  if (ops.length < 2) return;
  const at = choices.below(ops.length - 1);
  ops.splice(at, 2, ops[at + 1]!, ops[at]!);
};
const move: Change = ({ threads }, choices) => {
  const from = anyOf(threads, choices);
  if (from.length === 0) return;
  const [op] = from.splice(choices.below(from.length), 1);
  const to = anyOf(threads, choices);
  to.splice(choices.below(to.length + 1), 0, op!);
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
  ops.splice(choices.below(ops.length + 1), ops.length, ...tail.slice(choices.below(tail.length + 1)));
};
const addThread: Change = ({ threads }, choices, other) => {
  threads.push([...anyOf(other.threads, choices)]);
};
const dropThread: Change = ({ threads }, choices) => {
  if (threads.length > 1) threads.splice(choices.below(threads.length), 1);
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
