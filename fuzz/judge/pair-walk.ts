import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';
import { comparePair } from './lockstep.ts';
import { OpWalk } from './op-walk.ts';
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
 * Walks a program of a counter on both sides at once, see `OpWalk`, and says which ops diverge. Where the two sides leave
 * different values, the walk goes on from either, so that a divergence hides nothing that comes after it.
 */
export class PairWalk {
  readonly #harness: Harness;
  readonly #index = new PairMap(4096);
  #pairs: JudgedPair[] = [];
  readonly #walk = new OpWalk();

  constructor(harness: Harness) {
    this.#harness = harness;
  }

  /**
   * @param onDivergence called for each divergence met; the same one may be met many times
   * @returns false when an op does not return
   */
  walk(program: Program, onDivergence: OnDivergence): boolean {
    if (this.#pairs.length > PAIR_LIMIT) this.#forget();
    const walked = returns(() => {
      this.#walk.walk(program, (call, old) => {
        const { values, divergences } = this.#pair(call, old);
        for (const met of divergences) onDivergence(met);
        return values;
      });
      return true;
    });
    return walked !== undefined;
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
