import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Feedback } from '../generate/feedback.ts';
import { type Limits, limitsFor } from '../generate/generate.ts';
import { Pool } from '../generate/pool.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Interrupted } from '../run/interrupt.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { noCounts, type Search, type SearchCounts } from './search.ts';
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
  readonly hits = new Map<string, { divergence: Divergence; count: number }>();
  /** Ops met that go round for ever on a word that nobody else touches, as text; the first few. */
  readonly nonTerminating = new Set<string>();
  readonly #search: Search;
  readonly #options: TargetSearchOptions;
  /** One object for all iterations, put back to the start of (seed, n) before each. */
  readonly #choices: RandomChoices;
  #iteration = 0;
  /** Of the iteration under way: what it met, as often as it did. */
  #metNow: string[] = [];

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

  /** Runs one iteration. @returns what is news, as soon as it is met @throws Interrupted */
  iterate(iteration: number): Generator<RawFinding> {
    return this.#guarded(iteration, () => this.#search.iterate(iteration, this.#choices));
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
    for (const _ of this.#guarded(iteration, () => this.#search.run(program, iteration, this.#choices)));
    return feedback.take().novel.flatMap(({ features }) => features);
  }

  /**
   * Whatever happens in an iteration, the counts are right after it; the consumer must iterate to the end, or close the
   * generator. One that is interrupted has not happened.
   */
  *#guarded(iteration: number, search: () => Iterable<RawFinding>): Generator<RawFinding> {
    this.#iteration = iteration;
    this.#choices.restart(this.#options.seed, iteration);
    const before = { ...this.counts };
    this.#metNow = [];
    this.counts.iterations++;
    try {
      yield* search();
    } catch (error) {
      if (error instanceof Interrupted) this.#takeBack(before);
      // Nothing can be said of a program with an op that does not return, but that there is such an op.
      if (!(error instanceof NonTerminatingOp)) throw error;
      this.counts.undecided++;
      if (this.nonTerminating.size < MOST_NON_TERMINATING) this.nonTerminating.add(error.message);
    }
  }

  #takeBack(before: SearchCounts): void {
    Object.assign(this.counts, before);
    for (const signature of this.#metNow) {
      const met = this.hits.get(signature)!;
      if (--met.count === 0) this.hits.delete(signature);
    }
  }

  /** Counts a divergence. @returns whether it is news */
  meet(divergence: Divergence): boolean {
    const signature = signatureOf(divergence);
    this.#metNow.push(signature);
    const met = this.hits.get(signature);
    if (met) met.count++;
    else this.hits.set(signature, { divergence, count: 1 });
    return !this.#options.isKnown(signature);
  }

  /** Begins a new tally. */
  clear(): void {
    Object.assign(this.counts, noCounts());
    this.hits.clear();
    this.nonTerminating.clear();
  }
}
