import { arityOf, type Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { barrierTurn, threadOf, turnOf } from '../run/turn.ts';
import { isAtRest } from './at-rest.ts';
import { PartialOrderReduction } from './partial-order-reduction.ts';
import { SparseStateSet } from './sparse-state-set.ts';
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

/**
 * What an explorer tells of what it sees, in this order for each state: `state`, then for each access from it `step`, and
 * `transition` unless `step` said to leave out what follows. States are numbered from 0 in the order in which they are met.
 */
export interface Visitor {
  /** The exploration begins, perhaps anew: forget what was told before. */
  begin?(): void;
  /** A state is about to be left; the machine is in it. `stuck`: no thread can go on, or what does changes nothing any more. */
  state?(index: number, stuck: boolean): void;
  /**
   * A thread made an access; the machine is as the access left it.
   *
   * @param op index of the op that made it
   * @param outcome the number of the op's outcome, if it returned with this access; -1 if it goes on
   * @returns false to leave out what follows
   */
  step?(from: number, thread: number, op: number, outcome: number): boolean;
  /** The access of the last `step` led to state number `to`. @param turn the thread, and what it read: see turn.ts */
  transition?(from: number, turn: number, to: number, isNew: boolean): void;
}

/** What an explorer leaves out. Neither changes which outcomes, facts and divergences it meets. */
export interface ExplorerOptions {
  /**
   * Symmetry reduction: takes states for one that differ only in which of several threads with the same ops is which.
   * Then a schedule cannot be read off the transitions any more.
   */
  readonly symmetry?: boolean;
  /**
   * Partial-order reduction: makes an access that nobody else can observe at once, instead of in every order with what others do. Schemes only:
   * a counter has but one word. What can be observed stays: results so far, facts, warnings.
   */
  readonly eager?: boolean;
  /** Under the kernel's memory model: the fewest threads of programs of which views are kept only as far as they are needed; 3 if left out. */
  readonly attendsFrom?: number;
  /**
   * What has been learnt of footprints stays from program to program, and nothing is learnt beforehand: for who explores programs of
   * ops that come one by one. How many states a program has depends on those before it then; what it comes to does not.
   */
  readonly keepsFootprints?: boolean;
}

/**
 * Visits every state that a program can reach under any schedule, and every access that leads from one to another:
 * a breadth-first search with a visited set, as explicit-state model checkers do it. Schedules that meet in a state are not told apart, so a program of
 * millions of interleavings has some hundred states. Blocking locks and RCU grace periods are a matter of which
 * threads are enabled; nothing spins.
 */
export class Explorer {
  readonly machine: Machine;
  readonly #states: StateSet | SparseStateSet;
  readonly #symmetry: ThreadSymmetry | undefined;
  readonly #reduction: PartialOrderReduction | undefined;
  readonly #keepsFootprints: boolean;
  /** Of states to come back to, by depth. */
  readonly #rooms: Int32Array[] = [];

  constructor(machine: Machine, options: ExplorerOptions = {}) {
    this.machine = machine;
    this.#states = machine.order ? new SparseStateSet() : new StateSet(1);
    this.#keepsFootprints = options.keepsFootprints ?? false;
    this.#symmetry = options.symmetry ? new ThreadSymmetry(machine) : undefined;
    const isScheme = machine.trees.subject.kind === 'scheme';
    this.#reduction =
      options.eager && isScheme ? new PartialOrderReduction(machine, options.attendsFrom) : undefined;
    if (this.#reduction && !this.#keepsFootprints)
      this.#learn(machine.trees.subject as Scheme, this.#reduction);
  }

  /** Explores every pair of ops from every state, for their footprints. */
  #learn({ ops, states }: Scheme, reduction: PartialOrderReduction): void {
    const { alphabet } = this.machine.trees;
    const names = Object.keys(ops).filter((op) => alphabet.opNames.includes(op));
    // What is not known of yet, with another argument, is learnt where a program has it.
    const known = Array.from({ length: alphabet.size }, (_, call) => call);
    const calls = names.flatMap((op) =>
      arityOf(ops[op]!) === 0 ? [alphabet.id(op)] : known.filter((call) => alphabet.call(call).op === op),
    );
    for (const start of Object.keys(states)) {
      for (const one of calls) {
        for (const other of calls) {
          const program = { start, threads: [[one], [other]] };
          while (this.#pass(program, STATE_LIMIT, {}) !== undefined && reduction.hasGrown);
          reduction.end();
        }
      }
    }
    reduction.settle();
  }

  /**
   * @param limit the most states to visit
   * @returns the number of states, or undefined when there are more than `limit`
   * @throws Interrupted
   */
  explore(program: Program, limit: number, visitor: Visitor): number | undefined {
    if (!this.#keepsFootprints) this.#reduction?.reset();
    try {
      for (;;) {
        const states = this.#pass(program, limit, visitor);
        if (states === undefined || !this.#reduction?.hasGrown) return states;
      }
    } finally {
      this.#reduction?.end();
    }
  }

  /**
   * One search. The states are their own queue: those behind `from` have been left, those from there on are still to be.
   * To make an access the machine is brought into the state (`copyTo`), for each thread anew.
   */
  #pass(program: Program, limit: number, visitor: Visitor): number | undefined {
    const { machine } = this;
    const states = this.#states;
    machine.start(program);
    const { state } = machine;
    const { interrupt } = machine.trees;
    const threads = machine.schedulable;
    states.clear(state.length);
    this.#symmetry?.begin(program);
    const reduction = this.#reduction;
    reduction?.begin(program);
    visitor.begin?.();
    states.add(state);
    for (let from = 0; from < states.size; from++) {
      if (states.size > limit) return undefined;
      interrupt.look();
      states.copyTo(from, state);
      const { order } = machine;
      machine.look();
      const needs = order?.needs;
      let enabled = 0;
      for (let thread = 0; thread < threads; thread++) if (machine.isEnabled(thread)) enabled |= 1 << thread;
      visitor.state?.(from, enabled === 0 || isAtRest(machine));
      // Nothing has moved the machine away yet: the first access need not bring it back.
      let isThere = !reduction;
      // Local accesses come first: one that leads on to a new state makes all others wait.
      for (let thread = 0; reduction && thread < machine.threadCount; thread++) {
        if (((enabled >> thread) & 1) === 0) continue;
        states.copyTo(from, state);
        order?.resume(needs);
        if (!reduction.isLocal(thread)) continue;
        enabled = this.#moveAll(from, thread, visitor) ? 0 : enabled & ~(1 << thread);
      }
      for (let thread = 0; enabled !== 0; thread++, enabled >>= 1) {
        if ((enabled & 1) === 0) continue;
        if (!isThere) states.copyTo(from, state);
        isThere = false;
        order?.resume(needs);
        this.#moveAll(from, thread, visitor);
      }
      // A read of a write that was not kept is missing.
      if (machine.isOverfull) return undefined;
    }
    return states.size;
  }

  /**
   * Makes the next access of a thread in each way there is: a read may take an older write than the latest, and others may pass
   * the barriers that they stand before or behind.
   *
   * @returns as `#move`, of all ways together
   */
  #moveAll(from: number, thread: number, visitor: Visitor): boolean {
    const { machine } = this;
    const { order } = machine;
    if (!order) return this.#move(from, thread, visitor);
    const others = order.isAttended ? order.barriersBeside(thread) : 0;
    const passes = !order.isAttended && machine.canPassBarrier(thread);
    const older = machine.older(thread);
    if ((others | older) === 0 && !passes) return this.#move(from, thread, visitor);
    const here = this.#keep(0);
    const { needs } = order;
    let moved = this.#read(from, thread, visitor, here);
    if (passes) {
      machine.state.set(here);
      moved = this.#move(from, barrierTurn(thread), visitor) && moved;
    }
    if (others === 0) return moved;
    machine.state.set(here);
    order.resume(needs);
    return this.#passFirst(from, thread, visitor, others, 1) && moved;
  }

  /** Keeps the state that the machine is in. @param depth whose room is used: that of one less is still needed */
  #keep(depth: number): Int32Array {
    const { state } = this.machine;
    let room = this.#rooms[depth];
    if (room?.length !== state.length) room = new Int32Array(state.length);
    this.#rooms[depth] = room;
    room.set(state);
    return room;
  }

  /** Makes the access with each write that it may read. @param here the state that the machine is in */
  #read(from: number, thread: number, visitor: Visitor, here: Int32Array): boolean {
    const { machine } = this;
    const older = machine.older(thread);
    const needs = machine.order!.needs;
    let moved = this.#move(from, thread, visitor);
    for (let age = 1; age <= older; age++) {
      machine.state.set(here);
      machine.order!.resume(needs);
      const turn = turnOf(thread, age);
      if (machine.isEnabled(turn)) moved = this.#move(from, turn, visitor) && moved;
    }
    return moved;
  }

  // Barriers apart from their accesses: a thread's barrier changes what it knows, and the view that all barriers go through; no other
  // step but a barrier, or the beginning of a grace period, looks at that view. So passing it commutes with all other steps of other
  // threads, and of all the times at which it can be passed only two are different: with its own access, and right before another
  // barrier. And that only where the other tells what this thread does not know: else it might as well be passed behind it, when it
  // tells the same to fewer. (A write looks at that view where it is asked what everybody had been told: then it counts as one.)

  /**
   * A barrier that a thread passes later or earlier than it must makes a difference only right before another thread tells
   * something by a barrier: what lies between that and its own access commutes with it. So that is where it is tried.
   *
   * @param others that may do so before the access, a bit each
   * @param depth of the rooms that are free
   */
  #passFirst(from: number, thread: number, visitor: Visitor, others: number, depth: number): boolean {
    const { machine } = this;
    const order = machine.order!;
    const here = this.#keep(depth);
    const { needs } = order;
    let moved = true;
    for (let other = 0; other < machine.schedulable; other++) {
      if (((others >> other) & 1) === 0) continue;
      machine.state.set(here);
      order.resume(needs);
      if (!machine.isEnabled(barrierTurn(other))) continue;
      machine.step(barrierTurn(other));
      const passed = this.#keep(depth + 1);
      const needsThen = order.needs;
      moved = this.#read(from, thread, visitor, passed) && moved;
      machine.state.set(passed);
      order.resume(needsThen);
      const left = others & ~(1 << other);
      if (left !== 0) moved = this.#passFirst(from, thread, visitor, left, depth + 2) && moved;
    }
    return moved;
  }

  /**
   * Makes the next access of a thread, and adds the state after it.
   *
   * @returns whether that state is new, no op has ended and no fact come about: if nobody else can observe the access, then nothing else
   *   need be tried. (In a loop of local accesses that leads to no new state the others would be kept out for ever.)
   */
  #move(from: number, turn: number, visitor: Visitor): boolean {
    const { machine } = this;
    const thread = threadOf(turn);
    const op = machine.position[thread]!;
    const fact = this.#reduction && machine.fact;
    this.#reduction?.note(thread);
    const outcome = machine.step(turn);
    // What is told of a run: its results, and its first fact, which another order of accesses could give to another op.
    const isTold = machine.position[thread] !== op || (this.#reduction && machine.fact !== fact);
    if (visitor.step?.(from, thread, op, outcome) === false) return false;
    if (this.#symmetry?.isPresent) this.#symmetry.sort();
    const known = this.#states.size;
    const to = this.#states.add(machine.state);
    const isNew = to === known;
    visitor.transition?.(from, turn, to, isNew);
    return isNew && !isTold;
  }
}
