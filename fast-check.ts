/**
 * refuzz in a test suite of one's own, with fast-check: an assertion, and arbitraries. Needs the package fast-check.
 *
 * @example
 * ```ts
 * import { test } from 'vitest';
 * import { assertEquivalent } from 'refuzz/fast-check';
 * import { mine } from './mine.ts';
 *
 * test('mine counts as atomic_t does', () => void assertEquivalent('atomic', mine));
 * ```
 */

export {
  type AssertOptions,
  assertEquivalent,
  NotEquivalentError,
} from './export/report/assert-equivalent.ts';
export { equivalenceReport } from './export/report/equivalence-report.ts';
export { formatProgram } from './fuzz/case/program-text.ts';
export {
  checkEquivalence,
  type Differing,
  type DifferingOutcomes,
  type Equivalence,
  type EquivalenceOptions,
  type Equivalent,
  type Replay,
  type Undecided,
} from './fuzz/fast-check/equivalence.ts';
export { calls, ops } from './fuzz/fast-check/ops.ts';
export { pairTarget, type Side, type TargetOptions } from './fuzz/fast-check/pair-target.ts';
export { type ProgramLimits, programs } from './fuzz/fast-check/programs.ts';
export { type RunSeen, runUnder } from './fuzz/fast-check/run-under.ts';
export { type Run, runs } from './fuzz/fast-check/runs.ts';
export { type ScheduleOptions, schedules } from './fuzz/fast-check/schedules.ts';
export { type Turns, takingTurns } from './fuzz/fast-check/turns.ts';
export { type ValueOptions, values } from './fuzz/fast-check/values.ts';
