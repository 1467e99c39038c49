import type { Divergence } from '../../oracles/divergence.ts';
import { generateStart, walkCalls } from '../generate/generate.ts';
import { comparePair, judgePair } from '../judge/lockstep.ts';
import { PairTable } from '../judge/pair-table.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Choices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { DirectLockstep, type OnDifference } from '../sweep/direct-lockstep.ts';
import { FirstLook } from './first-look.ts';
import type { SearchContext } from './search.ts';

/** Ops of a random walk. Nearly every one is a look-up in `PairTable`. */
const WALK_LENGTH = 256;
/** Of a thousand pairs each, in an iteration: about as much time where a side has machine code and where not. */
const BATCHES = { code: 64, models: 4 };

/** One thread: op after op on both sides. */
export class LockstepSearch {
  readonly #context: SearchContext;
  readonly #table: PairTable;
  /** Undefined with the ideal counter as the reference: then the table of pairs does all of the work. */
  readonly #direct: DirectLockstep | undefined;
  readonly #look: FirstLook;
  /** Whether runs of two threads are looked at. */
  readonly #looksAtRuns: boolean;

  constructor(context: SearchContext) {
    const { harness, limits, schedulers, begins } = context;
    const { ofRuns, ofOutcomes } = harness.oracles;
    this.#context = context;
    this.#table = new PairTable(harness, (call, old) => begins(programOf(call, old)));
    this.#direct = DirectLockstep.of(harness);
    this.#look = new FirstLook(context);
    // Somebody who names schedulers wants to see what these find.
    this.#looksAtRuns =
      limits.maxThreads > 1 && !schedulers && (ofOutcomes !== undefined || ofRuns.length > 0);
  }

  /** See `Search.iterate`. */
  *iterate(iteration: number, choices: Choices): Generator<RawFinding> {
    const { harness, counts } = this.#context;
    counts.programs++;
    if (iteration === 0) yield* this.#beginning();
    if (this.#direct) yield* this.#batches(this.#direct, choices);
    const news: RawFinding[] = [];
    const start = generateStart(harness, choices) as number;
    counts.pairs += WALK_LENGTH;
    this.#table.walk(walkCalls(harness, choices), start, WALK_LENGTH, choices, (call, old, divergences) =>
      news.push(...this.#newsOf(call, old, divergences)),
    );
    yield* news;
  }

  /** What needs no choices: first what most defects show at. */
  *#beginning(): Generator<RawFinding> {
    const direct = this.#direct;
    const judged = new Set<string>();
    if (direct) yield* this.#startsAlone(direct, judged);
    else yield* this.#everyPair(judged);
    if (this.#looksAtRuns) yield* this.#look.together();
    if (!direct) return;
    // Without choices a batch takes the values around the boundaries, so each op meets those at once, whatever the seed.
    for (const call of this.#context.harness.calls) yield* this.#batch(direct, call);
    yield* this.#everyPair(judged);
  }

  /** Each op on each listed start, as plain functions. @param judged the pairs that differ are added */
  *#startsAlone(direct: DirectLockstep, judged: Set<string>): Generator<RawFinding> {
    const { harness } = this.#context;
    const starts = harness.target.initial as readonly number[];
    for (const call of harness.calls) {
      yield* this.#differing(direct, call, (onDifference, begins) => {
        const note: OnDifference = (old, ...sides) => {
          judged.add(`${call} ${old}`);
          onDifference(old, ...sides);
        };
        direct.at(call, starts, note, begins);
      });
    }
  }

  /** The same, recorded: what is wrong on both sides alike shows here only. @param judged pairs that have been told */
  *#everyPair(judged: ReadonlySet<string>): Generator<RawFinding> {
    const { harness, counts } = this.#context;
    for (const start of harness.target.initial as readonly number[]) {
      const news: RawFinding[] = [];
      for (const each of harness.calls)
        this.#table.visit(each, start, (call, old, divergences) => {
          if (!judged.has(`${call} ${old}`)) news.push(...this.#newsOf(call, old, divergences));
        });
      counts.pairs += harness.calls.length;
      yield* news;
    }
  }

  *#batches(direct: DirectLockstep, choices: Choices): Generator<RawFinding> {
    const { calls } = this.#context.harness;
    const most = direct.hasCode ? BATCHES.code : BATCHES.models;
    for (let drawn = 0; drawn < most; drawn++) {
      yield* this.#batch(direct, calls[choices.below(calls.length)]!, choices);
    }
  }

  /** A thousand values of one op. */
  #batch(direct: DirectLockstep, call: number, choices?: Choices): RawFinding[] {
    return this.#differing(direct, call, (onDifference, begins) =>
      direct.batch(call, choices, onDifference, begins),
    );
  }

  /** Values of one op; only where the sides differ is looked at closely. */
  #differing(
    direct: DirectLockstep,
    call: number,
    compare: (onDifference: OnDifference, begins: (old: number) => boolean) => void,
  ): RawFinding[] {
    const { harness, counts, begins } = this.#context;
    const news: RawFinding[] = [];
    const before = direct.pairs;
    harness.subject.interrupt.look();
    compare(
      (old, reference, subject) => {
        // Both answers are at hand only where both sides are models; machine code only says at which old value they
        // differ.
        const divergences =
          reference && subject
            ? judgePair(harness, call, old, reference, subject)
            : comparePair(harness, call, old).divergences;
        news.push(...this.#newsOf(call, old, divergences));
      },
      (old) => begins(programOf(call, old)),
    );
    counts.pairs += direct.pairs - before;
    return news;
  }

  #newsOf(call: number, old: number, divergences: readonly Divergence[]): RawFinding[] {
    return divergences
      .filter((divergence) => this.#context.meet(divergence))
      .map((divergence) => ({ divergence, program: programOf(call, old), schedule: undefined }));
  }
}

function programOf(call: number, old: number): Program {
  return { start: old, threads: [[call]] };
}
