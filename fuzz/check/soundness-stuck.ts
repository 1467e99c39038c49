import { markLeading } from '../explore/leading-states.ts';
import type { Life } from './life.ts';

/**
 * Finds threads that are stuck in the graph of a program's states: a state from which no schedule leads to an end, because
 * threads wait for each other there or go round for ever. Schedules are fair, so a loop that some schedule leaves is none.
 *
 * A thread that waits while somebody holds a reference may wait for its put, which this program does not have: that is no
 * fault of the protocol, and the program with the put shows one that is.
 */
export class StuckStates {
  /** By state: whether some schedule leads from it to an end, or to a fact. */
  readonly #ends: boolean[] = [];
  /** By state: whether nobody can move there. */
  readonly #isLast: boolean[] = [];
  /** By state: whether somebody holds a reference there. */
  readonly #isHeld: boolean[] = [];
  /** Pairs of states. */
  readonly #edges: number[] = [];

  /** Forgets all states. */
  clear(): void {
    for (const list of [this.#ends, this.#isLast, this.#isHeld, this.#edges]) list.length = 0;
  }

  /** The machine is in a state. */
  state(life: Life, index: number, isLast: boolean): void {
    this.#ends[index] = isLast && life.machine.isFinished();
    this.#isLast[index] = isLast;
    this.#isHeld[index] = life.isHeld();
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
   * @returns the state that shows it best: one in which nobody can move, or the one that is furthest from the start
   */
  find(): number | undefined {
    markLeading(this.#ends, this.#edges);
    const stuck = [...this.#ends.keys()].filter((state) => !this.#ends[state]);
    const last = stuck.find((state) => this.#isLast[state] && !this.#isHeld[state]);
    if (last !== undefined || stuck.some((state) => this.#isLast[state])) return last;
    const furthest = stuck.at(-1);
    return furthest === undefined || this.#isHeld[furthest] ? undefined : furthest;
  }
}
