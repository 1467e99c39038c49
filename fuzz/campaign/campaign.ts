import { signatureOf } from '../../oracles/divergence.ts';
import type { Case } from '../case/case.ts';
import { makeCase, withCause } from '../case/make-case.ts';
import type { Limits } from '../generate/generate.ts';
import { Pool, type PoolView } from '../generate/pool.ts';
import { deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { type Finding, minimized } from '../minimize/finding.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Interrupted } from '../run/interrupt.ts';
import type { Scheduler } from '../run/schedulers.ts';
import type { SearchCounts } from '../search/search.ts';
import { type Hit, TargetSearch } from '../search/target-search.ts';
import { type Kind, LAG, roundStart } from './rounds.ts';

/** What a campaign in this process searches. */
export interface CampaignOptions {
  readonly seed: number;
  readonly limits?: Partial<Limits>;
  /** Signatures that are not news. */
  readonly known: ReadonlySet<string>;
  /** Which schedulers run concurrent programs on counters; default: the whole portfolio. */
  readonly schedulers?: readonly Scheduler[];
  /** Told of each divergence that is news, with the program that shows it, as soon as it is met: before it is minimised. */
  readonly onSeen?: (rawFinding: RawFinding) => void;
  /** Whether programs that did something new are mutated; default: yes. Without it every program is drawn anew. */
  readonly feedback?: boolean;
}

/**
 * A search of one target on this thread. Iteration n draws from the stream (seed, n), and with feedback also from what
 * the rounds before it have shown; from nothing else.
 */
export interface Campaign {
  readonly harness: Harness;
  readonly counts: SearchCounts;
  /**
   * How often each signature was met, known ones and new ones. In lockstep only the first meeting of an op with a value
   * counts.
   */
  readonly hits: ReadonlyMap<string, Hit>;
  /** Ops met that go round for ever on a word that nobody else touches, as text; the first few. */
  readonly nonTerminating: ReadonlySet<string>;
  /**
   * Runs the next iterations, some milliseconds' worth, and yields each new finding as soon as it is minimised, so
   * that the caller can store it before anything else happens. It must be iterated to its end.
   *
   * @param most no more than this many iterations
   */
  batch(most?: number): Generator<Finding, void, undefined>;
  /** Runs one iteration by its number: of those before it only what `batch` ran is known to it. */
  iterate(iteration: number): Generator<Finding, void, undefined>;
}

/** Iterations of a batch, by kind of target. A scheme's takes some thirty times as long, see rounds.ts. */
const BATCH = { counter: 64, scheme: 4 };

/**
 * A campaign on one target, in this process and on this thread: the caller pulls findings and stores them. One that uses
 * every core and survives a kill is `startCampaign`.
 */
export function campaignOf(harness: Harness, options: CampaignOptions): Campaign {
  const { seed, limits, schedulers } = options;
  const decider = deciderOf(harness);
  const known = new Set(options.known);
  const search = new TargetSearch(harness, {
    seed,
    limits,
    schedulers,
    isKnown: (signature) => known.has(signature),
  });
  const kind = isCounterTarget(harness) ? 'counter' : 'scheme';
  const rounds = options.feedback === false ? undefined : new Rounds(search, kind);
  let next = 0;

  const metIn = (iteration: number): readonly RawFinding[] => {
    const met: RawFinding[] = [];
    // Told as soon as it is met, and minimised when the iteration is over.
    search.iterate(iteration, (raw) => {
      options.onSeen?.(raw);
      met.push(raw);
    });
    return met;
  };

  function* iterate(iteration: number): Generator<Finding, void, undefined> {
    const by = { by: 'random', seed, iteration };
    for (const raw of metIn(iteration)) {
      // Of one iteration: minimising what came before may have met it as well.
      if (known.has(signatureOf(raw.divergence))) continue;
      for (const { divergence, program, schedule } of minimized(harness, decider, known, raw)) {
        // What only minimising brought to light was met as well, so that every finding has a hit.
        if (!search.hits.has(signatureOf(divergence))) search.meet(divergence);
        const made = makeCase(harness, divergence, program, schedule, by);
        yield* handedIn(signatureOf(divergence), made, () => withCause(harness, program, made));
      }
    }
  }

  return {
    harness,
    counts: search.counts,
    hits: search.hits,
    nonTerminating: search.nonTerminating,
    iterate,
    *batch(most = Number.POSITIVE_INFINITY) {
      const size = Math.min(most, BATCH[kind]);
      for (let i = 0; i < size; i++) {
        rounds?.reach(next);
        yield* iterate(next++);
      }
    },
  };
}

/** The case with its cause. Where looking for that fails, as an op may that is run from any value, the case comes first. */
function* handedIn(signature: string, made: Case, caused: () => Case): Generator<Finding> {
  let whole: Case;
  try {
    whole = caused();
  } catch (error) {
    if (!(error instanceof Interrupted)) yield { signature, case: made };
    throw error;
  }
  yield { signature, case: whole };
}

/**
 * Takes a search from round to round, as a campaign on many threads would.
 *
 *     LAG 2   round 0 starts from nothing, round 1 too, round 2 from round 0, round 3 from rounds 0 and 1
 *
 * Here round 1 could start from round 0, which is over. It must not: a campaign on many threads could not, and both
 * find the same.
 */
class Rounds {
  readonly #search: TargetSearch;
  readonly #kind: Kind;
  #round = 0;
  readonly #pool = new Pool();
  /** What the rounds to come start from. The next round starts from the first. */
  readonly #views: PoolView[];

  constructor(search: TargetSearch, kind: Kind) {
    this.#search = search;
    this.#kind = kind;
    this.#views = Array.from({ length: LAG }, () => this.#pool.view());
  }

  /** Iteration `iteration` is next. A no-op inside a round. */
  reach(iteration: number): void {
    if (iteration !== roundStart(this.#kind, this.#round)) return;
    this.#round++;
    const { feedback } = this.#search;
    if (iteration > 0) {
      const { novel, effort } = feedback.take();
      this.#pool.merge(novel);
      this.#pool.endRound(effort);
      this.#views.push(this.#pool.view());
    }
    feedback.startFrom(this.#views.shift());
  }
}
