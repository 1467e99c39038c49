import { StateSet } from '../explore/state-set.ts';
import type { Program } from '../program/program.ts';

/** One op from one old value, as a whole. @returns what it can leave in the word, each value once */
export type OpStep = (call: number, old: number) => readonly number[];

/**
 * Runs a program of a counter op by op, in every order in which its threads can take turns. Where an op may leave several
 * values, the walk goes on from each.
 *
 *     0x7fffffff: inc | dec        states (position, position, word)
 *     (0, 0, 0x7fffffff)           inc gives 0x80000000 on one side and 0xc0000000 on the other
 *     (1, 0, 0x80000000), (1, 0, 0xc0000000), (0, 1, 0x7ffffffe), …     dec is run from each
 *
 * Ops are indivisible here, so there are few states: positions times the values that they can leave.
 */
export class OpWalk {
  /** A thread's positions, then the value. `count + 1` cells a state. */
  readonly #states = new StateSet(1);
  #state = new Int32Array(0);

  /** @param step asked for each op and value that is met, in the order of the walk; the same may be met many times */
  walk({ threads, start }: Program, step: OpStep): void {
    const count = threads.length;
    if (this.#state.length !== count + 1) this.#state = new Int32Array(count + 1);
    const state = this.#state;
    state.fill(0);
    state[count] = start as number;
    this.#states.clear(count + 1);
    this.#states.add(state);
    for (let from = 0; from < this.#states.size; from++) {
      for (let thread = 0; thread < count; thread++) {
        this.#states.copyTo(from, state);
        const call = threads[thread]![state[thread]!];
        if (call === undefined) continue;
        state[thread]!++;
        for (const value of step(call, state[count]!)) {
          state[count] = value;
          this.#states.add(state);
        }
      }
    }
  }
}
