import type { Choices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from './machine.ts';
import { NonTerminatingOp } from './non-terminating.ts';
import type { Scheduler } from './schedulers.ts';

/** No program comes near whose ops return: four threads of twelve ops make a few hundred accesses. */
const MAX_ACCESSES = 4096;

/** The schedule of the last `run` that was given it, and how long it was. Reused, so that fuzzing allocates nothing. */
export interface ScheduleBuffer {
  /** By access: the thread that made it. What lies beyond `length` is from earlier runs. */
  readonly threads: Uint8Array;
  length: number;
}

/** A buffer for the longest run. Whoever runs programs owns one. */
export function scheduleBuffer(): ScheduleBuffer {
  return { threads: new Uint8Array(MAX_ACCESSES), length: 0 };
}

/**
 * Runs a program from its start until the scheduler stops, and notes the schedule it chose.
 *
 * @throws NonTerminatingOp when some op goes round for ever
 */
export function run(
  machine: Machine,
  program: Program,
  scheduler: Scheduler,
  choices: Choices,
  schedule: ScheduleBuffer,
): void {
  machine.start(program);
  scheduler.begin(machine, choices);
  schedule.length = 0;
  for (;;) {
    const thread = scheduler.pick(machine, choices);
    if (thread < 0) return;
    if (schedule.length === MAX_ACCESSES) throw new NonTerminatingOp('a run');
    schedule.threads[schedule.length++] = thread;
    machine.step(thread);
  }
}

/** The schedule as plain data, for whoever keeps it: the buffer will be used again. */
export function scheduleOf(buffer: ScheduleBuffer): number[] {
  return [...buffer.threads.subarray(0, buffer.length)];
}
