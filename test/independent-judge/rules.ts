import type { Boundary } from './boundary.ts';
import type { Role } from './language.ts';
import type { Run } from './runs.ts';
import type { Fact, What, Who } from './state.ts';

/** Who is right, the gravest first. */
export const JUDGEMENTS = ['breaks', 'misses', 'false-alarm', 'changes', 'protects'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

/** What the definitions leave to be said once, so that a test can say it wrongly. */
export interface Rules {
  /** Two facts with the same key are the same fact. */
  factKey(fact: Fact, classOf: ClassOf): string;
  /** Where an op is: facts and warnings are judged by what the reference comes to there. */
  situation(who: Who, touch: Boundary | null, classOf: ClassOf): string;
  /** What of a run's results is compared. */
  resultsKey(run: Pick<Run, 'results'>): string;
  /** What of the end of an object that nothing has befallen is compared. */
  endOf(run: Pick<Run, 'isFreed'>): string;
  /** Whether a run counts at all. */
  counts(run: Run): boolean;
  /** Whether a leak is told with the warning that the run has. */
  isToldByWarning(run: Run, what: What, warnsAnew: boolean): boolean;
  /** Whether all runs that show a fact must have warned for `protects`, or one is enough. */
  allHaveWarned(runs: readonly Run[], warnsAnew: (run: Run) => boolean): boolean;
  /** Whether a refusal is no alarm, because the object was not to be found. */
  isPlainMiss(role: Role, list: number): boolean;
  /** Whether a result is told although something has warned before. */
  readonly tellsAfterWarning: boolean;
  /** Whether lost facts are told, and outcomes whose parts are all known. */
  readonly tellsLostFacts: boolean;
  readonly tellsKnownParts: boolean;
  /** The judgements, the gravest first. */
  readonly gravity: readonly Judgement[];
}

/** The lowest thread with the same ops. */
export type ClassOf = (thread: number) => number;

/** The definitions. */
export const RULES: Rules = {
  factKey: ({ what, thread, index, boundary, holder }, classOf) =>
    `${what} ${classOf(thread)}.${index} ${boundary} ${holder === null ? '' : classOf(holder)}`,
  situation: ({ thread, index }, touch, classOf) => `${classOf(thread)}.${index} ${touch ?? 'none'}`,
  resultsKey: ({ results }) => JSON.stringify(results),
  endOf: ({ isFreed }) => (isFreed ? 'freed' : 'left'),
  counts: () => true,
  isToldByWarning: ({ isSaturated }, what, warnsAnew) => what === 'leak' && isSaturated && warnsAnew,
  allHaveWarned: (runs, warnsAnew) => runs.every(warnsAnew),
  isPlainMiss: (role, list) => (role === 'get' || role === 'enter') && list === 0,
  tellsAfterWarning: false,
  tellsLostFacts: true,
  tellsKnownParts: true,
  gravity: JUDGEMENTS,
};
