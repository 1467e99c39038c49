import { BOUNDARIES } from './boundary.ts';
import { amountsOf, type Called, type Held, HOLDING_CELLS, Holdings } from './holdings.ts';
import { tellsLast } from './ledger.ts';
import type { Monitor, Report } from './monitor.ts';
import type { RunOracle } from './oracle.ts';
import { cellsOfViews, ThreadViews } from './thread-views.ts';
import { THREADS, type Watch } from './watch.ts';

/**
 * Asks what memory orders are for: is what a thread did to the object before its put seen by who frees it? Each thread
 * reads and writes the object before each put, and who is told that it put the last reference reads what the others wrote,
 * and frees. That is asked of counters in sound use alone, and only of what the reference keeps.
 */
export const ordering = {
  name: 'ordering' as const,
  kind: 'run' as const,
  subjects: ['counter'],
  byDefault: [],
  question: 'does whoever puts the last reference see what others did to the object before their puts?',
  judgement: 'breaks',
  isHeldAgainstReference: true,
  sees: ({ kind }) => kind === 'race' || kind === 'unordered-free',
  monitor: (watch, report): Monitor => new OrderingMonitor(watch, report),
  // Values do not tell: each run of several threads has to be watched.
  suspecting:
    () =>
    ({ eventCount }) =>
      eventCount > 2,
  tells: ({ op }) =>
    `Whoever is told by ${op} that it put the last reference does not see all that others did to the object before their puts.`,
} satisfies RunOracle;

/**
 * Ops whose contract gives who frees a control dependency and no more: it may free, which is writing, and must not read what
 * others wrote. See the comment of `refcount_dec_if_one` in lib/refcount.c.
 */
const FREES_UNREAD: ReadonlySet<string> = new Set(['dec_if_one']);

const ZERO = BOUNDARIES.indexOf('zero');

/**
 * Follows `ThreadViews` through a run. It has holders of its own, as only the puts of a holder use the object; nothing is
 * claimed any more once somebody misuses the counter, or frees.
 *
 *     start 2 │ 0: dec_and_test, release │ 1: dec_and_test, release, true     1 has read of 0's use, and not acquired it:
 *                                                                            race, though its free comes after
 */
class OrderingMonitor implements Monitor {
  readonly readsFirstBoundary = false;
  readonly #watch: Watch;
  readonly #report: Report;
  readonly #views: ThreadViews;
  readonly #holdings: Holdings;
  /** A cell: 1 once nothing is claimed any more; all others are 0 then. */
  readonly #settled: number;
  readonly #holdingCells: number;
  readonly #viewCells: number;

  constructor(watch: Watch, report: Report) {
    this.#watch = watch;
    this.#report = report;
    this.#settled = watch.takeCell();
    this.#holdingCells = watch.takeCells(HOLDING_CELLS);
    this.#viewCells = watch.takeCells(cellsOfViews(1, THREADS));
    const { counter, saturated } = watch;
    const held: Held = { saturation: saturated, inSaturation: (value) => !!counter.inSaturation?.(value) };
    this.#holdings = new Holdings(held, new Int32Array(watch.cellCount), this.#holdingCells);
    this.#views = new ThreadViews(1, THREADS, this.#viewCells);
  }

  get isSettled(): boolean {
    return this.#watch.cells[this.#settled] === 1;
  }

  settle(): void {
    const { cells } = this.#watch;
    cells.fill(0, this.#settled, this.#viewCells + cellsOfViews(1, THREADS));
    cells[this.#settled] = 1;
  }

  /** A program in which a single thread puts has nobody to miss anything. */
  start(value: number, threads: readonly (readonly number[])[]): void {
    const { cells, calls } = this.#watch;
    this.#views.cells = cells;
    this.#holdings.begin(value, cells);
    const puts = (call: number) => (amountsOf(calls.call(call))?.puts ?? 0) > 0;
    const putting = threads.filter((thread) => thread.some(puts)).length;
    if (putting < 2 || !this.#holdings.isSound) this.settle();
  }

  access(): void {
    if (this.isSettled) return;
    const { thread, call, calls, isFirst, hasReturned } = this.#watch;
    if (isFirst && !this.#begins(thread, calls.call(call))) return;
    this.#views.fence(thread, this.#watch.fenceBefore);
    this.#views.access(thread, 0, this.#watch.did);
    if (!hasReturned) return;
    this.#views.fence(thread, this.#watch.fenceAfter);
    this.#returns(thread, calls.call(call));
  }

  /** @returns false for misuse, after which nothing is claimed */
  #begins(thread: number, call: Called): boolean {
    this.#holdings.calls(thread, call);
    if (!this.#holdings.isSound) {
      this.settle();
      return false;
    }
    if (amountsOf(call)!.puts > 0) this.#views.use(thread);
    return true;
  }

  #returns(thread: number, call: Called): void {
    const { specification, outcome, threads } = this.#watch;
    const { result, warnings } = specification.outcomeOf(outcome);
    if (warnings.length > 0 || typeof result === 'string') this.settle();
    else if (tellsLast(call.op, call.a, result)) {
      this.#frees(thread, call);
      this.settle();
    } else {
      this.#holdings.returned(thread, call, result);
      this.#views.endOp(thread);
      if (threads.isDone(thread)) this.#views.forget(thread);
    }
  }

  #frees(thread: number, { op }: Called): void {
    const number = this.#watch.opOf(this.#watch.call);
    if (this.#views.unwritable(thread) !== 0) this.#report(number, ZERO, 'unordered-free');
    else if (this.#views.unreadable(thread) !== 0 && !FREES_UNREAD.has(op))
      this.#report(number, ZERO, 'race');
  }

  swapThreads(one: number, other: number): void {
    if (this.isSettled) return;
    this.#views.swapThreads(one, other);
    this.#holdings.swapThreads(one, other);
  }

  compareThreads(one: number, other: number): number {
    if (this.isSettled) return 0;
    return this.#views.compareThreads(one, other) || this.#holdings.compareThreads(one, other);
  }
}
