import type { SearchPart } from './campaign-jobs.ts';
import { SHARDS } from './rounds.ts';

/** Beside its fair share, a target that yields most gets so many shares more. */
const BONUS = 3;
/** A signature that is news weighs as much as so many features. */
const SIGNATURE_WEIGHT = 50;
/** What the yield of the past counts for, part after part. */
const FADING = 0.9;

interface Share {
  /** New features, and signatures by their weight, per millisecond; the past fades. */
  yield: number;
  /** Milliseconds that it has had, each counting for less the more the target yields. */
  had: number;
}

/**
 * Shares the time of the workers between targets by what they yield: whoever has had least is next, where a millisecond
 * of the target that yields most counts for a quarter. So a target that yields nothing any more still gets a part. It
 * decides when a target is searched, and never what is searched on it.
 *
 *     yields 9 and 3 a millisecond   weights 1 + 3 · 9/9 = 4 and 1 + 3 · 3/9 = 2
 *     10 ms each                     count as 2.5 and 5: the first is next, and gets two turns in three
 */
export class FairShare<Target> {
  readonly #shares: ReadonlyMap<Target, Share>;
  /** Whose turn it is, and for how many shards more. */
  #turn: { readonly target: Target; left: number } | undefined;

  constructor(targets: readonly Target[]) {
    this.#shares = new Map(targets.map((target) => [target, { yield: 0, had: 0 }]));
  }

  /**
   * The target whose shard is next. A turn is a round's worth of shards, so that rounds get finished. Among those that
   * have had equally little, the first as the user named them.
   *
   * @param hasShard whether a target has a shard that nobody has
   * @returns undefined when none has
   */
  next(hasShard: (target: Target) => boolean): Target | undefined {
    const turn = this.#turn;
    if (turn && turn.left > 0 && hasShard(turn.target)) {
      turn.left--;
      return turn.target;
    }
    const ready = [...this.#shares].filter(([target]) => hasShard(target));
    if (ready.length === 0) return undefined;
    const [target] = ready.reduce((least, one) => (one[1].had < least[1].had ? one : least));
    this.#turn = { target, left: SHARDS - 1 };
    return target;
  }

  /** A part of a target's search has come back. @param milliseconds it took */
  searched(target: Target, { novel }: Pick<SearchPart, 'novel'>, milliseconds: number): void {
    const share = this.#shares.get(target)!;
    const features = novel.reduce((sum, { features }) => sum + features.length, 0);
    // A sum with a fading past, not a mean: only its ratio to the best of them is used.
    share.yield = share.yield * FADING + features / Math.max(1, milliseconds);
    const best = Math.max(...[...this.#shares.values()].map((one) => one.yield));
    const weight = 1 + (best > 0 ? (BONUS * share.yield) / best : 0);
    share.had += milliseconds / weight;
  }

  /** A new signature was found on a target. */
  found(target: Target): void {
    this.#shares.get(target)!.yield += SIGNATURE_WEIGHT * FADING;
  }
}
