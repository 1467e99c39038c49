import { exchange } from '../../oracles/packed-fields.ts';
import { MAX_THREADS, type Program } from '../program/program.ts';
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
 * That rests on code which cannot tell its thread from others. Who notes the number of its thread in a word can:
 *
 *     lock: cmpxchg(owner, 0, 1 + me)      thread 0 has locked, and owner is 1. Once it is called thread 1, it unlocks with
 *                                          2 in its hand, and finds 1 there: a fault that no run has
 *
 * So threads of a scheme that asks for the number (`Scheme.asksThread`) are alike to nobody.
 *
 * Finding the least of all orders is hard in general. Here it is not: threads that are alike form groups, any two of a
 * group may be exchanged alone, and so sorting each group gives it.
 */
export class ThreadSymmetry {
  readonly #machine: Machine;
  /**
   * Pairs of neighbours among the threads that are alike: with three alike, the first two and the last two. By pair, of
   * which there are `#count`: the one, and the other.
   */
  readonly #ones = new Uint8Array(MAX_THREADS);
  readonly #others = new Uint8Array(MAX_THREADS);
  #count = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Whether the program has threads that are alike. */
  get isPresent(): boolean {
    return this.#count > 0;
  }

  /** Call it when the machine has started the program. */
  begin({ threads }: Program): void {
    this.#count = 0;
    // Whose code asks for the number of its thread does not do the same on another thread.
    if (this.#machine.asksThread) return;
    for (let other = 1; other < threads.length; other++) {
      let one = other - 1;
      while (one >= 0 && !this.#areAlike(threads, one, other)) one--;
      if (one < 0) continue;
      this.#ones[this.#count] = one;
      this.#others[this.#count++] = other;
    }
  }

  #areAlike(threads: Program['threads'], one: number, other: number): boolean {
    const mine = threads[one]!;
    const theirs = threads[other]!;
    if (mine.length !== theirs.length) return false;
    for (let at = 0; at < mine.length; at++) if (mine[at] !== theirs[at]) return false;
    return this.#machine.holdAlike(one, other);
  }

  /** Brings numbers that stand for the threads, one each, into the order that stands for all. */
  sortCells(cells: Int32Array): void {
    for (let sorted = false; !sorted; ) {
      sorted = true;
      for (let pair = 0; pair < this.#count; pair++) {
        const one = this.#ones[pair]!;
        const other = this.#others[pair]!;
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
      for (let pair = 0; pair < this.#count; pair++) {
        const one = this.#ones[pair]!;
        const other = this.#others[pair]!;
        if (this.#machine.compareThreads(one, other) <= 0) continue;
        this.#machine.swapThreads(one, other);
        sorted = false;
      }
    }
  }
}
