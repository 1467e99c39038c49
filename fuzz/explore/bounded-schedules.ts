import { ExhaustiveChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { run, type ScheduleBuffer, scheduleBuffer } from '../run/run.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { threadOf } from '../run/turn.ts';

/** How far schedules are enumerated. */
export interface ScheduleBounds {
  /** The most times that a thread which could go on is left for another. Infinity: no bound. */
  readonly preemptions: number;
  /** The most schedules to run. */
  readonly limit: number;
}

/**
 * How an enumeration ended: `stopped` when `visit` said so, `all` when every schedule was seen without one being held back
 * by the bound, `bounded` when the bound held some back, `limit` when there were more than the limit.
 */
export type EnumerationEnd = 'stopped' | 'all' | 'bounded' | 'limit';

/**
 * Every schedule with at most some number of preemptions, one after another, without a visited set: for programs of a few
 * ops only.
 *
 * Preemption bounding is from CHESS (Musuvathi and Qadeer, "Iterative context bounding for systematic testing of
 * multithreaded programs", 2007): most bugs need few preemptions, and with a bound the number of schedules is polynomial in
 * the number of accesses. Leaving a thread that is done or blocked is free.
 *
 *     a a | b b with 0 preemptions: aabb, bbaa; with 1 also abba, baab; with 2 all six
 *
 * @param visit the machine has just run the program; return true to stop
 * @throws NonTerminatingOp when some op goes round for ever
 */
export function enumerateSchedules(
  machine: Machine,
  program: Program,
  { preemptions, limit }: ScheduleBounds,
  visit: (schedule: ScheduleBuffer) => boolean,
): EnumerationEnd {
  const choices = new ExhaustiveChoices();
  const buffer = scheduleBuffer();
  const scheduler = boundedScheduler(preemptions);
  let seen = 0;
  do {
    if (seen++ === limit) return 'limit';
    run(machine, program, scheduler, choices, buffer);
    if (visit(buffer)) return 'stopped';
  } while (choices.next());
  return scheduler.heldBack ? 'bounded' : 'all';
}

/**
 * Lets `choices` pick the thread; offers a preemption only while the budget lasts. `heldBack`: there was one that it did
 * not offer, in some run since it was made.
 */
function boundedScheduler(preemptions: number): Scheduler & { heldBack: boolean } {
  let last = -1;
  let left = 0;
  const offered: number[] = [];
  return {
    name: 'exhaustive',
    heldBack: false,
    begin() {
      last = -1;
      left = preemptions;
    },
    pick(machine, choices) {
      const mayGoOn = last >= 0 && machine.isEnabled(last);
      offered.length = 0;
      if (mayGoOn) offered.push(last);
      for (let turn = 0; turn < machine.turns; turn++) {
        if (turn === last || !machine.isEnabled(turn)) continue;
        if (mayGoOn && left === 0 && threadOf(turn) !== last) this.heldBack = true;
        else offered.push(turn);
      }
      if (offered.length === 0) return -1;
      const turn = offered.length === 1 ? offered[0]! : offered[choices.below(offered.length)]!;
      if (mayGoOn && threadOf(turn) !== last) left--;
      last = threadOf(turn);
      return turn;
    },
  };
}
