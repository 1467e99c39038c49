import { exchange } from '../../oracles/packed-fields.ts';
import type { Program } from '../program/program.ts';
import { Access, IS_OF_TIME, WordIndex } from './access.ts';
import { waitsForWord } from './awaits.ts';
import { startCounter, stepCounter } from './counter-steps.ts';
import type { CounterTouches } from './counter-touches.ts';
import { DONE, MachineState } from './machine-state.ts';
import type { OrderState } from './order-state.ts';
import { callerOf, type OpInstance } from './scheme-facts.ts';
import type { Holds } from './scheme-holds.ts';
import { SchemeRun } from './scheme-run.ts';
import { heldBy, sectionsOf, swapInWords } from './scheme-words.ts';
import type { TransitionTrees } from './transition-trees.ts';
import { ageOf, isBarrierTurn, TURNS, threadOf, turnOf } from './turn.ts';

export { type AccessListener, DONE } from './machine-state.ts';

const { FACTS, WARNED } = WordIndex;

/** Turns from here on read an older write. */
const FIRST_OLDER = turnOf(0, 1);

/**
 * The one executor: it runs the ops of a program access by access, in whatever order its caller asks for. Nothing else
 * runs ops (the recorder only asks what an op does next).
 *
 *     machine.start(program);
 *     while (machine.isEnabled(0)) machine.step(0);   // thread 0 alone
 *
 * The state and where things lie in it: machine-state.ts. What an access does: counter-steps.ts and scheme-run.ts.
 */
export class Machine extends MachineState {
  /** Absent for a counter, which pays for nothing of it but this one test. */
  readonly #scheme: SchemeRun | undefined;
  /** Whether the scheme has works or timers, which may arm themselves anew for ever. */
  readonly mayGoOnForEver: boolean;

  /** @param extraCells how many cells `extra` has */
  constructor(trees: TransitionTrees, extraCells = 0) {
    super(trees, extraCells);
    const { subject } = trees;
    this.#scheme = subject.kind === 'scheme' ? new SchemeRun(this, subject) : undefined;
    this.mayGoOnForEver =
      subject.kind === 'scheme' && (subject.time?.later?.some(({ kind }) => kind !== 'rcu') ?? false);
  }

  /** Threads that can be scheduled: those of the program, and for a scheme those of what it runs later, RCU at least. */
  get schedulable(): number {
    return this.threadCount + this.trees.laterCalls;
  }

  /**
   * All turns are below this. Threads that can be scheduled, or more where reads may take an older write: then ask each with
   * `isEnabled`.
   */
  get turns(): number {
    if (!this.#scheme?.orders?.reads) return this.schedulable;
    let oldest = 0;
    for (let thread = 0; thread < this.schedulable; thread++) {
      if (this.canPassBarrier(thread)) return TURNS;
      oldest = Math.max(oldest, this.older(thread));
    }
    return turnOf(this.schedulable, oldest);
  }

  /**
   * Whether a full barrier stands before a thread's next access, which it can pass ahead of that: see `barrierTurn`. It may, while it
   * waits for a lock.
   */
  canPassBarrier(thread: number): boolean {
    const order = this.#scheme?.orders?.reads;
    return order?.isUnderWay(thread) === true && order.canPassBarrier(thread, this.node[thread]!);
  }

  /** How many writes before the latest one a thread may read by its next access; 0 if it reads nothing, or must read the latest. */
  older(thread: number): number {
    const order = this.#scheme?.orders?.reads;
    return order && this.#canGoOn(thread) ? order.older(thread, this.node[thread]!) : 0;
  }

  /** What a thread's next access would find, were it to read so old a write. @param age 1 to `older` */
  olderValue(thread: number, age: number): number {
    return this.#schemeRun().orders!.reads!.valueOf(this.node[thread]!, age);
  }

  /** Whether more has been written than histories keep since the program's start: then no exploration of it is complete. */
  get isOverfull(): boolean {
    return this.#scheme?.orders?.reads?.isOverfull ?? false;
  }

  /** Whether a thread has yet to pass a full barrier behind an access that it has made. */
  isBarrierDue(thread: number): boolean {
    return this.#scheme?.orders?.reads?.isBarrierDue(thread) ?? false;
  }

  /** Looks anew at what can still be asked for, where somebody attends to that: call it when the machine was put into a state. */
  look(): void {
    this.#scheme?.look();
  }

  /** What is known of the writes of words; absent where every read takes the latest. */
  get order(): OrderState | undefined {
    return this.#scheme?.orders?.reads;
  }

  /** Where ops touch the counter; schemes only. */
  get touches(): CounterTouches {
    return this.#schemeRun().touches;
  }

  /** Puts the machine at the start of a program. @throws Interrupted */
  start(program: Program): void {
    this.trees.interrupt.look();
    this.trees.trim();
    this.load(program);
    if (this.#scheme) this.#scheme.start();
    else startCounter(this);
  }

  /** Whether the thread's next access can be made now, and read what the turn says. @param turn see turn.ts */
  isEnabled(turn: number): boolean {
    if (turn >= FIRST_OLDER) {
      if (isBarrierTurn(turn)) return this.canPassBarrier(threadOf(turn));
      return this.#mayReadOlder(threadOf(turn), ageOf(turn));
    }
    return this.#canGoOn(turn);
  }

  #mayReadOlder(thread: number, age: number): boolean {
    const order = this.#scheme?.orders?.reads;
    return order !== undefined && this.#canGoOn(thread) && order.mayRead(thread, this.node[thread]!, age);
  }

  #canGoOn(thread: number): boolean {
    const node = this.node[thread];
    if (node === undefined || node === DONE) return false;
    const kind = this.trees.kind[node]!;
    if (kind < Access.LOCK) return true;
    if (kind === Access.LOCK) return this.words[this.trees.word[node]!] === 0;
    if (kind === Access.RCU_CALLBACK) return this.#schemeRun().isGracePeriodOver(node);
    // Whatever else waits has been added behind the others.
    if (kind <= Access.BACK) return true;
    if (kind === Access.TAKE_OVER) return this.#scheme!.holds!.canTakeOver(this.trees.callOf(node));
    if (IS_OF_TIME[kind]) return this.#schemeRun().effects.later!.isEnabled(thread, node);
    return !waitsForWord(this.trees, node, this.words);
  }

