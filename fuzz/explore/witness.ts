import TinyQueue from 'tinyqueue';
import { ExhaustiveChoices } from '../choices.ts';
import type { Machine } from '../machine.ts';
import type { Program } from '../program.ts';
import { run, type ScheduleBuffer, scheduleBuffer, scheduleOf } from '../run.ts';
import { lenientReplay, type Scheduler } from '../schedulers.ts';
import { StateSet } from './state-set.ts';

/** What a schedule costs a reader: preemptions first, then context switches, then accesses. */
const PREEMPTION = 2 ** 26;
const SWITCH = 2 ** 13;
const ACCESS = 1;

/** What it costs to let `thread` make the next access after `last` (-1: nobody yet) made the one before. */
export function costOfTurn(last: number, lastCouldGoOn: boolean, thread: number): number {
  if (last < 0 || last === thread) return ACCESS;
  return ACCESS + SWITCH + (lastCouldGoOn ? PREEMPTION : 0);
}

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
  const queue = new TinyQueue<Turn>([], (one, other) => one.cost - other.cost);

  const reach = (last: number, total: number, from: number) => {
    row.set(machine.state);
    row[length] = last;
    const state = states.add(row);
    if (!states.added && cost[state]! <= total) return;
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

export interface ScheduleCost {
  readonly preemptions: number;
  readonly switches: number;
}

/** Preemptions and context switches of a schedule. */
export function costOf(machine: Machine, program: Program, schedule: readonly number[]): ScheduleCost {
  machine.start(program);
  let last = -1;
  let preemptions = 0;
  let switches = 0;
  for (const thread of schedule) {
    if (last >= 0 && thread !== last) {
      switches++;
      if (machine.isEnabled(last)) preemptions++;
    }
    machine.step(thread);
    last = thread;
  }
  return { preemptions, switches };
}

/**
 * Every schedule with at most `preemptions` preemptions, one after another, without a visited set: for
 * programs of a few ops only.
 *
 * @param visit the machine has just run the program; return true to stop
 * @returns `stopped` when `visit` said so, `all` when every schedule was seen without one being held back by
 *   the bound, `bounded` when the bound held some back, `limit` when there were more than `limit`
 */
export function enumerateSchedules(
  machine: Machine,
  program: Program,
  preemptions: number,
  limit: number,
  visit: (schedule: ScheduleBuffer) => boolean,
): 'stopped' | 'all' | 'bounded' | 'limit' {
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

/** Lets `choices` pick the thread; offers a preemption only while the budget lasts. */
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
      for (let thread = 0; thread < machine.schedulable; thread++) {
        if (thread === last || !machine.isEnabled(thread)) continue;
        if (mayGoOn && left === 0) this.heldBack = true;
        else offered.push(thread);
      }
      if (offered.length === 0) return -1;
      const thread = offered.length === 1 ? offered[0]! : offered[choices.below(offered.length)]!;
      if (mayGoOn && thread !== last) left--;
      last = thread;
      return thread;
    },
  };
}
