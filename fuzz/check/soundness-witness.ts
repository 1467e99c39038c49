import { Explorer } from '../explore/explorer.ts';
import { markLeading } from '../explore/leading-states.ts';
import { cheapestSchedules } from '../explore/witness.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import { Machine } from '../run/machine.ts';
import { type AccessSeen, trace } from '../run/trace.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { faultKey, opAt, unfinishedOp } from './soundness.ts';
import { factAt, STUCK, WARNING } from './soundness-facts.ts';
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
  trees: TransitionTrees,
  program: Program,
  fault: Pick<Fault, 'what' | 'op' | 'text'>,
): AccessSeen[] | undefined {
  const machine = new Machine(trees);
  const schedule =
    fault.what === STUCK ? stuckSchedule(machine, program, fault.op) : cheapest(machine, program, fault);
  return schedule && trace(machine, program, schedule);
}

function cheapest(
  machine: Machine,
  program: Program,
  { what, op, text }: Pick<Fault, 'what' | 'op' | 'text'>,
): number[] | undefined {
  const wanted = faultKey(what, op, text);
  const isShown = (): boolean =>
    what === WARNING ? machine.warningTexts().includes(text!) : factAt(machine) === what;
  let wasClean = true;
  const schedule = cheapestSchedules(machine, program, {
    count: 1,
    leave() {
      wasClean = factAt(machine) === undefined && (what !== WARNING || machine.words[WordIndex.WARNED] === 0);
    },
    reached: (_, thread, at) =>
      wasClean && isShown() && faultKey(what, opAt(machine, thread, at), text) === wanted ? [wanted] : [],
  }).get(wanted);
  return schedule && upTo(machine, program, schedule, isShown);
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

/** Breadth first: the way to the first state from which no schedule leads to an end. */
function stuckSchedule(machine: Machine, program: Program, op: string): number[] | undefined {
  const ends: boolean[] = [];
  const edges: number[] = [];
  const at: string[] = [];
  /** By state: the one before it, and who moved. */
  const before: (readonly [from: number, thread: number] | undefined)[] = [undefined];
  const states = new Explorer(machine).explore(program, MOST_STATES, {
    state(index, isOver) {
      ends[index] = isOver && machine.isFinished();
      at[index] = unfinishedOp(machine);
    },
    step(from) {
      if (factAt(machine) === undefined) return true;
      ends[from] = true;
      return false;
    },
    transition(from, thread, to, isNew) {
      edges.push(from, to);
      if (isNew) before[to] = [from, thread];
    },
  });
  if (states === undefined) return undefined;
  markLeading(ends, edges);
  const named = ends.findIndex((isEnding, state) => !isEnding && at[state] === op);
  // Of threads that are alike another one may be the first.
  const first = named >= 0 ? named : ends.indexOf(false);
  if (first < 0) return undefined;
  const schedule: number[] = [];
  for (let step = before[first]; step; step = before[step[0]]) schedule.unshift(step[1]);
  return schedule;
}
