import type { Divergence } from '../../oracles/divergence.ts';
import type { Alone } from '../../oracles/oracle.ts';
import { generateStart, walkCalls } from '../generate/generate.ts';
import { comparePair, judgePair } from '../judge/lockstep.ts';
import { type OnPair, PairTable } from '../judge/pair-table.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Choices } from '../program/choices.ts';
import { DirectLockstep, type OnDifference } from '../sweep/direct-lockstep.ts';
import { FirstLook } from './first-look.ts';
import type { OnNews, SearchContext } from './search.ts';

/** Ops of a random walk in lockstep. Nearly every one is a look-up in `PairTable`. */
const WALK_LENGTH = 256;
/** Of a thousand pairs each, in an iteration of lockstep: about as much time where a side has machine code and where not. */
const BATCHES = { code: 64, models: 4 };
/** Pairs that a shard may meet: its walks, of which there are 64 in 1024 iterations, and the first look. */
const MOST_MET = 64 * WALK_LENGTH + 4096;
/**
 * One thread: op after op on both sides. An iteration is some batches of one op on a thousand values each, and a random
 * walk of many ops.
 */
export class LockstepSearch {
  readonly #context: SearchContext;
  readonly #table: PairTable;
  /** Undefined with the ideal counter as the reference: then the table of pairs does all of the work. */
  readonly #direct: DirectLockstep | undefined;
  readonly #look: FirstLook;
  /** Whether runs of two threads are looked at. */
  readonly #looksAtRuns: boolean;
  /** The program of one op that is said to begin. The same object for all: nobody keeps it. */
  readonly #calls = [0];
  readonly #alone = { start: 0, threads: [this.#calls] };
  /** The call of the batch under way, and the pairs that were compared before it. */
  #call = 0;
  #pairs = 0;
  /** What the pairs under way brought, to be told when they are over. */
  #news: RawFinding[] = [];

  constructor(context: SearchContext) {
    this.#context = context;
    this.#table = new PairTable(context.harness, (call, old) => this.#begins(call, old));
    this.#direct = DirectLockstep.of(context.harness);
    this.#look = new FirstLook(context);
    const { harness, limits, schedulers } = context;
    const { ofRuns, ofOutcomes } = harness.oracles;
    // Somebody who names schedulers wants to see what these find.
    this.#looksAtRuns =
      limits.maxThreads > 1 && !schedulers && (ofOutcomes !== undefined || ofRuns.length > 0);
  }

  /** See `Search`. */
  begin(): void {
    this.#table.begin(MOST_MET);
  }

  /** See `Search`. */
  iterate(iteration: number, choices: Choices, onNews: OnNews): void {
    const { harness, counts } = this.#context;
    counts.programs++;
    // What an interruption, or an op that does not return, left behind is not of this iteration.
    this.#news = [];
    if (iteration === 0) this.#beginning(onNews);
    if (this.#direct) this.#batches(this.#direct, choices, onNews);
    const start = generateStart(harness, choices) as number;
    counts.pairs += WALK_LENGTH;
    this.#table.walk(walkCalls(harness, choices), start, WALK_LENGTH, choices, this.#onPair);
    this.#tell(onNews);
  }

  /** What needs no choices: first what most defects show at. */
  #beginning(onNews: OnNews): void {
    const direct = this.#direct;
    const judged = new Set<string>();
    if (direct) this.#startsAlone(direct, judged, onNews);
    else this.#everyPair(judged, onNews);
    if (this.#looksAtRuns) for (const one of this.#look.together()) onNews(one);
    if (!direct) return;
    // Without choices a batch takes the values around the boundaries, so each op meets those at once, whatever the seed.
    for (const call of this.#context.harness.calls) this.#batch(direct, call, undefined, onNews);
    this.#everyPair(judged, onNews);
  }

  /** Each op on each listed start, as plain functions. @param judged the pairs that differ are added */
  #startsAlone(direct: DirectLockstep, judged: Set<string>, onNews: OnNews): void {
    const { harness } = this.#context;
    const starts = harness.target.initial as readonly number[];
    const note: OnDifference = (old, reference, subject) => {
      judged.add(`${this.#call} ${old}`);
      this.#onDifference(old, reference, subject);
    };
    for (const call of harness.calls) {
      this.#before(direct, call);
      direct.at(call, starts, note, this.#batchBegins);
      this.#after(direct, onNews);
    }
  }

  /** The same, recorded: what is wrong on both sides alike shows here only. @param judged pairs that have been told */
  #everyPair(judged: ReadonlySet<string>, onNews: OnNews): void {
    const { harness, counts } = this.#context;
    const onPair: OnPair = (call, old, divergences) => {
      if (!judged.has(`${call} ${old}`)) this.#onPair(call, old, divergences);
    };
    for (const old of harness.target.initial as readonly number[]) {
      for (const call of harness.calls) this.#table.visit(call, old, onPair);
      counts.pairs += harness.calls.length;
      this.#tell(onNews);
    }
  }

  /** Some ops, drawn evenly. */
  #batches(direct: DirectLockstep, choices: Choices, onNews: OnNews): void {
    const { calls } = this.#context.harness;
    const most = direct.hasCode ? BATCHES.code : BATCHES.models;
    for (let drawn = 0; drawn < most; drawn++)
      this.#batch(direct, calls[choices.below(calls.length)]!, choices, onNews);
  }

  /** A thousand values of one op; only where the sides differ is looked at closely. */
  #batch(direct: DirectLockstep, call: number, choices: Choices | undefined, onNews: OnNews): void {
    this.#before(direct, call);
    direct.batch(call, choices, this.#onDifference, this.#batchBegins);
    this.#after(direct, onNews);
  }

  /** Values of one op are about to be compared. */
  #before(direct: DirectLockstep, call: number): void {
    this.#context.harness.subject.interrupt.look();
    this.#call = call;
    this.#pairs = direct.pairs;
  }

  #after(direct: DirectLockstep, onNews: OnNews): void {
    this.#context.counts.pairs += direct.pairs - this.#pairs;
    this.#tell(onNews);
  }

  // Members, so that a batch makes no closure.
  readonly #batchBegins = (old: number): boolean => this.#begins(this.#call, old);

  /**
   * Both answers are at hand only where both sides are models; machine code only says at which old value they differ.
   */
  readonly #onDifference: OnDifference = (old: number, reference?: Alone, subject?: Alone): void => {
    const { harness } = this.#context;
    const divergences =
      reference && subject
        ? judgePair(harness, this.#call, old, reference, subject)
        : comparePair(harness, this.#call, old).divergences;
    this.#onPair(this.#call, old, divergences);
  };

  /** A pair diverges, from the table or from a batch. Each of its divergences is a program of one op. */
  readonly #onPair: OnPair = (call: number, old: number, divergences: readonly Divergence[]): void => {
    for (const divergence of divergences) {
      if (this.#context.meet(divergence))
        this.#news.push({ divergence, program: { start: old, threads: [[call]] }, schedule: undefined });
    }
  };

  /** Whoever watches the search is told of one op as of any other program. */
  #begins(call: number, old: number): boolean {
    this.#calls[0] = call;
    this.#alone.start = old;
    return this.#context.begins(this.#alone);
  }

  /** Nothing is under way any more: whoever hears it may run ops of its own, to guess at a cause. */
  #tell(onNews: OnNews): void {
    if (this.#news.length === 0) return;
    const news = this.#news;
    this.#news = [];
    for (const one of news) onNews(one);
  }
}
