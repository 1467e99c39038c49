import { Explorer } from '../explore/explorer.ts';
import { cheapestSchedules } from '../explore/witness.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { type AccessSeen, trace } from '../run/trace.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { faultKey, opAt } from './soundness.ts';
import { STUCK, WARNING } from './soundness-facts.ts';
import { faultAt } from './soundness-leak.ts';
import { StuckStates } from './soundness-stuck.ts';
import type { Fault } from './soundness-tally.ts';

/** More states than this are not searched for a schedule. */
const MOST_STATES = 400_000;

/**
 * The accesses of a run that shows a fault, up to where it shows: under the schedule with the fewest preemptions, for one
 * that is stuck under the one with the fewest accesses.
 *
 * @returns undefined when none is found, as the program has too many states
 */
export function faultShown(
  { calls }: Pick<Harness, 'calls'>,
  trees: TransitionTrees,
  program: Program,
  fault: Pick<Fault, 'what' | 'op' | 'text'>,
): AccessSeen[] | undefined {
  const machine = new Machine(trees);
  const schedule =
    fault.what === STUCK ? stuckSchedule(machine, program, calls) : cheapest(machine, program, calls, fault);
  return schedule && trace(machine, program, schedule);
}

function cheapest(
  machine: Machine,
  program: Program,
  calls: readonly number[],
  { what, op, text }: Pick<Fault, 'what' | 'op' | 'text'>,
): number[] | undefined {
  const wanted = faultKey(what, op, text);
  /** The op that brings it now; undefined where it does not show. */
  const shownBy = (thread: number, at: number): string | undefined => {
    if (what === WARNING)
      return machine.warningTexts().includes(text!) ? opAt(machine, thread, at) : undefined;
    const fact = faultAt(machine, calls);
    return fact?.what === what ? opAt(machine, fact.thread, fact.op) : undefined;
  };
  let wasClean = true;
  const schedule = cheapestSchedules(machine, program, {
    count: 1,
    leave() {
      wasClean =
        faultAt(machine, calls) === undefined && (what !== WARNING || machine.words[WordIndex.WARNED] === 0);
    },
    reached: (_, thread, at) => (wasClean && shownBy(thread, at) === op ? [wanted] : []),
  }).get(wanted);
  return schedule && upTo(machine, program, schedule, () => shownBy(0, 0) !== undefined);
}

/** What follows a fault is cut off: schedules that are found lead on to the program's end. */
function upTo(
  machine: Machine,
  program: Program,
  schedule: readonly number[],
  isShown: () => boolean,
): number[] {
  machine.start(program);
  const at = schedule.findIndex((thread) => {
    machine.step(thread);
    return isShown();
  });
  return schedule.slice(0, at + 1);
}

/** Breadth first, so none has fewer accesses. */
function stuckSchedule(machine: Machine, program: Program, calls: readonly number[]): number[] | undefined {
  const stuck = new StuckStates();
  /** By state: the one before it, and who moved. */
  const before: (readonly [from: number, thread: number] | undefined)[] = [undefined];
  const states = new Explorer(machine).explore(program, MOST_STATES, {
    state: (index, isLast) => stuck.state(machine, index, isLast),
    step(from) {
      if (faultAt(machine, calls) === undefined) return true;
      stuck.end(from);
      return false;
    },
    transition(from, thread, to, isNew) {
      stuck.edge(from, to);
      if (isNew) before[to] = [from, thread];
    },
  });
  const last = states === undefined ? undefined : stuck.find();
  if (last === undefined) return undefined;
  const schedule: number[] = [];
  for (let step = before[last]; step; step = before[step[0]]) schedule.unshift(step[1]);
  return schedule;
}
