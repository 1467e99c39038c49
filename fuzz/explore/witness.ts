import { ExhaustiveChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { NonTerminatingOp, returns } from '../run/non-terminating.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { lenientReplay } from '../run/schedulers.ts';
import { threadOf } from '../run/turn.ts';
import { CheapestFirst } from './cheapest-first.ts';
import { costOfTurn } from './schedule-cost.ts';
import { StateSet } from './state-set.ts';
import { isStuck } from './stuck.ts';

/** A search for the end of a program gives up beyond so many states. */
const MOST_ON_THE_WAY = 100_000;

/** A turn in the queue: a place to be left, or a goal that is reached by one more access. */
interface Turn {
  /** See schedule-cost.ts. */
  readonly cost: number;
  /** Number of (state, last thread). */
  readonly place: number;
  /** The goal, and the turn that reaches it from `place`, see turn.ts; absent for a place. */
  readonly goal?: string;
  readonly turn?: number;
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
 * The cheapest schedule to each of some goals: fewest preemptions, then context switches, then accesses. Leaving a thread
 * that could go on is a preemption; leaving one that is done or blocked is only a switch.
 *
 * @returns by goal: the schedule, completed thread by thread to the program's end. Goals that no schedule reaches are absent
 * @throws NonTerminatingOp when an op goes round for ever in the schedule that completes one
 */
export function cheapestSchedules(machine: Machine, program: Program, goals: Goals): Map<string, number[]> {
  const found = new WitnessSearch(machine, program, goals).run();
  for (const [goal, schedule] of found) found.set(goal, completed(machine, program, schedule));
  return found;
}

/**
 * Dijkstra's search (1959) over (state, last thread): what the next access costs depends on who made the one before. So
 * nothing is cheaper than what it finds, and it stops as soon as the last goal is reached.
 *
 * A goal is a turn in the queue like a state, at the cost of the access that reaches it. It counts when its turn comes, not
 * when it is first seen: a dearer last step may have been seen first.
 *
 *     0 ──access──▶ s ──switch──▶ (goal)     seen first, at a switch more
 *     0 ──access──▶ t ──access──▶ (goal)     seen later, and counts
 */
class WitnessSearch {
  readonly #machine: Machine;
  readonly #goals: Goals;
  /** States of the machine, each with the thread that moved last in one cell more; -1 when nobody has moved yet. */
  readonly #places: StateSet;
  readonly #row: Int32Array;
  /** By place: the cost of the cheapest way to it so far, and the place before it on that way. */
  readonly #cost: number[] = [];
  readonly #parent: number[] = [];
  /** By place: whether its turn has come. Nothing cheaper leads to it any more. */
  readonly #settled: boolean[] = [];
  readonly #queue = new CheapestFirst<Turn>();
  readonly #found = new Map<string, number[]>();

  constructor(machine: Machine, program: Program, goals: Goals) {
    this.#machine = machine;
    this.#goals = goals;
    machine.start(program);
    this.#row = new Int32Array(machine.state.length + 1);
    this.#places = new StateSet(this.#row.length);
  }

  /** @returns by goal: the schedule up to the access that reaches it */
  run(): Map<string, number[]> {
    this.#reach(-1, 0, -1);
    const { interrupt } = this.#machine.trees;
    const isOver = () => this.#found.size >= this.#goals.count;
    for (let turn = this.#queue.pop(); turn && !isOver(); turn = this.#queue.pop()) {
      interrupt.look();
      if (turn.goal !== undefined) this.#settleGoal(turn, turn.goal);
      else if (!this.#settled[turn.place]) this.#leave(turn);
    }
    return this.#found;
  }

  /** The machine has come to a place: it is queued, unless a cheaper way to it is known. */
  #reach(last: number, cost: number, from: number): void {
    this.#row.set(this.#machine.state);
    this.#row[this.#row.length - 1] = last;
    const known = this.#places.size;
    const place = this.#places.add(this.#row);
    if (place < known && this.#cost[place]! <= cost) return;
    this.#cost[place] = cost;
    this.#parent[place] = from;
    this.#queue.push({ cost, place });
  }

  #settleGoal({ place, turn }: Turn, goal: string): void {
    if (this.#found.has(goal)) return;
    const path = this.#pathTo(place);
    this.#found.set(goal, turn === undefined ? path : [...path, turn]);
  }

  /** Makes every access that can be made from a place. */
  #leave({ place, cost }: Turn): void {
    const machine = this.#machine;
    const goals = this.#goals;
    this.#settled[place] = true;
    const last = lastThread(this.#load(place));
    const lastCouldGoOn = last >= 0 && machine.isEnabled(last);
    goals.leave?.(machine);
    if (goals.stuck && machine.isDeadlocked()) {
      for (const goal of goals.stuck(machine)) this.#queue.push({ cost, place, goal });
    }
    const { turns } = machine;
    for (let turn = 0; turn < turns; turn++) {
      this.#load(place);
      if (!machine.isEnabled(turn)) continue;
      const thread = threadOf(turn);
      const op = machine.position[thread]!;
      machine.step(turn);
      const total = cost + costOfTurn(last, lastCouldGoOn, turn);
      for (const goal of goals.reached(machine, thread, op)) {
        if (!this.#found.has(goal)) this.#queue.push({ cost: total, place, goal, turn });
      }
      this.#reach(turn, total, place);
    }
  }

  /** Brings the machine to a place. @returns the turn that led there; -1 for none */
  #load(place: number): number {
    const row = this.#row;
    this.#places.copyTo(place, row);
    this.#machine.state.set(row.subarray(0, row.length - 1));
    return row[row.length - 1]!;
  }

  #pathTo(place: number): number[] {
    const path: number[] = [];
    for (let at = place; this.#parent[at]! >= 0; at = this.#parent[at]!) {
      this.#places.copyTo(at, this.#row);
      path.push(this.#row[this.#row.length - 1]!);
    }
    return path.reverse();
  }
}

function lastThread(turn: number): number {
  return turn < 0 ? turn : threadOf(turn);
}

/**
 * Runs what is left, thread by thread, so that every op of the program has a result. A schedule from which that cannot be
 * is left as it is.
 */
function completed(machine: Machine, program: Program, schedule: readonly number[]): number[] {
  machine.start(program);
  for (const thread of schedule) machine.step(thread);
  if (machine.trees.subject.kind === 'scheme' && isStuck(machine)) return [...schedule];
  const buffer = scheduleBuffer();
  const isRun = returns(() => {
    run(machine, program, lenientReplay(schedule), new ExhaustiveChoices(), buffer);
    return true;
  });
  if (isRun) return scheduleOf(buffer);
  // One thread waits, in a loop, for another whose turn would come after it.
  machine.start(program);
  for (const thread of schedule) machine.step(thread);
  return [...schedule, ...wayToEnd(machine)];
}

/**
 * The fewest accesses from where the machine is to the end of the program, by breadth-first search.
 *
 * @throws NonTerminatingOp when there are too many states on the way
 */
function wayToEnd(machine: Machine): number[] {
  const { state } = machine;
  const states = new StateSet(state.length);
  const steps: { readonly from: number; readonly turn: number }[] = [{ from: -1, turn: -1 }];
  states.add(state);
  for (let from = 0; from < states.size && states.size < MOST_ON_THE_WAY; from++) {
    states.copyTo(from, state);
    if (machine.isOver()) {
      const way: number[] = [];
      for (let at = from; at > 0; at = steps[at]!.from) way.push(steps[at]!.turn);
      return way.reverse();
    }
    const { turns } = machine;
    for (let turn = 0; turn < turns; turn++) {
      states.copyTo(from, state);
      if (!machine.isEnabled(turn)) continue;
      machine.step(turn);
      const known = states.size;
      if (states.add(state) === known) steps.push({ from, turn });
    }
  }
  throw new NonTerminatingOp('a run');
}
