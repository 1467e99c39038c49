import type { Scheduler } from '../run/schedulers.ts';

/**
 * A schedule that fits any program: at each access, 0 lets the thread that ran last go on, and `n` goes to the n-th of
 * the other threads that can run, counted round and round. After the last turn all are 0. Where the last thread cannot
 * go on, 0 goes to the first that can.
 */
export type Turns = readonly number[];

/** A scheduler that takes these turns. Each number but 0 costs a preemption, or chooses who is next where one ends. */
export function takingTurns(turns: Turns): Scheduler {
  let at = 0;
  let last = -1;
  return {
    name: 'turns',
    begin() {
      at = 0;
      last = -1;
    },
    pick(machine) {
      const turn = turns[at++] ?? 0;
      const canRun = Array.from({ length: machine.turns }, (_, one) => one).filter((one) =>
        machine.isEnabled(one),
      );
      const others = canRun.filter((thread) => thread !== last);
      if (others.length === 0) return canRun.length > 0 ? last : -1;
      const goesOn = others.length < canRun.length;
      if (turn > 0) last = others[(turn - 1) % others.length]!;
      else if (!goesOn) last = others[0]!;
      return last;
    },
  };
}