  /** Whether nobody is left in the middle of something: the threads are done, and nothing that runs later is under way. */
  isOver(): boolean {
    return this.isFinished() && !this.#scheme?.isLaterUnderWay();
  }

  /** Whether threads of the program, or a callback, are left and nobody can go on. */
  isDeadlocked(): boolean {
    if (this.isOver()) return false;
    for (let thread = 0; thread < this.schedulable; thread++) if (this.isEnabled(thread)) return false;
    return true;
  }

  /**
   * Makes the next access of an enabled thread.
   *
   * @param turn that is enabled
   * @returns the number of its op's outcome, for `trees.outcomeOf`, if the op returned with this access; -1 if it goes on
   */
  step(turn: number): number {
    if (!this.#scheme) return stepCounter(this, turn);
    return isBarrierTurn(turn) ? this.#passBarrier(this.#scheme, threadOf(turn)) : this.#scheme.step(turn);
  }

  #passBarrier(scheme: SchemeRun, thread: number): number {
    scheme.orders!.reads!.passBarrier(thread, this.node[thread]!);
    scheme.settle();
    return -1;
  }

  /** Texts of the warnings so far; schemes only. */
  warningTexts(): string[] {
    return this.trees.outcomes.warningTexts(this.words[WARNED]!);
  }

  /** The first fact of the run so far, packed as in scheme-facts.ts; 0 while there is none. Schemes only. */
  get fact(): number {
    return this.words[FACTS]!;
  }

  /** Whether a word of a scheme lies in the object's memory. */
  isInObject(word: number): boolean {
    return this.#schemeRun().effects.isInObject(word);
  }

  /**
   * The op in whose name a function runs that is no op of the program: the one that queued, or armed it.
   *
   * @param thread behind those of the program
   * @returns undefined before anybody has
   */
  callerOf(thread: number): OpInstance | undefined {
    return callerOf(this.words[this.#schemeRun().effects.layout.later[thread - this.threadCount]! + 2]!);
  }

  /** The thread of a function that runs later and is in the middle of a run; -1 where there is none. */
  get laterUnderWay(): number {
    const which = this.#scheme?.laterUnderWay() ?? -1;
    return which < 0 ? -1 : this.threadCount + which;
  }

  /** Whether a function that runs later is queued or armed. @param thread behind those of the program */
  isDue(thread: number): boolean {
    return this.#schemeRun().isDue(thread - this.threadCount);
  }

  /** Whether two threads hold the same at present, and sit in as many RCU sections. */
  holdAlike(one: number, other: number): boolean {
    const { words } = this;
    if (!this.#scheme) return true;
    if (this.#scheme.holds && !this.#scheme.holds.areAlike(one, other)) return false;
    return heldBy(words, one) === heldBy(words, other) && sectionsOf(words, one) === sectionsOf(words, other);
  }

  /** Whether an op can tell its thread from others by its number: then no two of them can be exchanged. */
  get asksThread(): boolean {
    const { subject } = this.trees;
    return subject.kind === 'scheme' && subject.asksThread === true;
  }

  /** Holds of a scheme that has kinds of them, or hands them over. */
  get holds(): Holds | undefined {
    return this.#scheme?.holds;
  }

  /** Orders two threads by what they have done: by their results first. @returns as a comparison for sorting */
  compareThreads(one: number, other: number): number {
    const { results, position, node } = this;
    return (
      (this.#scheme ? results[one]! - results[other]! : 0) ||
      position[one]! - position[other]! ||
      node[one]! - node[other]! ||
      (this.#scheme?.compareOrder(one, other) ?? 0)
    );
  }

  /** Exchanges two threads that have the same ops: nothing that others can observe changes by it. */
  swapThreads(one: number, other: number): void {
    exchange(this.node, one, other);
    exchange(this.position, one, other);
    if (!this.#scheme) return;
    exchange(this.results, one, other);
    swapInWords(this.words, one, other, this.#scheme.effects.locks);
    this.#scheme.swap(one, other);
    this.#scheme.effects.later?.swap(one, other);
  }

  #schemeRun(): SchemeRun {
    if (!this.#scheme) throw new Error(`internal: ${this.trees.subject.name} is no scheme`);
    return this.#scheme;
  }
}
