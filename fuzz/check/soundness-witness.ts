import { Explorer } from '../explore/explorer.ts';
import { cheapestSchedules } from '../explore/witness.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';
import { type AccessSeen, trace } from '../run/trace.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { type Life, lifeOf } from './life.ts';
import { faultKey, opAt } from './soundness.ts';
import { STUCK, WARNING } from './soundness-facts.ts';
import { StuckStates } from './soundness-stuck.ts';
import type { Fault } from './soundness-tally.ts';

/** More states than this are not searched for a schedule. */
const MOST_STATES = 400_000;

/**
 * The accesses of a run that shows a fault, up to where it shows: under the schedule with the fewest preemptions, for one
 * that is stuck under the one with the fewest accesses.
 *
 * @returns undefined when none is found, as the program has too many states, or never ends
 */
export function faultShown(
  harness: Harness,
  trees: TransitionTrees,
  program: Program,
  fault: Pick<Fault, 'what' | 'op' | 'text'>,
): AccessSeen[] | undefined {
  const life = lifeOf(harness, trees);
  const schedule = returns(() =>
    fault.what === STUCK ? stuckSchedule(life, program) : cheapest(life, program, fault),
  );
  return schedule && marked(trace(life.machine, program, schedule), life);
}

/** The words of a counter do not say what befell the object: the last access shows it. */
function marked(accesses: AccessSeen[], life: Life): AccessSeen[] {
  const fault = life.machine.trees.subject.kind === 'counter' ? life.fault() : undefined;
  const last = accesses.at(-1);
  if (!fault || !last || fault.what === WARNING) return accesses;
  return [...accesses.slice(0, -1), { ...last, fault: fault.what }];
}

function cheapest(
  life: Life,
  program: Program,
  { what, op, text }: Pick<Fault, 'what' | 'op' | 'text'>,
): number[] | undefined {
  const { machine } = life;
  const wanted = faultKey(what, op, text);
  /** The op that brings it now; undefined where it does not show. */
  const shownBy = (thread: number, at: number): string | undefined => {
    if (what === WARNING && life.warningTexts().includes(text!)) return opAt(machine, thread, at);
    const fault = life.fault();
    const isWanted = fault?.what === what && fault.text === text;
    return isWanted ? opAt(machine, fault.thread, fault.op) : undefined;
  };
  let wasClean = true;
  const schedule = cheapestSchedules(machine, program, {
    count: 1,
    leave() {
      wasClean = life.fault() === undefined && (what !== WARNING || life.warningTexts().length === 0);
    },
    reached: (_, thread, at) => (wasClean && shownBy(thread, at) === op ? [wanted] : []),
  }).get(wanted);
  return schedule && upTo(machine, program, schedule, () => shownBy(0, 0) !== undefined);
}

/** What follows a fault is cut off: schedules that are found lead on to the program's end. */
function upTo(
  machine: Life['machine'],
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
function stuckSchedule(life: Life, program: Program): number[] | undefined {
  const stuck = new StuckStates();
  /** By state: the one before it, and who moved. */
  const before: (readonly [from: number, thread: number] | undefined)[] = [undefined];
  const states = new Explorer(life.machine).explore(program, MOST_STATES, {
    state: (index, isLast) => stuck.state(life, index, isLast),
    step(from) {
      if (life.fault() === undefined) return true;
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
