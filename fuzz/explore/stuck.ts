import type { Machine } from '../run/machine.ts';
import { isAtRest } from './at-rest.ts';
import { StateSet } from './state-set.ts';

/** A search from one state gives up beyond so many: nothing is called stuck then. */
const LIMIT = 100_000;

/**
 * Whether the program can never come to its end from where the machine is, whatever the schedule: a deadlock, threads that
 * wait for each other in loops, a wait that nobody ends. The machine is left as it was.
 */
export function isStuck(machine: Machine): boolean {
  const { state } = machine;
  const kept = state.slice();
  try {
    return !canEnd(machine);
  } finally {
    state.set(kept);
  }
}

function canEnd(machine: Machine): boolean {
  const { state } = machine;
  const states = new StateSet(state.length);
  states.add(state);
  for (let from = 0; from < states.size; from++) {
    states.copyTo(from, state);
    if (states.size > LIMIT) return true;
    let isLast = true;
    const { turns } = machine;
    for (let turn = 0; turn < turns; turn++) {
      states.copyTo(from, state);
      if (!machine.isEnabled(turn)) continue;
      isLast = false;
      machine.step(turn);
      states.add(state);
    }
    states.copyTo(from, state);
    if (machine.isOver() && (isLast || isAtRest(machine))) return true;
  }
  return false;
}

/**
 * The states that no end can be reached from and that lie on circles which are never left: one of each circle. A fair
 * schedule that comes among such states ends up in one of these.
 *
 * @param canEnd by state: whether an end can be reached. @param edges pairs of states: from, to
 */
export function endlessCircles(
  canEnd: readonly boolean[],
  states: number,
  edges: readonly number[],
): number[] {
  const next = new Map<number, number[]>();
  const before = new Map<number, number[]>();
  for (let edge = 0; edge < edges.length; edge += 2) {
    const [from, to] = [edges[edge]!, edges[edge + 1]!];
    if (canEnd[from]) continue;
    next.set(from, [...(next.get(from) ?? []), to]);
    before.set(to, [...(before.get(to) ?? []), from]);
  }
  const found: number[] = [];
  const isDone = new Set<number>();
  for (let start = states - 1; start >= 0; start--) {
    if (canEnd[start] || isDone.has(start)) continue;
    const state = lastOf(start, next);
    found.push(state);
    for (const other of reachedFrom(state, before)) isDone.add(other);
  }
  return found.sort((one, other) => one - other);
}

/** Follows a state to a circle that is never left: whatever such a state leads to leads back to it. */
function lastOf(start: number, next: ReadonlyMap<number, readonly number[]>): number {
  let state = start;
  for (let reached = reachedFrom(state, next); ; ) {
    const further = [...reached].find((other) => reachedFrom(other, next).size < reached.size);
    if (further === undefined) return state;
    state = further;
    reached = reachedFrom(state, next);
  }
}

function reachedFrom(start: number, next: ReadonlyMap<number, readonly number[]>): Set<number> {
  const reached = new Set([start]);
  for (const state of reached) for (const to of next.get(state) ?? []) reached.add(to);
  return reached;
}
