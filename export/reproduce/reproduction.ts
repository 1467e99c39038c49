import type { Case } from '../../fuzz/case/case.ts';
import { observe } from '../../fuzz/case/observe.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { type CounterReproduction, reproducedCounter } from './reproduced-counter.ts';
import { reproducedScheme, type SchemeReproduction } from './reproduced-scheme.ts';

/** A case run once, and all of it that a program in some language needs. `kind` tells which. */
export type Reproduction = CounterReproduction | SchemeReproduction;

/**
 * Runs a case and takes apart what it did.
 *
 * @throws Error when the program does not fit the target, ScheduleError when the schedule does not
 */
export function reproductionOf(harness: Harness, stored: Case): Reproduction {
  const program = programOf(harness, stored.program);
  const { accesses, reference } = observe(harness, program, stored.schedule);
  const schedule = accesses.map(({ turn }) => turn);
  const shared = { harness, stored, program, schedule };
  return harness.target.subject.kind === 'scheme'
    ? reproducedScheme(shared)
    : reproducedCounter(shared, reference);
}
