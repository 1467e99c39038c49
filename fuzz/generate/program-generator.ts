import type { Choices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { generateStart, type Limits, otherArguments } from './generate.ts';

/** Calls of a program to be, by op: calls of group g are `calls[from[g]]` to `calls[from[g + 1] - 1]`. */
interface Groups {
  readonly calls: Int32Array;
  readonly from: Int32Array;
  count: number;
}

/**
 * Draws the programs that `generateProgram` draws, of the same choices, for somebody who needs thousands a second: it
 * allocates nothing but the program. (As maps and lists, made anew for each program, the groups of a swarm were 3 kB.)
 */
export class ProgramGenerator {
  readonly #harness: Harness;
  /** By place in the harness's list of calls: the call, and the number of its op. */
  readonly #calls: Int32Array;
  readonly #ops: Int32Array;
  /** All calls, which half of the programs draw from; and those of the swarm under way. */
  readonly #all: Groups;
  readonly #part: Groups;
  /** Places of the calls that a swarm keeps. */
  readonly #kept: Int32Array;
  /** By op: its group, or -1. */
  readonly #groupOf: Int32Array;

  constructor(harness: Harness) {
    const { alphabet, calls } = harness;
    this.#harness = harness;
    this.#calls = Int32Array.from(calls);
    this.#ops = Int32Array.from(calls, (call) => alphabet.opNames.indexOf(alphabet.call(call).op));
    this.#kept = new Int32Array(calls.length);
    this.#groupOf = new Int32Array(alphabet.opNames.length);
    this.#all = this.#noGroups();
    this.#part = this.#noGroups();
    this.#keepAll();
    this.#group(this.#all, calls.length);
  }

  /** See `generateProgram`. */
  program(limits: Limits, minThreads: number, choices: Choices): Program {
    const groups = this.#swarm(choices);
    const start = generateStart(this.#harness, choices);
    const threadCount = minThreads + choices.below(Math.max(1, limits.maxThreads - minThreads + 1));
    const threads: number[][] = [];
    for (let thread = Math.min(threadCount, limits.maxThreads); thread > 0; thread--) {
      const ops: number[] = [];
      for (let op = choices.below(1 + choices.below(limits.maxOps)); op >= 0; op--)
        ops.push(this.#call(groups, choices));
      threads.push(ops);
    }
    return { start, threads };
  }

  /** See `generateCall`. */
  #call({ calls, from, count }: Groups, choices: Choices): number {
    const group = choices.below(count);
    const first = from[group]!;
    const call = calls[first + choices.below(from[group + 1]! - first)]!;
    const { arity } = this.#harness.alphabet.call(call);
    return arity === 0 || choices.below(8) > 0 ? call : otherArguments(this.#harness, call, choices);
  }

  /** See `swarm`. */
  #swarm(choices: Choices): Groups {
    const { length } = this.#calls;
    if (length < 4 || choices.below(2) === 0) return this.#all;
    const dropped = choices.below(Math.ceil(length / 2) + 1);
    this.#keepAll();
    let left = length;
    for (let i = 0; i < dropped; i++) {
      const place = choices.below(left--);
      this.#kept[place] = this.#kept[left]!;
    }
    this.#group(this.#part, left);
    return this.#part;
  }

  /** Puts every call back, in the order in which the target lists them. */
  #keepAll(): void {
    for (let place = 0; place < this.#kept.length; place++) this.#kept[place] = place;
  }

  /** See `groupedByOp`: groups in the order of their first call, and in each the calls in theirs. A counting sort. */
  #group(groups: Groups, count: number): void {
    const { calls, from } = groups;
    const groupOf = this.#groupOf.fill(-1);
    groups.count = 0;
    // How many calls each group has; where it ends; then, filled from behind, where it begins.
    for (let at = 0; at < count; at++) {
      const op = this.#ops[this.#kept[at]!]!;
      if (groupOf[op] === -1) {
        groupOf[op] = groups.count;
        from[groups.count++] = 0;
      }
      from[groupOf[op]!]!++;
    }
    for (let group = 1; group < groups.count; group++) from[group]! += from[group - 1]!;
    from[groups.count] = count;
    for (let at = count - 1; at >= 0; at--) {
      const place = this.#kept[at]!;
      const end = --from[groupOf[this.#ops[place]!]!]!;
      calls[end] = this.#calls[place]!;
    }
  }

  /** Room for as many groups as there are ops. */
  #noGroups(): Groups {
    return {
      calls: new Int32Array(this.#calls.length),
      from: new Int32Array(this.#groupOf.length + 1),
      count: 0,
    };
  }
}
