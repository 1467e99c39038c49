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

interface Node {
  readonly cost: number;
  readonly state: number;
}

/**
 * The cheapest schedule to an access that `isGoal` accepts: Dijkstra's search over (state, last thread).
 * Leaving a thread that could go on is a preemption; leaving one that is done or blocked is only a switch.
 *
 * @param onState called when a state is about to be left, so that the caller can note what held before
 * @param isDeadlockWanted asked about states in which threads wait for each other for ever
 * @returns the schedule, completed thread by thread to the program's end, or undefined if there is none
 */
export function cheapestSchedule(
  machine: Machine,
  program: Program,
  onState: (machine: Machine) => void,
  isGoal: (machine: Machine, thread: number, op: number) => boolean,
  isDeadlockWanted: (machine: Machine) => boolean,
): number[] | undefined {
  machine.start(program);
  const length = machine.state.length;
  const states = new StateSet(length + 1);
  const row = new Int32Array(length + 1);
  const cost: number[] = [];
  const parent: number[] = [];
  const settled: boolean[] = [];
  const queue = new TinyQueue<Node>([], (one, other) => one.cost - other.cost);

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
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (settled[node.state]) continue;
    settled[node.state] = true;
    const load = () => {
      states.copyTo(node.state, row);
      machine.state.set(row.subarray(0, length));
    };
    load();
    const last = row[length]!;
    const lastCouldGoOn = last >= 0 && machine.isEnabled(last);
    onState(machine);
    if (machine.isDeadlocked() && isDeadlockWanted(machine)) return pathTo(node.state, parent, states, row);
    for (let thread = 0; thread < machine.schedulable; thread++) {
      load();
      if (!machine.isEnabled(thread)) continue;
      const op = machine.position[thread]!;
      machine.step(thread);
      if (isGoal(machine, thread, op)) {
        return completed(machine, program, [...pathTo(node.state, parent, states, row), thread]);
      }
      reach(thread, node.cost + costOfTurn(last, lastCouldGoOn, thread), node.state);
    }
  }
  return undefined;
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
