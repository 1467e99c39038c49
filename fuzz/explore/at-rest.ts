import type { Machine } from '../run/machine.ts';
import { markLeading } from './leading-states.ts';
import { StateSet } from './state-set.ts';

/** Beyond so many states nothing is called at rest. */
const LIMIT = 10_000;

/**
 * Whether the program has come to its end where the machine is although what runs later goes on: all threads are done, nothing
 * is under way, and whatever is armed brings the machine back here. The machine is left as it was.
 *
 *     a timer that arms itself anew, and finds nothing to do       at rest
 *     one that takes a reference off with each run                 not before it has taken them all
 */
export function isAtRest(machine: Machine): boolean {
  if (!machine.mayGoOnForEver || !machine.isOver()) return false;
  const { state } = machine;
  const kept = state.slice();
  try {
    return comesBack(machine);
  } finally {
    state.set(kept);
  }
}

/**
 * Whether every state that can be reached from here leads back here. Threads of the program are done, so nothing but what runs
 * later is tried; a timer that frees the object in the end leads to states from which nothing leads back.
 */
function comesBack(machine: Machine): boolean {
  const { state } = machine;
  const states = new StateSet(state.length);
  const edges: number[] = [];
  states.add(state);
  for (let from = 0; from < states.size; from++) {
    if (states.size > LIMIT) return false;
    for (let thread = machine.threadCount; thread < machine.schedulable; thread++) {
      states.copyTo(from, state);
      if (!machine.isEnabled(thread)) continue;
      machine.step(thread);
      edges.push(from, states.add(state));
    }
  }
  const leads = new Array<boolean>(states.size).fill(false);
  leads[0] = true;
  markLeading(leads, edges);
  return leads.every((one) => one);
}
