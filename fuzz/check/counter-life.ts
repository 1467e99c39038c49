import { amountsOf, type Called, HOLDING_CELLS, Holdings, mayRefuse } from '../../oracles/holdings.ts';
import { tellsLast } from '../../oracles/ledger.ts';
import { PackedFields } from '../../oracles/packed-fields.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { MAX_THREADS, type Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import { DONE } from '../run/machine-state.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';
import { Closing } from './counter-closing.ts';
import { RecordedCounter } from './recorded-counter.ts';
import {
  FREED_WHILE_HELD,
  LEAK,
  type LifeFault,
  REFUSED,
  RESURRECTION,
  SATURATED,
  WARNING,
} from './soundness-facts.ts';

/** How the host of C tells that an op touched what is not its own; any other way of not returning is a crash. */
const BAD_MEMORY: readonly OpOutcome['result'][] = ['memory-error', 'out-of-bounds'];

/** Threads that are in the middle of an op, a bit each. */
const BEGUN = new PackedFields({ bits: 1, fields: MAX_THREADS });

/** Cells beside those of the results and the holdings. */
const OWN_CELLS = 3;

/**
 * A counter as the guard of an object: who is told that he put the last reference frees. It runs programs of holders, and
 * knows what befell the object first. An op that its thread may not call is left out, as are the puts of a scheme's thread
 * that holds nothing; who holds what: `Holdings`.
 *
 *     start 1 │ inc_not_zero: load 1 │ dec_and_test: 1 → 0, true │ inc_not_zero: store 2, true
 *                                      the object is gone          resurrection
 */
export class CounterLife extends RecordedCounter {
  readonly #holdings: Holdings;
  readonly #closing: Closing;
  readonly #counter: Counter;
  /** Cells of `extra`: whether the object is gone; which threads are in the middle of an op; the first fault's number. */
  readonly #gone: number;
  readonly #begun: number;
  readonly #fault: number;
  /** By number minus one. */
  readonly #faults: LifeFault[] = [];

  /** @param records whether states say what ops returned, see `RecordedCounter` */
  constructor(harness: Harness, trees: TransitionTrees, records: boolean) {
    super(trees, HOLDING_CELLS + OWN_CELLS, records);
    const { held } = harness;
    if (!held) throw new Error('internal: a counter whose references nobody holds');
    this.#holdings = new Holdings({ ...held, keepsOne: true }, this.extra, MAX_THREADS);
    this.#closing = new Closing(trees, harness.calls);
    this.#counter = trees.subject as Counter;
    this.#gone = MAX_THREADS + HOLDING_CELLS;
    this.#begun = this.#gone + 1;
    this.#fault = this.#gone + 2;
  }

