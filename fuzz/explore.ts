import type { Machine } from './machine.ts';
import type { Program } from './program.ts';
import { StateSet } from './state-set.ts';

/** Beyond this many states a program of a scheme is left undecided. */
export const STATE_LIMIT = 400_000;

/** A program that cannot be decided within STATE_LIMIT. */
export class TooManyStates extends Error {
  constructor() {
    super(`the program has more than ${STATE_LIMIT} states`);
  }
}

/** One access that some schedule can make. Valid during the callback; the machine holds the state after it. */
export interface Transition {
  /** Number of the state before. */
  readonly from: number;
  readonly thread: number;
  /** Index of the op that made it, and how many ops its thread has completed after. */
  readonly op: number;
  readonly completed: number;
  /** Number of the state after, and whether it is met for the first time. */
  readonly to: number;
  readonly isNew: boolean;
}

/**
 * Visits every state that a program can reach under any schedule, and every access that leads from one to
 * another: a breadth-first search with a visited set. Schedules that meet in a state are not told apart.
 *
 * @param onState called for each state, the machine being in it
 * @returns the number of states, or undefined when there are more than `limit`
 */
export function explore(
  machine: Machine,
  program: Program,
  limit: number,
  onTransition: (transition: Transition, machine: Machine) => void,
  onState: (index: number, machine: Machine, stuck: boolean) => void = () => {},
): number | undefined {
  machine.start(program);
  const states = new StateSet(machine.state.length);
  states.add(machine.state);
  const threads = machine.schedulable;
  for (let from = 0; from < states.size; from++) {
    if (states.size > limit) return undefined;
    states.copyTo(from, machine.state);
    let stuck = true;
    for (let thread = 0; thread < threads; thread++) if (machine.isEnabled(thread)) stuck = false;
    onState(from, machine, stuck);
    for (let thread = 0; thread < threads; thread++) {
      states.copyTo(from, machine.state);
      if (!machine.isEnabled(thread)) continue;
      const op = machine.position[thread]!;
      machine.step(thread);
      const to = states.add(machine.state);
      const completed = machine.position[thread]!;
      onTransition({ from, thread, op, completed, to, isNew: states.added }, machine);
    }
  }
  return states.size;
}
