import { ExhaustiveChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { lenientReplay } from '../run/schedulers.ts';
import { CheapestFirst } from './cheapest-first.ts';
import { costOfTurn } from './schedule-cost.ts';
import { StateSet } from './state-set.ts';

/** A turn in the queue: a state to be left, or a goal that is reached by one more access. */
interface Turn {
  readonly cost: number;
  readonly state: number;
  /** The goal, and the thread that reaches it from `state`; absent for a state. */
  readonly goal?: string;
  readonly thread?: number;
}

/** What a search for schedules looks for. */
export interface Goals {
  /** How many there are: the search ends when all are reached. */
  readonly count: number;
  /** Called when a state is about to be left, so that the caller can note what held before. */
  leave?(machine: Machine): void;
  /** The goals that the last access reached; the machine is in the state after it. */
  reached(machine: Machine, thread: number, op: number): Iterable<string>;
  /** The goals that a state in which threads wait for each other for ever is. */
  stuck?(machine: Machine): Iterable<string>;
}

/**
 * The cheapest schedule to each of some goals: Dijkstra's search over (state, last thread), so that none is cheaper.
 * Leaving a thread that could go on is a preemption; leaving one that is done or blocked is only a switch.
 *
 * @returns by goal: the schedule, completed thread by thread to the program's end
 */
export function cheapestSchedules(machine: Machine, program: Program, goals: Goals): Map<string, number[]> {
  machine.start(program);
  const length = machine.state.length;
  const states = new StateSet(length + 1);
  const row = new Int32Array(length + 1);
  const cost: number[] = [];
  const parent: number[] = [];
  const settled: boolean[] = [];
  const found = new Map<string, number[]>();
  const queue = new CheapestFirst<Turn>();

  const reach = (last: number, total: number, from: number) => {
    row.set(machine.state);
    row[length] = last;
    const known = states.size;
    const state = states.add(row);
    if (state < known && cost[state]! <= total) return;
    cost[state] = total;
    parent[state] = from;
    queue.push({ cost: total, state });
  };
  reach(-1, 0, -1);
  for (let turn = queue.pop(); turn && found.size < goals.count; turn = queue.pop()) {
    const { state, goal, thread: mover } = turn;
    if (goal !== undefined) {
      // A goal counts when its turn comes, not when it is seen: a dearer last step may have been seen first.
      if (!found.has(goal)) {
        const path = pathTo(state, parent, states, row);
        found.set(goal, mover === undefined ? path : [...path, mover]);
      }
      continue;
    }
    if (settled[state]) continue;
    settled[state] = true;
    const load = () => {
      states.copyTo(state, row);
      machine.state.set(row.subarray(0, length));
    };
    load();
    const last = row[length]!;
    const lastCouldGoOn = last >= 0 && machine.isEnabled(last);
    goals.leave?.(machine);
    if (goals.stuck && machine.isDeadlocked()) {
      for (const key of goals.stuck(machine)) queue.push({ cost: turn.cost, state, goal: key });
    }
    for (let thread = 0; thread < machine.schedulable; thread++) {
      load();
      if (!machine.isEnabled(thread)) continue;
      const op = machine.position[thread]!;
      machine.step(thread);
      const total = turn.cost + costOfTurn(last, lastCouldGoOn, thread);
      for (const key of goals.reached(machine, thread, op)) {
        if (!found.has(key)) queue.push({ cost: total, state, goal: key, thread });
      }
      reach(thread, total, state);
    }
  }
  for (const [goal, schedule] of found) found.set(goal, completed(machine, program, schedule));
  return found;
}

function pathTo(state: number, parent: readonly number[], states: StateSet, row: Int32Array): number[] {
  const path: number[] = [];
  for (let at = state; parent[at]! >= 0; at = parent[at]!) {
    states.copyTo(at, row);
    path.push(row[row.length - 1]!);
  }
  return path.reverse();
}

/** Runs what is left, thread by thread, so that every op of the program has a result. */
function completed(machine: Machine, program: Program, schedule: readonly number[]): number[] {
  const buffer = scheduleBuffer();
  run(machine, program, lenientReplay(schedule), new ExhaustiveChoices(), buffer);
  return scheduleOf(buffer);
}
