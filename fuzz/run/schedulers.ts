import { MOST_LATER } from '../../targets/subject/later.ts';
import type { Choices } from '../program/choices.ts';
import { MAX_THREADS, opCount } from '../program/program.ts';
import type { Machine } from './machine.ts';
import { ageOf, threadOf, turnOf } from './turn.ts';

/** Decides which thread makes the next access. One run at a time: `begin` forgets the one before. */
export interface Scheduler {
  /** As users choose it and reports name it. */
  readonly name: string;
  /** Called once when a program starts. */
  begin(machine: Machine, choices: Choices): void;
  /** @returns an enabled thread, or -1 to stop */
  pick(machine: Machine, choices: Choices): number;
}

/** Every enabled thread is equally likely, at every access. No state: one for all. */
export const randomWalk: Scheduler = {
  name: 'random-walk',
  begin() {},
  pick(machine, choices) {
    const count = machine.schedulable;
    let enabled = 0;
    for (let thread = 0; thread < count; thread++) if (machine.isEnabled(thread)) enabled++;
    if (enabled === 0) return -1;
    let skip = enabled === 1 ? 0 : choices.below(enabled);
    for (let thread = 0; ; thread++)
      if (machine.isEnabled(thread) && skip-- === 0) return reading(machine, thread, choices);
  },
};

/** The turn of a thread: where it may read older writes than the latest, one of them as often as not. */
function reading(machine: Machine, thread: number, choices: Choices): number {
  const older = machine.older(thread);
  if (older === 0 || choices.below(2) === 0) return thread;
  const turn = turnOf(thread, 1 + choices.below(older));
  return machine.isEnabled(turn) ? turn : thread;
}

/**
 * PCT, probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatti, "A randomized scheduler with
 * probabilistic guarantees of finding bugs", 2010): the enabled thread of the highest priority runs; at `depth - 1` accesses
 * drawn beforehand the running thread falls to the bottom. A bug that needs `depth` ordering constraints is hit with
 * probability at least 1 / (threads · length^(depth-1)) in each run.
 *
 *     depth 2, thread 1 above thread 0, change at access 1:   1 0 0 0 … 1 1 …
 *     thread 0 comes between the first two accesses of thread 1, whole: what a window needs
 *
 * @param depth 1 to 4
 */
export function pct(depth: number): Scheduler {
  /** By thread; all differ. Those of the start are `depth` and above, so a thread that falls is below all of them. */
  const priority = new Int32Array(MAX_THREADS + MOST_LATER);
  const changeAt = new Int32Array(4);
  let step = 0;
  return {
    name: `pct-${depth}`,
    begin(machine, choices) {
      // The length of the run is not known yet; it must not be learnt from earlier ones, or iteration n would
      // depend on them. Most ops of a counter make one or two accesses.
      const length = Math.max(4, 2 * opCount(machine.program));
      step = 0;
      const count = machine.schedulable;
      // A random permutation (Fisher and Yates, from the inside out).
      for (let thread = 0; thread < count; thread++) {
        const other = choices.below(thread + 1);
        priority[thread] = priority[other]!;
        priority[other] = depth + thread;
      }
      for (let change = 0; change < depth - 1; change++) changeAt[change] = choices.below(length);
    },
    pick(machine, choices) {
      let best = highest(machine, priority);
      if (best < 0) return -1;
      for (let change = 0; change < depth - 1; change++) {
        if (changeAt[change] !== step) continue;
        // Before the access, not after: the access that is held back is the one that was about to happen.
        priority[best] = depth - 1 - change;
        best = highest(machine, priority);
      }
      step++;
      return reading(machine, best, choices);
    },
  };
}

/** The enabled thread of the highest priority, or -1. */
function highest(machine: Machine, priority: Int32Array): number {
  let best = -1;
  for (let thread = 0; thread < machine.schedulable; thread++) {
    if (machine.isEnabled(thread) && (best < 0 || priority[thread]! > priority[best]!)) best = thread;
  }
  return best;
}

/** Follows a schedule to the letter. `pick` throws ScheduleError where it does not fit; it stops where the schedule ends. */
export function strictReplay(schedule: readonly number[]): Scheduler {
  let at = 0;
  return {
    name: 'replay',
    begin() {
      at = 0;
    },
    pick(machine) {
      const turn = schedule[at];
      if (turn === undefined) return -1;
      checkTurn(machine, turn, at);
      at++;
      return turn;
    },
  };
}

/** @param at place in the schedule, from 0. @throws ScheduleError when the turn cannot be taken */
export function checkTurn(machine: Machine, turn: number, at: number): void {
  if (turn < machine.turns && machine.isEnabled(turn)) return;
  const [thread, age] = [threadOf(turn), ageOf(turn)];
  const cannot =
    age > 0 && thread < machine.schedulable && machine.isEnabled(thread)
      ? `thread ${thread} cannot read the write ${age} before the latest there`
      : `thread ${thread} cannot run there`;
  throw new ScheduleError(`access ${at + 1} of the schedule: ${cannot}`);
}

/** A schedule that does not fit its program: somebody wrote it, or the subject has changed since. */
export class ScheduleError extends Error {}

/**
 * Follows a schedule as far as it fits: entries that cannot run are passed over, and what is left at the end
 * runs thread by thread, the last one first. For the minimiser, whose programs have lost some of the ops.
 */
export function lenientReplay(schedule: readonly number[]): Scheduler {
  let at = 0;
  let last = -1;
  return {
    name: 'lenient-replay',
    begin() {
      at = 0;
      last = -1;
    },
    pick(machine) {
      while (at < schedule.length) {
        const turn = schedule[at++]!;
        last = threadOf(turn);
        if (machine.isEnabled(turn)) return turn;
        if (last < machine.schedulable && machine.isEnabled(last)) return last;
      }
      // To leave a thread that could go on would be a preemption more.
      if (last >= 0 && last < machine.schedulable && machine.isEnabled(last)) return last;
      for (let thread = 0; thread < machine.schedulable; thread++)
        if (machine.isEnabled(thread)) {
          last = thread;
          return thread;
        }
      return -1;
    },
  };
}