  override start(program: Program): void {
    super.start(program);
    this.#faults.length = 0;
    this.#holdings.begin(program.start as number, this.extra);
    // A count of 0 is that of an object which somebody has been told to free.
    if (program.start === 0) this.extra[this.#gone] = 1;
  }

  /** What befell the object first in the run that led here. */
  fault(): LifeFault | undefined {
    return this.#faults[this.extra[this.#fault]! - 1];
  }

  /** Whether somebody holds a reference who is not in the middle of an op, so that a put may still come. */
  awaitsPut(): boolean {
    if (this.#holdings.unassigned > 0) return true;
    for (let thread = 0; thread < this.threadCount; thread++)
      if (!this.#isUnderWay(thread) && this.#holdings.heldBy(thread) > 0) return true;
    return false;
  }

  override step(thread: number): number {
    const op = this.position[thread]!;
    const call = this.threads[thread]![op]!;
    const called = this.trees.alphabet.call(call);
    if (!this.#isUnderWay(thread)) {
      if (!this.#holdings.mayCall(thread, called)) return this.#leaveOut(thread);
      this.#holdings.calls(thread, called);
      this.#begin(thread, 1);
    }
    const touches = this.trees.kind[this.node[thread]!] !== Access.RETURN;
    const wasGone = this.extra[this.#gone] !== 0;
    const outcome = super.step(thread);
    const ended = outcome < 0 ? undefined : this.trees.outcomeOf(outcome);
    if (ended) {
      this.#begin(thread, 0);
      this.#holdings.returned(thread, called, ended.result);
    }
    const found = this.#judged(called, wasGone && touches, ended);
    if (found && this.extra[this.#fault] === 0) this.#keep({ ...found, thread, op });
    return outcome;
  }

  /** The thread lacks what it would have to hold for its next op. */
  #leaveOut(thread: number): number {
    const calls = this.threads[thread]!;
    const next = this.position[thread]! + 1;
    this.position[thread] = next;
    this.node[thread] = next < calls.length ? this.trees.root(calls[next]!) : DONE;
    this.note(thread, 'left out');
    return -1;
  }

  #keep(fault: LifeFault): void {
    const isSame = ({ what, thread, op, text }: LifeFault) =>
      what === fault.what && thread === fault.thread && op === fault.op && text === fault.text;
    const known = this.#faults.findIndex(isSame);
    this.extra[this.#fault] = known < 0 ? this.#faults.push(fault) : known + 1;
  }

  /** What an access brought about, the gravest first. @param ended how its op ended, if it did */
  #judged(called: Called, touchesGone: boolean, ended: OpOutcome | undefined): Found | undefined {
    const { op, a } = called;
    const isGone = this.extra[this.#gone] !== 0;
    if (ended && typeof ended.result === 'string')
      return { what: BAD_MEMORY.includes(ended.result) ? 'memory-error' : 'crash' };
    if (ended && tellsLast(op, a, ended.result)) {
      if (isGone) return { what: 'double-free' };
      this.extra[this.#gone] = 1;
      if (this.#held() > 0) return { what: FREED_WHILE_HELD };
    }
    // Who asks for a reference may look at an object that is gone: RCU, or a lock, keeps its memory.
    if (touchesGone && amountsOf(called)!.needs > 0) return { what: 'use-after-free' };
    if (!ended) return undefined;
    if (mayRefuse(op) && ended.result === true && isGone) return { what: RESURRECTION };
    if (ended.warnings.length > 0) return { what: WARNING, text: ended.warnings[0]!.text };
    if (mayRefuse(op) && ended.result === false && this.#held() > 0) return { what: REFUSED };
    return this.extra[this.#begun] === 0 ? this.#judgedAtRest() : undefined;
  }

  /** When no op is under way. */
  #judgedAtRest(): Found | undefined {
    if (this.#isSaturated()) return { what: SATURATED };
    if (this.extra[this.#gone] !== 0) return undefined;
    const held = this.#holdings.total;
    if (held === 0) return { what: LEAK };
    const what = this.#closing.judge(this.words[0]!, held);
    return what === undefined ? undefined : { what };
  }

  /** References that are held for certain: not those that some op is about to get, or to put. */
  #held(): number {
    let held = this.#holdings.unassigned;
    for (let thread = 0; thread < this.threadCount; thread++) {
      held += this.#holdings.heldBy(thread);
      if (!this.#isUnderWay(thread)) continue;
      const { gets, puts } = amountsOf(this.trees.alphabet.call(this.#callOf(thread)))!;
      held -= gets + puts;
    }
    return held;
  }

  #callOf(thread: number): number {
    return this.threads[thread]![this.position[thread]!]!;
  }

  #isUnderWay(thread: number): boolean {
    return BEGUN.of(this.extra[this.#begun]!, thread) !== 0;
  }

  #begin(thread: number, isUnderWay: 0 | 1): void {
    this.extra[this.#begun] = BEGUN.with(this.extra[this.#begun]!, thread, isUnderWay);
  }

  #isSaturated(): boolean {
    const word = this.words[0]!;
    return word === this.#counter.saturated || this.#counter.inSaturation?.(word) === true;
  }

  override compareThreads(one: number, other: number): number {
    const begun = this.extra[this.#begun]!;
    return (
      super.compareThreads(one, other) ||
      BEGUN.of(begun, one) - BEGUN.of(begun, other) ||
      this.#holdings.compareThreads(one, other)
    );
  }

  override swapThreads(one: number, other: number): void {
    super.swapThreads(one, other);
    this.#holdings.swapThreads(one, other);
    this.extra[this.#begun] = BEGUN.swapped(this.extra[this.#begun]!, one, other);
  }
}

/** A fault whose op is known. */
type Found = Pick<LifeFault, 'what' | 'text'>;
