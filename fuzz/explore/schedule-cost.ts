import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { ageOf, isBarrierTurn, threadOf } from '../run/turn.ts';

/**
 * What a schedule costs a reader: reads of older writes first, and barriers passed ahead of their access, so that what an
 * interleaving alone shows is shown by one; then preemptions, context switches, and accesses. One number, so that costs add up
 * and compare as integers: up to 2¹³ of each fit into a double exactly.
 */
const WEAK = 2 ** 39;
const PREEMPTION = 2 ** 26;
const SWITCH = 2 ** 13;
const ACCESS = 1;

/** What a turn costs, see turn.ts, after thread `last` (-1: nobody yet) made the access before. */
export function costOfTurn(last: number, lastCouldGoOn: boolean, turn: number): number {
  const cost = ACCESS + (ageOf(turn) + (isBarrierTurn(turn) ? 1 : 0)) * WEAK;
  if (last < 0 || last === threadOf(turn)) return cost;
  return cost + SWITCH + (lastCouldGoOn ? PREEMPTION : 0);
}

/** How often a schedule changes threads: `switches` in all, `preemptions` where the thread left could have gone on. */
export interface ScheduleCost {
  readonly preemptions: number;
  readonly switches: number;
}

/** Preemptions and context switches of a schedule that fits its program: it is run to find out who could have gone on. */
export function costOf(machine: Machine, program: Program, schedule: readonly number[]): ScheduleCost {
  machine.start(program);
  let last = -1;
  let preemptions = 0;
  let switches = 0;
  for (const turn of schedule) {
    const thread = threadOf(turn);
    if (last >= 0 && thread !== last) {
      switches++;
      if (machine.isEnabled(last)) preemptions++;
    }
    machine.step(turn);
    last = thread;
  }
  return { preemptions, switches };
}
