import { exchange } from '../../oracles/packed-fields.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';

/**
 * Symmetry reduction (Ip and Dill, "Better verification through symmetry", 1996; Clarke, Enders, Filkorn and Jha, 1996).
 * Threads that call the same ops from the same start are interchangeable: a state in which the first of two has
 * gone ahead says the same as the one in which the second has. Sorting them leaves one state of the two (of six,
 * with three).
 *
 *     inc | inc | dec    threads 0 and 1 are alike, 2 is not
 *     (0 has incremented, 1 has not) and (1 has, 0 has not) become one state: the one that sorts first
 *
 * Finding the least of all orders is hard in general. Here it is not: threads that are alike form groups, any two of a
 * group may be exchanged alone, and so sorting each group gives it.
 */
export class ThreadSymmetry {
  readonly #machine: Machine;
  /** Pairs of neighbours among the threads that are alike: with three alike, the first two and the last two. */
  #pairs: readonly (readonly [one: number, other: number])[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Whether the program has threads that are alike. */
  get isPresent(): boolean {
    return this.#pairs.length > 0;
  }

  /** Call it when the machine has started the program. */
  begin({ threads }: Program): void {
    const pairs: [number, number][] = [];
    for (let other = 1; other < threads.length; other++) {
      const one = threads.findLastIndex(
        (_, thread) => thread < other && this.#areAlike(threads, thread, other),
      );
      if (one >= 0) pairs.push([one, other]);
    }
    this.#pairs = pairs;
  }

  #areAlike(threads: Program['threads'], one: number, other: number): boolean {
    const [mine, theirs] = [threads[one]!, threads[other]!];
    if (mine.length !== theirs.length || !mine.every((call, at) => call === theirs[at])) return false;
    return this.#machine.holdAlike(one, other);
  }

  /** Brings numbers that stand for the threads, one each, into the order that stands for all. */
  sortCells(cells: Int32Array): void {
    for (let sorted = false; !sorted; ) {
      sorted = true;
      for (const [one, other] of this.#pairs) {
        if (cells[one]! <= cells[other]!) continue;
        exchange(cells, one, other);
        sorted = false;
      }
    }
  }

  /** Brings the machine's threads into the order that stands for all of theirs. */
  sort(): void {
    // Bubble sort: at most four threads, and mostly they are in order already.
    for (let sorted = false; !sorted; ) {
      sorted = true;
      for (const [one, other] of this.#pairs) {
        if (this.#machine.compareThreads(one, other) <= 0) continue;
        this.#machine.swapThreads(one, other);
        sorted = false;
      }
    }
  }
}
