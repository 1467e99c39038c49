import { BOUNDARIES, boundaryBetween } from '../../oracles/boundary.ts';
import { WordIndex } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import { DONE, type Machine } from '../run/machine.ts';

const { COUNT, LIST, FREED, PENDING, FACTS } = WordIndex;
/** Accesses of one op that are told apart: later rounds of a loop count as one. */
const ACCESSES = 8;
/** Classes of values, two for each of the six boundaries; four bits. */
const CLASSES = 16;

/**
 * What a run has reached that none before it had. Which lines of code were run says little about a counter: all of
 * them are after some dozen inputs. What leads on is what they were run *on*: each access of each op on a value of
 * each class (which boundary it is at), and each pair of ops that were under way at once, with how far each had got.
 *
 * Of `INT_MAX: inc | read` under 0 1 0: access 0 of `inc` at int-max; access 0 of `read` at wrap; that access while
 * `inc` is at its access 1, about to store; access 1 of `inc` at wrap. The pair is what no run without a switch has.
 *
 * There are some thousand of these, so an engine that keeps every input that reaches a new one keeps a small corpus.
 */
export class Features {
  readonly #machine: Machine;
  readonly #saturated: readonly number[];
  readonly #seen = new Set<number>();
  readonly #ops: readonly string[];
  readonly #opOf: number[] = [];
  /** By thread: how many accesses its op has made. */
  readonly #made: number[] = [];

  constructor(harness: Harness, machine: Machine) {
    this.#machine = machine;
    this.#saturated = harness.saturated;
    this.#ops = harness.alphabet.opNames;
  }

  /** How many were reached so far, in all runs; never goes down. */
  get count(): number {
    return this.#seen.size;
  }

  begin(): void {
    this.#made.fill(0);
  }

  /** Notes what an access of the thread, the machine's next, comes upon. */
  see(thread: number): void {
    const machine = this.#machine;
    const made = this.#made;
    if (machine.trees.isRoot[machine.node[thread]!] === 1) made[thread] = 0;
    const here = this.#place(thread);
    // Situations are numbers from 0 on and pairs numbers below 0, so that one set holds both.
    this.#seen.add(here * CLASSES * 64 + this.#situation());
    for (let other = 0; other < machine.schedulable; other++) {
      if (other === thread || machine.node[other] === DONE) continue;
      if (machine.trees.isRoot[machine.node[other]!] === 1) continue;
      this.#seen.add(-1 - (here * (this.#ops.length + 1) * ACCESSES + this.#place(other)));
    }
    made[thread] = Math.min((made[thread] ?? 0) + 1, ACCESSES - 1);
  }

  /** Which access of which op a thread is at, as one number; the RCU callback counts as one more op. */
  #place(thread: number): number {
    const call = this.#machine.trees.callOf(this.#machine.node[thread]!);
    const op = call < 0 ? this.#ops.length : this.#op(call);
    return op * ACCESSES + (this.#made[thread] ?? 0);
  }

  #op(call: number): number {
    const known = this.#opOf[call];
    if (known !== undefined) return known;
    const op = this.#ops.indexOf(this.#machine.trees.alphabet.call(call).op);
    this.#opOf[call] = op;
    return op;
  }

  /**
   * The word's class, and for a scheme four bits above it: linked, freed, callback pending, something went wrong. In
   * a class, -1, 0 and 1 are told from the rest.
   */
  #situation(): number {
    const { words } = this.#machine;
    const count = words[COUNT]!;
    const boundary = BOUNDARIES.indexOf(boundaryBetween(count, count, this.#saturated));
    const value = 2 * boundary + (count > 1 || count < -1 ? 1 : 0);
    if (this.#machine.trees.subject.kind === 'counter') return value;
    const object = [words[LIST]! !== 0, words[FREED]! > 0, words[PENDING]! > 0, words[FACTS]! !== 0];
    return object.reduce((bits, is, at) => bits | (is ? CLASSES << at : 0), value);
  }
}
