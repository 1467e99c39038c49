import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import { StateSet } from '../explore/state-set.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';
import { comparePair } from './lockstep.ts';
import { useAlone } from './use.ts';

/** An op that diverges alone, and the value it met. */
export interface MetAlone {
  readonly divergence: Divergence;
  /** It is at hand, so it comes along. */
  readonly signature: string;
  readonly call: number;
  readonly old: number;
  /** Of the op alone: a program of one op from that value. */
  readonly use: Use | undefined;
}

/** One op from one old value, on both sides: what both leave in the word, and the divergences. */
interface JudgedPair {
  readonly values: readonly number[];
  readonly divergences: readonly MetAlone[];
}

/** See `PairWalk.walk`. */
export type OnDivergence = (met: MetAlone) => void;

/** Pairs kept before all are forgotten. Values near the boundaries make some thousands. */
const PAIR_LIMIT = 1 << 15;

/**
 * Runs a program of a counter op by op, in every order in which its threads can take turns, on both sides at once, and
 * says which ops diverge. Where the two sides leave different values, the walk goes on from either, so that a
 * divergence hides nothing that comes after it.
 *
 *     0x7fffffff: inc | dec        states (position, position, word)
 *     (0, 0, 0x7fffffff)           inc gives 0x80000000 on one side and 0xc0000000 on the other
 *     (1, 0, 0x80000000), (1, 0, 0xc0000000), (0, 1, 0x7ffffffe), …     dec is judged from each
 *
 * Ops are indivisible here, so there are few states: positions times the values that they can leave.
 */
export class PairWalk {
  readonly #harness: Harness;
  readonly #index = new PairMap(4096);
  #pairs: JudgedPair[] = [];
  /** A thread's positions, then the value. `count + 1` cells a state. */
  readonly #states = new StateSet(1);
  #state = new Int32Array(0);

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  /**
   * @param onDivergence called for each divergence met; the same one may be met many times
   * @returns false when an op does not return
   */
  walk(program: Program, onDivergence: OnDivergence): boolean {
    return returns(() => this.#walk(program, onDivergence)) !== undefined;
  }

  #walk(program: Program, onDivergence: OnDivergence): true {
    const { threads } = program;
    const count = threads.length;
    if (this.#pairs.length > PAIR_LIMIT) this.#forget();
    if (this.#state.length !== count + 1) this.#state = new Int32Array(count + 1);
    const state = this.#state;
    state.fill(0);
    state[count] = program.start as number;
    this.#states.clear(count + 1);
    this.#states.add(state);
    for (let from = 0; from < this.#states.size; from++) {
      for (let thread = 0; thread < count; thread++) {
        this.#states.copyTo(from, state);
        const call = threads[thread]![state[thread]!];
        if (call === undefined) continue;
        state[thread]!++;
        const { values, divergences } = this.#pair(call, state[count]!);
        for (const value of values) {
          state[count] = value;
          this.#states.add(state);
        }
        for (const met of divergences) onDivergence(met);
      }
    }
    return true;
  }

  #pair(call: number, old: number): JudgedPair {
    const known = this.#index.get(call, old);
    return known >= 0 ? this.#pairs[known]! : this.#judge(call, old);
  }

  #judge(call: number, old: number): JudgedPair {
    const { reference, subject, divergences } = comparePair(this.#harness, call, old);
    const use = useAlone(this.#harness, call, old);
    const pair = {
      values: [...new Set([subject.value, reference.value])],
      divergences: divergences.map((divergence) => ({
        divergence,
        signature: signatureOf(divergence),
        call,
        old,
        use,
      })),
    };
    this.#index.set(call, old, this.#pairs.push(pair) - 1);
    return pair;
  }

  #forget(): void {
    this.#pairs = [];
    this.#index.clear();
  }
}
