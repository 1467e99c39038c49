import type { Divergence } from '../../oracles/divergence.ts';
import type { Feedback } from '../generate/feedback.ts';
import type { Limits } from '../generate/generate.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Choices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { Scheduler } from '../run/schedulers.ts';

/** What has been done so far. */
export interface SearchCounts {
  /** Those begun, whatever came of them. */
  iterations: number;
  programs: number;
  /** Runs of a program under a schedule. A scheme's program is decided over all schedules at once. */
  schedules: number;
  /** Op pairs compared in lockstep. */
  pairs: number;
  /** Programs decided over all their schedules. */
  decided: number;
  /** Programs too large to decide (schemes only), with an op that does not return, or left out. */
  undecided: number;
  /** Runs that no order of indivisible ops explains, and of which it could not be decided whether they are documented. */
  unjudged: number;
}

/** Before the first iteration. */
export function noCounts(): SearchCounts {
  return { iterations: 0, programs: 0, schedules: 0, pairs: 0, decided: 0, undecided: 0, unjudged: 0 };
}

/** Makes `to` say what `from` says. Written out, since it is done for each program. */
export function copyCounts(from: SearchCounts, to: SearchCounts): void {
  to.iterations = from.iterations;
  to.programs = from.programs;
  to.schedules = from.schedules;
  to.pairs = from.pairs;
  to.decided = from.decided;
  to.undecided = from.undecided;
  to.unjudged = from.unjudged;
}

/** What a search works with, and whom it tells. */
export interface SearchContext {
  readonly harness: Harness;
  readonly limits: Limits;
  readonly counts: SearchCounts;
  /** Which schedulers run concurrent programs on counters; default: the whole portfolio. */
  readonly schedulers?: readonly Scheduler[] | undefined;
  /**
   * A divergence was met. Called for every meeting, known or not: the tally counts them.
   *
   * @returns whether it is news
   */
  meet(divergence: Divergence): boolean;
  /** A program is about to run. @returns false to leave it out */
  begins(program: Program): boolean;
}

/**
 * What is called with news, as soon as it is met; no run or exploration is under way then. (Generators would read more
 * easily, but a search has several of them inside each other, and to make them for each program was garbage.)
 */
export type OnNews = (rawFinding: RawFinding) => void;

/** A search of one target, iteration by iteration. */
export interface Search {
  /**
   * Where its programs come from, and what they have shown. A campaign takes from it, and starts it anew, between
   * shards.
   */
  readonly feedback: Feedback;
  /** Draws and runs one program (in lockstep: many values of ops). */
  iterate(iteration: number, choices: Choices, onNews: OnNews): void;
  /** A new tally: from here on nothing that is told depends on what was met before. */
  begin(): void;
  /** Runs one program, as an iteration would that came upon it. */
  run(program: Program, iteration: number, choices: Choices, onNews: OnNews): void;
}
