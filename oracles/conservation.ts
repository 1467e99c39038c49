import { ledgerOf } from './ledger.ts';
import type { Execution } from './linearizability.ts';
import type { Monitor, Report } from './monitor.ts';
import type { RunOracle, RunSubject, Suspects } from './oracle.ts';
import { PackedField } from './packed-fields.ts';
import { CompletedOps } from './run-end.ts';
import { BOUNDARY_BITS, OP_BITS, type Watch } from './watch.ts';

/** Asks whether the references that ops took and dropped add up, in whatever order they ran. */
export const conservation = {
  name: 'conservation' as const,
  kind: 'run' as const,
  subjects: ['counter'],
  byDefault: ['counter'],
  question:
    'are references neither lost nor invented? Only where nothing warned and no value was saturated or negative',
  judgement: 'breaks',
  sees: ({ kind }) => kind === 'conservation',
  monitor: (watch, report): Monitor => new ConservationMonitor(watch, report),
  suspecting,
  tells: ({ op, final }) =>
    `References are lost or invented: the word ends at ${final}, which is not start plus gained minus dropped, or two puts were told they were the last (${op} is the last that changed the count).`,
} satisfies RunOracle;

/**
 * What must hold at the end whatever the schedule was: final = start + gained - dropped (modulo 2³²), and, where
 * nothing can raise the count from 0, at most one put was told that it was the last.
 *
 *     start 2 │ dec_and_test = true │ dec_and_test = true │ final 0
 *     2 - 1 - 1 = 0 adds up, but two puts were the last: the object is freed twice
 *
 * It says nothing once an op warned, or when the program has an op that no ledger is kept for. The caller asks only
 * while every value the word held lies outside saturation and is not below 0.
 *
 * @param ops is used up
 */
function lostOrInvented(execution: Execution, ops: CompletedOps): boolean {
  let expected = execution.start;
  let lastPuts = 0;
  let mayRise = execution.start <= 0;
  for (ops.begin(execution); ops.next(); ) {
    const ledger = ledgerOf(ops.op);
    if (ops.warned || !ledger) return false;
    expected = (expected + ledger.gained(ops.a, ops.result)) | 0;
    mayRise ||= ledger.raisesZero(ops.a, ops.b);
    if (ledger.isLastPut && ops.result === true) lastPuts++;
  }
  return (!mayRise && lastPuts > 1) || expected !== execution.final;
}

/**
 * Most runs of a saturating counter warn somewhere, and then nothing is claimed. Looks at start, end and warnings only:
 * a value in between that cannot be counted is for the monitor to notice.
 */
function suspecting({ counter: { saturated }, ...subject }: RunSubject): Suspects {
  const ops = new CompletedOps(subject);
  return (execution: Execution) => execution.final !== saturated && lostOrInvented(execution, ops);
}

/** 1 once nothing is claimed any more; all else is 0 then. */
const SETTLED = new PackedField({ from: 0, bits: 1 });
/**
 * How many puts were told that they were the last. Two are enough to object; more are counted as two, so that states
 * stay few.
 */
const TOLD = new PackedField({ from: 1, bits: 2 });
const TOLD_MOST = 2;
/** The op and the boundary of the latest of them. */
const TOLD_OP = new PackedField({ from: 3, bits: OP_BITS });
const TOLD_BOUNDARY = new PackedField({ from: 3 + OP_BITS, bits: BOUNDARY_BITS });

/**
 * The same as `lostOrInvented`, one access at a time, and only while every value in between can be counted.
 *
 *     start 1 │ inc: expected 2 │ dec_and_test false: expected 1 │ the word ends at 2: a drop was lost
 *     start 1 │ inc warns: settled, nothing is claimed
 */
class ConservationMonitor implements Monitor {
  readonly readsFirstBoundary = true;
  readonly #watch: Watch;
  readonly #report: Report;
  /** A cell: start plus gained minus dropped, so far. */
  readonly #expected: number;
  /** A cell: SETTLED, TOLD, TOLD_OP, TOLD_BOUNDARY. */
  readonly #ledger: number;
  /**
   * Whether the program can raise the count from 0: then there may be several last puts. Of the program, not of the
   * run: it is the same in every state, so it needs no cell.
   */
  #mayRise = false;

  constructor(watch: Watch, report: Report) {
    this.#watch = watch;
    this.#report = report;
    this.#expected = watch.takeCell();
    this.#ledger = watch.takeCell();
  }

  get isSettled(): boolean {
    return SETTLED.of(this.#watch.cells[this.#ledger]!) === 1;
  }

  settle(): void {
    const { cells } = this.#watch;
    cells[this.#expected] = 0;
    cells[this.#ledger] = SETTLED.with(0, 1);
  }

  start(value: number, threads: readonly (readonly number[])[]): void {
    const { cells } = this.#watch;
    this.#mayRise = value <= 0;
    for (const thread of threads) {
      for (const call of thread) if (this.#raisesZero(call)) this.#mayRise = true;
    }
    if (this.#isCountable(value)) cells[this.#expected] = value;
    else this.settle();
  }

  /** An op that no ledger is kept for may do anything. */
  #raisesZero(call: number): boolean {
    const { op, a, b } = this.#watch.calls.call(call);
    return ledgerOf(op)?.raisesZero(a, b) ?? true;
  }

  access(): void {
    const { value, hasReturned } = this.#watch;
    if (this.isSettled) return;
    if (!this.#isCountable(value)) this.settle();
    else if (hasReturned) this.#enter();
  }

  /** Whether references can be counted: the count is neither saturated nor below 0. */
  #isCountable(value: number): boolean {
    const { counter } = this.#watch;
    return !counter.inSaturation?.(value) && (value >= 0 || counter.reading === 'unsigned');
  }

  /** Enters the op that returned. */
  #enter(): void {
    const { cells, specification, calls, call, outcome, thread } = this.#watch;
    const { op, a } = calls.call(call);
    const { result, warnings } = specification.outcomeOf(outcome);
    const ledger = ledgerOf(op);
    if (warnings.length > 0 || typeof result === 'string' || !ledger) {
      this.settle();
      return;
    }
    cells[this.#expected] = cells[this.#expected]! + ledger.gained(a, result);
    if (!ledger.isLastPut || result !== true) return;
    const told = Math.min(TOLD.of(cells[this.#ledger]!) + 1, TOLD_MOST);
    const latest = TOLD_OP.with(TOLD.with(0, told), this.#watch.opOf(call));
    cells[this.#ledger] = TOLD_BOUNDARY.with(latest, this.#watch.firstBoundary(thread));
  }

  /** Two last puts first: that is the graver one, and named by the later of them. */
  end(): void {
    const { cells, value, counter, call, thread } = this.#watch;
    if (this.isSettled || value === counter.saturated) return;
    const ledger = cells[this.#ledger]!;
    if (TOLD.of(ledger) === TOLD_MOST && !this.#mayRise)
      this.#report(TOLD_OP.of(ledger), TOLD_BOUNDARY.of(ledger), 'conservation');
    else if (cells[this.#expected] !== value)
      this.#report(this.#watch.opOf(call), this.#watch.firstBoundary(thread), 'conservation');
  }
}
