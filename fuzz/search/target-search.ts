import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Feedback } from '../generate/feedback.ts';
import { type Limits, limitsFor } from '../generate/generate.ts';
import { Pool } from '../generate/pool.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Interrupted } from '../run/interrupt.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { copyCounts, noCounts, type OnNews, type Search, type SearchCounts } from './search.ts';
import { counterSearch } from './search-counter.ts';
import { schemeSearch } from './search-scheme.ts';

/** What is searched, and what is no news. */
export interface TargetSearchOptions {
  /** An integer, 0 or more. */
  readonly seed: number;
  readonly limits?: Partial<Limits> | undefined;
  /** Which schedulers run concurrent programs on counters; default: the whole portfolio. */
  readonly schedulers?: readonly Scheduler[] | undefined;
  /** Whether a signature is no news. Asked anew at each meeting: the set behind it may grow while an iteration runs. */
  isKnown(signature: string): boolean;
  /** A program is about to run. @returns false to leave it out */
  begins?(program: Program, iteration: number): boolean;
}

/** How often a divergence was met. */
export interface Hit {
  readonly divergence: Divergence;
  readonly count: number;
}

/** A hit while it is counted: how often it had been met when the turn began in which it was met last. */
interface Met {
  readonly divergence: Divergence;
  count: number;
  turn: number;
  before: number;
}

/** A view in which every feature is news. Views are not changed by those who start from them, so one serves for all. */
const NOTHING_SEEN = new Pool().view();

/**
 * Messages kept of ops that do not return. Each names an op and a value, and a subject with one such op may have
 * thousands of them.
 */
export const MOST_NON_TERMINATING = 4;

/** The search of one target, and the tally of what it met. Iteration n draws from (seed, n). */
export class TargetSearch {
  readonly harness: Harness;
  readonly counts: SearchCounts = noCounts();
  /** By signature. In lockstep only the first meeting of an op with a value counts. */
  readonly hits = new Map<string, Met>();
  /** Ops met that go round for ever on a word that nobody else touches, as text; the first few. */
  readonly nonTerminating = new Set<string>();
  readonly #search: Search;
  readonly #options: TargetSearchOptions;
  /** One object for all iterations, put back to the start of (seed, n) before each. */
  readonly #choices: RandomChoices;
  #iteration = 0;
  /** Numbers what has begun, iterations and single programs; and the counts when the last of them did. */
  #turn = 0;
  readonly #before = noCounts();

  constructor(harness: Harness, options: TargetSearchOptions) {
    this.harness = harness;
    this.#options = options;
    this.#choices = new RandomChoices(options.seed, 0);
    const { counts } = this;
    const context = {
      harness,
      limits: limitsFor(harness, options.limits ?? {}),
      counts,
      schedulers: options.schedulers,
      meet: (divergence: Divergence) => this.meet(divergence),
      begins: (program: Program) => options.begins?.(program, this.#iteration) ?? true,
    };
    this.#search = isCounterTarget(harness) ? counterSearch(context) : schemeSearch(context);
  }

  get feedback(): Feedback {
    return this.#search.feedback;
  }

  /** Runs one iteration. One that is interrupted has not happened. @throws Interrupted */
  iterate(iteration: number, onNews: OnNews = () => {}): void {
    this.#begin(iteration);
    try {
      this.#search.iterate(iteration, this.#choices, onNews);
    } catch (error) {
      this.#end(error);
    }
  }

  /**
   * What a program does: all its features, whatever was seen before. Its schedules are drawn from the iteration. It
   * ends what the search was learning: its feedback starts from nothing here, and what it had not handed over is
   * dropped.
   */
  featuresOf(program: Program, iteration: number): readonly number[] {
    const { feedback } = this.#search;
    feedback.startFrom(NOTHING_SEEN);
    feedback.coverage.begin();
    this.#begin(iteration);
    try {
      this.#search.run(program, iteration, this.#choices, () => {});
    } catch (error) {
      this.#end(error);
    }
    return feedback.take().novel.flatMap(({ features }) => features);
  }

  /** From here on what is met, and drawn, is of this iteration. */
  #begin(iteration: number): void {
    this.#iteration = iteration;
    this.#turn++;
    this.#choices.restart(this.#options.seed, iteration);
    copyCounts(this.counts, this.#before);
    this.counts.iterations++;
  }

  /** An iteration ended by an error: the counts are right after it, whatever it was. */
  #end(error: unknown): void {
    if (error instanceof Interrupted) this.#takeBack();
    // Nothing can be said of a program with an op that does not return, but that there is such an op.
    if (!(error instanceof NonTerminatingOp)) throw error;
    this.counts.undecided++;
    if (this.nonTerminating.size < MOST_NON_TERMINATING) this.nonTerminating.add(error.message);
  }

  /** Undoes the counts and hits of the turn under way. A hit that was met in no other turn goes altogether. */
  #takeBack(): void {
    copyCounts(this.#before, this.counts);
    for (const [signature, met] of this.hits) {
      if (met.turn !== this.#turn) continue;
      met.count = met.before;
      if (met.count === 0) this.hits.delete(signature);
    }
  }

  /** Counts a divergence. @returns whether it is news */
  meet(divergence: Divergence): boolean {
    const signature = signatureOf(divergence);
    let met = this.hits.get(signature);
    if (!met) {
      met = { divergence, count: 0, turn: 0, before: 0 };
      this.hits.set(signature, met);
    }
    if (met.turn !== this.#turn) {
      met.turn = this.#turn;
      met.before = met.count;
    }
    met.count++;
    return !this.#options.isKnown(signature);
  }

  /** Begins a new tally. */
  clear(): void {
    copyCounts(noCounts(), this.counts);
    this.hits.clear();
    this.nonTerminating.clear();
    this.#search.begin();
  }
}
