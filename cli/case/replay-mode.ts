import type { StoredCase } from '../../fuzz/case/corpus.ts';
import type { Harness } from '../../fuzz/run/harness.ts';

/** What came of a case, or of one side of it. */
export interface Replayed {
  readonly path: string;
  /** One word; they are counted. */
  readonly kind: string;
  /** In what it is not as recorded, or why that is not known. */
  readonly reason?: string | undefined;
  /** Which side it is about, where each is run by itself. */
  readonly side?: string;
  /** Its cause with its target, where the case carries one: what is told then is told of the cause. */
  readonly cause?: string;
  /** Whether it is changed, and nothing diverges in it any more. */
  readonly isGone?: boolean;
  /** Lines for a person; none for what is as it should be, unless everything is shown. */
  readonly lines: readonly string[];
}

/** All cases that were run. */
export interface ReplayTotals {
  /** How many cases there were, also those that an interrupt left out. */
  readonly cases: number;
  /** Cases of which nothing could be run. */
  readonly leftOut: number;
  /** How many files were not run since they, or their targets, are wrong. None of them is among `cases`. */
  readonly refused: number;
  readonly results: readonly Replayed[];
  readonly seconds: number;
}

/** What is said at the end. */
export interface ReplaySummary {
  /** For standard output. */
  readonly lines: readonly string[];
  /** For standard error. */
  readonly notes: readonly string[];
  readonly json: object;
}

/** A way to run stored cases again: by the model, or in a booted kernel. */
export interface ReplayMode {
  /** Kinds that make `refuzz replay` fail; and kinds that leave it undecided. */
  readonly failing: readonly string[];
  readonly undecided: readonly string[];
  /** Makes ready. @returns a line for standard error @throws BootError */
  open(): Promise<string | undefined>;
  /** @param harness makes the case's target ready, anew at each call @returns nothing for a case that it cannot run */
  replay(stored: StoredCase, harness: () => Harness): Promise<readonly Replayed[]>;
  /** Called at the end, and as soon as the user interrupts. May be called twice. */
  close(): Promise<void>;
  summary(totals: ReplayTotals): ReplaySummary;
}

/** How many of the results are of a kind. */
export function countOf(results: readonly Replayed[], kind: string): number {
  return results.filter((one) => one.kind === kind).length;
}
