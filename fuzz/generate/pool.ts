import type { PackedProgram } from '../run/packed-program.ts';
import { FEATURES, SIGNATURE_FEATURES } from './coverage.ts';

/** A program that showed something new, and which features it was the first to show. */
export interface Novel {
  readonly program: PackedProgram;
  readonly features: readonly number[];
}

/** How a part of a search was spent, and what it brought: fresh programs against mutated ones. */
export interface Effort {
  readonly fresh: number;
  readonly freshNovel: number;
  readonly mutated: number;
  readonly mutatedNovel: number;
}

/** Nothing tried yet. */
export const NO_EFFORT: Effort = { fresh: 0, freshNovel: 0, mutated: 0, mutatedNovel: 0 };

/** What a search needs of a pool: plain data, which does not change. */
export interface PoolView {
  /** By feature: 1 when it was seen. */
  readonly seen: Uint8Array;
  readonly programs: readonly PackedProgram[];
  /** Indices of those that were the first to show the signature of a divergence. */
  readonly withSignature: readonly number[];
  /** How many of SHARES iterations mutate a program of the pool. */
  readonly share: number;
}

/** Parts into which iterations are shared out between fresh and mutated programs. */
export const SHARES = 16;
/** Neither kind is ever given up: what brings nothing now may bring something later. */
const LEAST_SHARE = 2;
const MOST_SHARE = 12;

/** The pool holds no more programs. A target has some hundred to two thousand of them. */
const CAPACITY = 4096;

/** What the past counts for, round after round. */
const FADING = 0.9;

/** Before anything was tried: half of the iterations, as if both had brought as much. */
const PRIOR = 1;

/**
 * The programs that did something new, in the order in which they were met, and the features seen so far. Shards of a
 * search learn by themselves; a pool takes in what they learnt, in a fixed order, so that it is the same however many
 * threads searched.
 */
export class Pool {
  seen = new Uint8Array(FEATURES);
  readonly entries: Novel[] = [];
  /** Sums over the rounds so far, the older ones counting less. */
  effort: Effort = NO_EFFORT;

  /** How many features have been seen. */
  get featureCount(): number {
    let count = 0;
    for (let feature = 0; feature < FEATURES; feature++) count += this.seen[feature]!;
    return count;
  }

  /** Takes in what a part of a search learnt. What was learnt by an earlier one as well is not news. */
  merge(novel: readonly Novel[]): void {
    for (const { program, features } of novel) {
      const news = features.filter((feature) => this.seen[feature] === 0);
      if (news.length === 0) continue;
      for (const feature of news) this.seen[feature] = 1;
      if (this.entries.length < CAPACITY) this.entries.push({ program, features: news });
    }
  }

  /** A round is over. @param effort of all its parts */
  endRound(effort: Effort): void {
    const faded = (name: keyof Effort) => this.effort[name] * FADING + effort[name];
    this.effort = {
      fresh: faded('fresh'),
      freshNovel: faded('freshNovel'),
      mutated: faded('mutated'),
      mutatedNovel: faded('mutatedNovel'),
    };
  }

  /** What the next rounds start from. */
  view(): PoolView {
    return {
      seen: this.seen.slice(),
      programs: this.entries.map(({ program }) => program),
      withSignature: this.entries.flatMap(({ features }, at) =>
        features.some((feature) => feature >= SIGNATURE_FEATURES) ? [at] : [],
      ),
      share: shareOf(this.effort),
    };
  }
}

/**
 * Whichever of the two brings more new features for an iteration gets more iterations: a power schedule, as fuzzers
 * call it (Böhme, Pham, Roychoudhury: Coverage-based Greybox Fuzzing as Markov Chain, CCS 2016), over two sources of
 * programs instead of over seeds. Example: where 40 of 1000 fresh programs were new and 120 of
 * 1000 mutated ones, 12 of 16 iterations mutate.
 */
function shareOf({ fresh, freshNovel, mutated, mutatedNovel }: Effort): number {
  const ofFresh = (freshNovel + PRIOR) / (fresh + PRIOR);
  const ofMutated = (mutatedNovel + PRIOR) / (mutated + PRIOR);
  const share = Math.round((SHARES * ofMutated) / (ofMutated + ofFresh));
  return Math.max(LEAST_SHARE, Math.min(MOST_SHARE, share));
}

/** The effort of two parts of a search together. */
export function joinedEffort(one: Effort, other: Effort): Effort {
  return {
    fresh: one.fresh + other.fresh,
    freshNovel: one.freshNovel + other.freshNovel,
    mutated: one.mutated + other.mutated,
    mutatedNovel: one.mutatedNovel + other.mutatedNovel,
  };
}
