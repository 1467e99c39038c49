import type { Execution } from './linearizability.ts';
import { LINEARIZABLE, OrderSearch } from './linearizability.ts';
import { INEXPLICABLE, LinearizabilityMonitor } from './linearizability-monitor.ts';
import type { Monitor, Report } from './monitor.ts';
import {
  boundaryOf,
  isNoticed,
  outermostBoundary,
  ownerOf,
  unnoticedBy,
  windowAt,
  windowOf,
  withNoticed,
  withOpened,
  withoutWindowOf,
  withSwapped,
} from './open-windows.ts';
import { type RunOracle, type RunSubject, type Suspects, together } from './oracle.ts';
import { PackedField, PackedFields } from './packed-fields.ts';
import { BOUNDARY_BITS, OP_BITS, THREADS, type Watch } from './watch.ts';

/** Asks whether a run of the subject is one of its own ops in some order, each of them indivisible. */
export const linearizable = {
  name: 'linearizable' as const,
  kind: 'run' as const,
  subjects: ['counter'],
  byDefault: ['counter'],
  question: 'does some order of indivisible ops explain the run?',
  judgement: 'documented',
  sees: together('result', 'value', 'warning'),
  monitor: (watch, report): Monitor => new OrderMonitor(watch, report),
  suspecting,
  tells: ({ op }) => `No order of indivisible ops gives ${op} what it got in this schedule.`,
} satisfies RunOracle;

function suspecting({ specification }: RunSubject): Suspects {
  const search = new OrderSearch(specification);
  return (execution: Execution) => search.unexplained(execution, true) !== LINEARIZABLE;
}

/**
 * States of the automaton that are kept from program to program. More are forgotten between programs; a state's number
 * must stay while a program is explored.
 */
const STATE_LIMIT = 1 << 15;

/** What an op saw is packed into four bits: 0 nothing, or one more than the boundary of a window that was open, … */
const SEEN_BITS = 4;
/** … or this much more than one more than that of the window that had closed last before the op began: its leavings. */
const LEAVINGS = 7;
/** By thread. */
const SEEN = new PackedFields({ bits: SEEN_BITS, fields: THREADS });
/** Above them: the window that closed last. See `#last`. */
const LAST_OP = new PackedField({ from: SEEN_BITS * THREADS, bits: OP_BITS });
const LAST = -1 << (SEEN_BITS * THREADS);
const LAST_BOUNDARY = new PackedField({ from: SEEN_BITS * THREADS + OP_BITS, bits: BOUNDARY_BITS });

/**
 * Follows `LinearizabilityMonitor` through a run, and says through which *window* the op that cannot be explained saw the
 * word. An op that checks after the fact leaves a bad value in the word until it corrects it:
 *
 *     thread 0   inc: 0x7fffffff → 0x80000000          store 0xc0000000
 *     thread 1                                 read                      returns 0x80000000: inexplicable
 *                └──────────── window ───────────────────────┘
 *
 * The divergence is the reader's, and the boundary is where the window was opened (int-max), not what the reader met. An
 * op that began after the window had closed can still see its leavings: what the correction wrote over.
 */
class OrderMonitor implements Monitor {
  readonly readsFirstBoundary = true;
  readonly #watch: Watch;
  readonly #report: Report;
  readonly #automaton: LinearizabilityMonitor;
  /** The automaton's state. A whole cell. */
  readonly #state: number;
  /** See open-windows.ts. A whole cell. */
  readonly #windows: number;
  /**
   * SEEN: by thread, what its pending op sees the word through, see SEEN_BITS. LAST_OP, LAST_BOUNDARY: the window that
   * closed last, if somebody came between: its op plus one, and its boundary. The op is 1 for any op once only the boundary
   * matters.
   */
  readonly #views: number;

  constructor(watch: Watch, report: Report) {
    this.#watch = watch;
    this.#report = report;
    this.#automaton = new LinearizabilityMonitor(watch.specification);
    this.#state = watch.takeCell();
    this.#windows = watch.takeCell();
    this.#views = watch.takeCell();
  }

  get isSettled(): boolean {
    return this.#watch.cells[this.#state] === INEXPLICABLE;
  }

