import { markLeading } from '../explore/leading-states.ts';
import { endlessCircles } from '../explore/stuck.ts';
import type { Life } from './life.ts';

/**
 * Finds threads that are stuck in the graph of a program's states: a state from which no schedule leads to an end, because
 * threads wait for each other there or go round for ever. Schedules are fair, so a loop that some schedule leaves is none.
 *
 * A thread that waits while somebody holds a reference, and can put it, may wait for that put, which this program does not
 * have: that is no fault of the protocol, and the program with the put shows one that is.
 */
export class StuckStates {
  /** By state: whether some schedule leads from it to an end, or to a fact. */
  readonly #ends: boolean[] = [];
  /** By state: whether what is waited for may be a put. */
  readonly #awaitsPut: boolean[] = [];
  /** Pairs of states. */
  readonly #edges: number[] = [];

  /** Forgets all states. */
  clear(): void {
    for (const list of [this.#ends, this.#awaitsPut, this.#edges]) list.length = 0;
  }

  /** The machine is in a state. */
  state(life: Life, index: number, isLast: boolean): void {
    this.#ends[index] = isLast && life.machine.isOver();
    this.#awaitsPut[index] = life.awaitsPut();
  }

  /** A state from which something happens that ends the run for whoever judges it. */
  end(index: number): void {
    this.#ends[index] = true;
  }

  /** An access leads from one state to another. */
  edge(from: number, to: number): void {
    this.#edges.push(from, to);
  }

  /**
   * Call it once all states are known.
   *
   * @returns a state that is never left, or that lies on a circle which is never left
   */
  find(): number | undefined {
    markLeading(this.#ends, this.#edges);
    if (!this.#ends.includes(false)) return undefined;
    const last = endlessCircles(this.#ends, this.#ends.length, this.#edges);
    return last.find((state) => !this.#awaitsPut[state]);
  }
}
