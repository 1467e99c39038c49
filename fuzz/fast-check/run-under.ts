import { type BothSides, observe } from '../case/observe.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { type Turns, takingTurns } from './turns.ts';

/** A run: what both sides gave, and the schedule that it took. */
export interface RunSeen extends BothSides {
  /** The thread of each access: what a case of the corpus has. */
  readonly schedule: readonly number[];
}

/**
 * Runs a program of a harness on the subject, and notes what both sides give: results, warnings, the word at the end.
 *
 * @throws NonTerminatingOp when some op does not return
 */
export function runUnder(harness: Harness, program: Program, turns: Turns): RunSeen {
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  // The turns answer every choice; the scheduler draws none.
  run(machine, program, takingTurns(turns), new RandomChoices(0, 0), buffer);
  const schedule = scheduleOf(buffer);
  return { schedule, ...observe(harness, program, schedule) };
}
