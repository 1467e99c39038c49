import { CheapestFirst } from './cheapest-first.ts';
import { costOfTurn } from './schedule-cost.ts';
import type { StateGraph } from './state-graph.ts';

interface Turn {
  /** Of the schedule up to here: see schedule-cost.ts. */
  readonly cost: number;
  /** Number of (state, last thread): state times `lasts`, plus the thread. */
  readonly at: number;
}

/** By (state, last thread): what the way there costs, and where it comes from. */
export interface PathRoom {
  readonly cost: Float64Array;
  readonly parent: Int32Array;
}

/** Room for searches through a graph. */
export function pathRoom(graph: StateGraph): PathRoom {
  const places = graph.states * lastsOf(graph);
  return { cost: new Float64Array(places), parent: new Int32Array(places) };
}

/** Who may have moved last: a thread, nobody yet, and one to spare. */
function lastsOf({ program }: StateGraph): number {
  return program.threads.length + 2;
}

/**
 * The cheapest way through a graph of states to its end: fewest preemptions, then context switches, then accesses.
 * Dijkstra's search (1959) over (state, last thread), so nothing cheaper exists. The last thread is part of the place since
 * what the next access costs depends on it.
 *
 * @param allows which transitions may be used, from which state
 * @param ends which final states will do
 * @param room of a graph that is searched more than once
 * @returns the schedule, or undefined when no such way exists
 */
export function cheapestPath(
  graph: StateGraph,
  allows: (edge: number, state: number) => boolean,
  ends: (state: number) => boolean,
  room: PathRoom = pathRoom(graph),
): number[] | undefined {
  const { first, to, thread } = graph;
  const lasts = lastsOf(graph);
  const { cost, parent } = room;
  cost.fill(Number.POSITIVE_INFINITY);
  parent.fill(-1);
  // What cannot lead to the end may be left out or not: the way is the same.
  const queue = new CheapestFirst<Turn>((one, other) => one.cost - other.cost || one.at - other.at);
  // The last place stands for "nobody has moved yet".
  cost[lasts - 1] = 0;
  queue.push({ cost: 0, at: lasts - 1 });
  for (let turn = queue.pop(); turn; turn = queue.pop()) {
    if (turn.cost > cost[turn.at]!) continue;
    const state = Math.floor(turn.at / lasts);
    const last = turn.at % lasts === lasts - 1 ? -1 : turn.at % lasts;
    if (first[state] === first[state + 1]) {
      if (ends(state)) return threadsTo(turn.at, parent, lasts);
      continue;
    }
    const lastCouldGoOn = hasMove(graph, state, last);
    for (let edge = first[state]!; edge < first[state + 1]!; edge++) {
      if (!allows(edge, state)) continue;
      const mover = thread[edge]!;
      const at = to[edge]! * lasts + mover;
      const total = turn.cost + costOfTurn(last, lastCouldGoOn, mover);
      if (total >= cost[at]!) continue;
      cost[at] = total;
      parent[at] = turn.at;
      queue.push({ cost: total, at });
    }
  }
  return undefined;
}

/** Whether a thread can make an access in a state. */
function hasMove({ first, thread }: StateGraph, state: number, mover: number): boolean {
  for (let edge = first[state]!; edge < first[state + 1]!; edge++) if (thread[edge] === mover) return true;
  return false;
}

/** The threads on the way to a place, from the start on. */
function threadsTo(end: number, parent: Int32Array, lasts: number): number[] {
  const schedule: number[] = [];
  for (let at = end; parent[at]! >= 0; at = parent[at]!) schedule.push(at % lasts);
  return schedule.reverse();
}
