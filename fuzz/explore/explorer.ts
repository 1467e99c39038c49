import type { Machine } from '../machine.ts';
import type { Program } from '../program.ts';
import { Footprints } from './footprints.ts';
import { StateSet } from './state-set.ts';
import { ThreadSymmetry } from './thread-symmetry.ts';

/** Beyond this many states a program of a scheme is left undecided. */
export const STATE_LIMIT = 400_000;

/** A program that cannot be decided within STATE_LIMIT. */
export class TooManyStates extends Error {
  constructor() {
    super(`the program has more than ${STATE_LIMIT} states`);
  }
}

/** What an explorer tells of what it sees. */
export interface Visitor {
  /** The exploration begins, perhaps anew: what was told before is void. */
  begin?(): void;
  /** A state is about to be left; the machine is in it. `stuck`: no thread can go on. */
  state?(index: number, stuck: boolean): void;
  /**
   * A thread made an access; the machine is as the access left it.
   *
   * @param op index of the op that made it
   * @returns false to leave out what follows
   */
  step?(from: number, thread: number, op: number): boolean;
  /** The access of the last `step` led to state number `to`. */
  transition?(from: number, thread: number, to: number, isNew: boolean): void;
}

export interface ExplorerOptions {
  /**
   * Takes states for one that differ only in which of several threads with the same ops is which. Then a schedule
   * cannot be read off the transitions any more.
   */
  readonly symmetry?: boolean;
  /**
   * Makes an access that nobody else can observe at once, instead of in every order with what others do. Schemes only:
   * a counter has but one word. What can be observed stays: results so far, facts, warnings.
   */
  readonly eager?: boolean;
}

/**
 * Visits every state that a program can reach under any schedule, and every access that leads from one to another:
 * a breadth-first search with a visited set. Schedules that meet in a state are not told apart, so a program of
 * millions of interleavings has some hundred states. Blocking locks and RCU grace periods are a matter of which
 * threads are enabled; nothing spins.
 */
export class Explorer {
  readonly machine: Machine;
  readonly #states = new StateSet(1);
  readonly #symmetry: ThreadSymmetry | undefined;
  readonly #footprints: Footprints | undefined;

  constructor(machine: Machine, options: ExplorerOptions = {}) {
    this.machine = machine;
    this.#symmetry = options.symmetry ? new ThreadSymmetry(machine) : undefined;
    const isScheme = machine.trees.subject.kind === 'scheme';
    this.#footprints = options.eager && isScheme ? new Footprints(machine) : undefined;
  }

  /**
   * @param limit the most states to visit
   * @returns the number of states, or undefined when there are more than `limit`
   */
  explore(program: Program, limit: number, visitor: Visitor): number | undefined {
    for (;;) {
      const states = this.#pass(program, limit, visitor);
      if (states === undefined || !this.#footprints?.hasGrown) return states;
    }
  }

  #pass(program: Program, limit: number, visitor: Visitor): number | undefined {
    const { machine } = this;
    const states = this.#states;
    const symmetry = this.#symmetry;
    machine.start(program);
    const { state, position } = machine;
    const threads = machine.schedulable;
    states.clear(state.length);
    symmetry?.begin(program);
    const isSymmetric = symmetry?.isPresent ?? false;
    const footprints = this.#footprints;
    footprints?.begin(program);
    visitor.begin?.();
    states.add(state);
    for (let from = 0; from < states.size; from++) {
      if (states.size > limit) return undefined;
      states.copyTo(from, state);
      let enabled = 0;
      for (let thread = 0; thread < threads; thread++) if (machine.isEnabled(thread)) enabled |= 1 << thread;
      visitor.state?.(from, enabled === 0);
      if (footprints) {
        const local = this.#localMove(from, enabled, footprints);
        if (local >= 0) enabled = 1 << local;
        states.copyTo(from, state);
      }
      for (let thread = 0; enabled !== 0; thread++, enabled >>= 1) {
        if ((enabled & 1) === 0) continue;
        states.copyTo(from, state);
        const op = position[thread]!;
        footprints?.note(thread);
        machine.step(thread);
        if (visitor.step?.(from, thread, op) === false) continue;
        if (isSymmetric) symmetry!.sort();
        const to = states.add(state);
        visitor.transition?.(from, thread, to, states.added);
      }
    }
    return states.size;
  }

  /**
   * A thread whose next access is local, does not end its op, and leads to a state that is not known yet (or else a loop
   * of local accesses would keep the other threads out for ever). @returns -1 if there is none
   */
  #localMove(from: number, enabled: number, footprints: Footprints): number {
    const { machine } = this;
    for (let thread = 0; thread < machine.threadCount; thread++) {
      if (((enabled >> thread) & 1) === 0 || !footprints.isLocal(thread)) continue;
      const op = machine.position[thread]!;
      footprints.note(thread);
      machine.step(thread);
      const endsOp = machine.position[thread] !== op;
      if (!endsOp && this.#symmetry?.isPresent) this.#symmetry.sort();
      const isNew = !endsOp && this.#states.indexOf(machine.state) < 0;
      this.#states.copyTo(from, machine.state);
      if (isNew) return thread;
    }
    return -1;
  }
}