  settle(): void {
    const { cells } = this.#watch;
    cells[this.#state] = INEXPLICABLE;
    cells[this.#windows] = 0;
    cells[this.#views] = 0;
  }

  start(value: number): void {
    const { specification, cells } = this.#watch;
    this.#automaton.keepFor(specification.generation, STATE_LIMIT);
    cells[this.#state] = this.#automaton.start(value);
  }

  /**
   * The order matters: an access first makes windows of what others have open, then begins its own op, then closes its
   * own window (its correction is an access of its own), and only then returns or opens one.
   */
  access(): void {
    const watch = this.#watch;
    const { cells } = watch;
    if (cells[this.#state] === INEXPLICABLE) return;
    if (cells[this.#windows] !== 0) this.#intrude();
    if (watch.isFirst) this.#begin();
    if (cells[this.#windows] !== 0) this.#close();
    if (watch.hasReturned) this.#return();
    else if (watch.isNamed) this.#open();
  }

  /** The op's outcome is known: what is left of the explanations? */
  #return(): void {
    const { cells, thread, outcome, call } = this.#watch;
    const before = cells[this.#state]!;
    const after = this.#automaton.returned(before, thread, outcome);
    if (after === INEXPLICABLE) {
      this.#report(this.#watch.opOf(call), this.#seenThrough(thread), 'result');
      this.settle();
      return;
    }
    if (this.#automaton.isStrict(before) && !this.#automaton.isStrict(after)) {
      this.#report(this.#watch.opOf(call), this.#seenThrough(thread), 'warning');
      // What the word ends with is not asked any more: of the last window only the boundary matters.
      if (this.#lastOp() > 0) cells[this.#views] = LAST_OP.with(cells[this.#views]!, 1);
    }
    cells[this.#state] = after;
    cells[this.#views] = SEEN.without(cells[this.#views]!, thread);
  }

  /** Another thread comes between an op's bad access and its correction: that makes a window of it. */
  #intrude(): void {
    const { cells, thread, isFirst, threads } = this.#watch;
    const at = unnoticedBy(cells[this.#windows]!, thread);
    if (at < 0) return;
    const window = windowAt(cells[this.#windows]!, at);
    cells[this.#windows] = withNoticed(cells[this.#windows]!, at);
    for (let other = 0; other < threads.threadCount; other++) {
      // An op that begins with this access looks for itself, see `#begin`.
      const isUnderWay = other === thread ? !isFirst : other !== ownerOf(window) && threads.isUnderWay(other);
      if (isUnderWay) this.#seeThrough(other, boundaryOf(window) + 1);
    }
  }

  /** The first window that was open while the op ran is the cause; the leavings of an earlier one give way to it. */
  #seeThrough(thread: number, code: number): void {
    const { cells } = this.#watch;
    const seen = SEEN.of(cells[this.#views]!, thread);
    if (seen !== 0 && seen < LEAVINGS) return;
    cells[this.#views] = SEEN.with(cells[this.#views]!, thread, code);
    // Where the op itself began does not matter to this monitor then.
    this.#watch.releaseFirstBoundary(thread, this);
  }

  #begin(): void {
    const { cells, thread, call } = this.#watch;
    cells[this.#state] = this.#automaton.called(cells[this.#state]!, thread, call);
    if ((cells[this.#windows]! | (cells[this.#views]! & LAST)) === 0) return;
    const outermost = outermostBoundary(cells[this.#windows]!, thread);
    if (outermost >= 0) this.#seeThrough(thread, outermost + 1);
    else if (this.#lastOp() > 0) this.#seeThrough(thread, LEAVINGS + 1 + this.#lastBoundary());
  }

  /** The boundary that the pending op of a thread is to be named by. */
  #seenThrough(thread: number): number {
    const seen = SEEN.of(this.#watch.cells[this.#views]!, thread);
    if (seen === 0) return this.#watch.firstBoundary(thread);
    return seen > LEAVINGS ? seen - LEAVINGS - 1 : seen - 1;
  }

  /**
   * An op whose next access is a store that ends it has decided that the word must be corrected. Until then every
   * other thread sees the word as it ought not to be.
   */
  #open(): void {
    const { cells, thread, call, old, threads } = this.#watch;
    if (!threads.isAboutToCorrect(thread)) return;
    cells[this.#windows] = withOpened(cells[this.#windows]!, thread, this.#watch.boundaryOf(call, old));
  }

  /** Closes the window of a thread, if it has one: the access was its correction. */
  #close(): void {
    const { cells, thread, call } = this.#watch;
    const window = windowOf(cells[this.#windows]!, thread);
    if (window < 0) return;
    cells[this.#windows] = withoutWindowOf(cells[this.#windows]!, thread);
    if (!isNoticed(window)) return;
    const isStrict = this.#automaton.isStrict(cells[this.#state]!);
    this.#setLast(isStrict ? this.#watch.opOf(call) + 1 : 1, boundaryOf(window));
  }

  #setLast(op: number, boundary: number): void {
    const { cells } = this.#watch;
    cells[this.#views] = LAST_BOUNDARY.with(LAST_OP.with(cells[this.#views]!, op), boundary);
  }

  #lastOp(): number {
    return LAST_OP.of(this.#watch.cells[this.#views]!);
  }

  #lastBoundary(): number {
    return LAST_BOUNDARY.of(this.#watch.cells[this.#views]!);
  }

  /** Every op is explained. Is the word? Once a warning is inexplicable the word follows from that. */
  end(): void {
    const { cells, value, thread, call } = this.#watch;
    const state = cells[this.#state]!;
    if (state === INEXPLICABLE || !this.#automaton.isStrict(state)) return;
    if (this.#automaton.endsWith(state, value)) return;
    const last = this.#lastOp();
    if (last === 0) this.#report(this.#watch.opOf(call), this.#watch.firstBoundary(thread), 'value');
    else this.#report(last - 1, this.#lastBoundary(), 'value');
  }

  swapThreads(one: number, other: number): void {
    const { cells } = this.#watch;
    cells[this.#state] = this.#automaton.swapped(cells[this.#state]!, one, other);
    cells[this.#windows] = withSwapped(cells[this.#windows]!, one, other);
    cells[this.#views] = SEEN.swapped(cells[this.#views]!, one, other);
  }

  /** What a pending op sees through tells threads apart that stand in the same place. */
  compareThreads(one: number, other: number): number {
    const views = this.#watch.cells[this.#views]!;
    return SEEN.of(views, one) - SEEN.of(views, other);
  }
}
