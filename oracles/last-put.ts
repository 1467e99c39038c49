import { BOUNDARIES } from './boundary.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import type { Execution } from './linearizability.ts';
import type { Monitor, Report } from './monitor.ts';
import type { OpPair, RunOracle, RunSubject, Suspects, Verdict } from './oracle.ts';
import { PackedField } from './packed-fields.ts';
import { CompletedOps } from './run-end.ts';
import { OP_BITS, type Watch } from './watch.ts';

/**
 * Asks whether somebody is told that the last reference is gone. If nobody is, nobody frees the object. The other side of
 * `conservation`, which asks that no two are told.
 *
 *     start 2 │ dec_and_test: load 2      │ dec_and_test: load 2      │ both subtract 1 and return (2 === 1)
 *     the word ends at 0, start plus gained minus dropped adds up, and neither put was the last: a leak
 */
export const lastPut = {
  name: 'last-put' as const,
  kind: 'run' as const,
  subjects: ['counter'],
  byDefault: [],
  question: 'where puts take the count to 0, is one of them told that it was the last?',
  judgement: 'breaks',
  sees: ({ boundary, kind, judgement }, { subject }) =>
    subject === 'counter' && boundary === 'zero' && kind === 'result' && judgement === 'breaks',
  monitor: (watch, report): Monitor => new LastPutMonitor(watch, report),
  suspecting,
  tells: ({ op }) =>
    `${op} takes the count to 0, and no put is told that it was the last: nobody frees the object.`,
  judgeOp,
} satisfies RunOracle;

/** Whether an op can take references without telling whether they were the last: then nobody need be told. */
function dropsInSilence(ledger: Ledger, a: number, result: undefined | boolean | number): boolean {
  return !ledger.isLastPut && ledger.gained(a, result) < 0;
}

/** From above 0 to 0 by one put that does not say so: no schedule is needed for that. */
function judgeOp({ op, old, subject }: OpPair): Verdict | undefined {
  const isLast = old > 0 && subject.value === 0 && ledgerOf(op)?.isLastPut;
  const isTold = subject.result === true || typeof subject.result === 'string' || subject.warnings.length > 0;
  return isLast && !isTold ? { kind: 'result', judgement: 'breaks' } : undefined;
}

/**
 * Cheap and necessary: the word went from above 0 to 0, by ops that keep a ledger, and nobody was told. False wherever
 * the monitor would settle for what the ops said; values in between are for the monitor.
 */
function suspecting(subject: RunSubject): Suspects {
  const ops = new CompletedOps(subject);
  return (execution: Execution) => {
    if (execution.start <= 0 || execution.final !== 0) return false;
    for (ops.begin(execution); ops.next(); ) {
      const { op, a, result, warned } = ops;
      const ledger = ledgerOf(op);
      if (warned || !ledger || dropsInSilence(ledger, a, result)) return false;
      if (ledger.isLastPut && result === true) return false;
    }
    return true;
  };
}

const ZERO = BOUNDARIES.indexOf('zero');

/** 1 once nothing is claimed any more; all else is 0 then. */
const SETTLED = new PackedField({ from: 0, bits: 1 });
/** The op, plus one, that took the word to 0. */
const TAKER = new PackedField({ from: 1, bits: OP_BITS });

/**
 * Nothing is claimed (`settled`) once an op warned, was stopped or keeps no ledger, took references in silence, or was
 * told that it was the last; nor once the word was negative, in saturation, or rose from 0: all that is left then is a
 * count that starts above 0, stays there until puts take it to 0, and stays 0.
 *
 *     1 ─dec_and_test─▶ 0 … returns true       settled: somebody was told
 *     2 ─▶ 1 ─▶ 0, both return false           reported, for the op that took it to 0
 *     1 ─▶ 0 ─inc─▶ 1                          settled: it rose from 0, and a later put may be told
 */
class LastPutMonitor implements Monitor {
  readonly readsFirstBoundary = false;
  readonly #watch: Watch;
  readonly #report: Report;
  /** A cell: SETTLED, TAKER. */
  readonly #cell: number;

  constructor(watch: Watch, report: Report) {
    this.#watch = watch;
    this.#report = report;
    this.#cell = watch.takeCell();
  }

  get isSettled(): boolean {
    return SETTLED.of(this.#watch.cells[this.#cell]!) === 1;
  }

  settle(): void {
    this.#watch.cells[this.#cell] = SETTLED.with(0, 1);
  }

  start(value: number): void {
    if (value <= 0 || this.#watch.counter.inSaturation?.(value)) this.settle();
  }

  access(): void {
    if (this.isSettled) return;
    const { cells, old, value, counter, call, hasReturned } = this.#watch;
    const isAlive = old > 0 && value >= 0 && !counter.inSaturation?.(value);
    const isDead = old === 0 && value === 0;
    if ((!isAlive && !isDead) || (hasReturned && this.#isSettledBy())) this.settle();
    else if (isAlive && value === 0) cells[this.#cell] = TAKER.with(0, this.#watch.opOf(call) + 1);
  }

  /** Whether the op that returned leaves nothing to claim. */
  #isSettledBy(): boolean {
    const { call, calls, specification, outcome } = this.#watch;
    const { op, a } = calls.call(call);
    const { result, warnings } = specification.outcomeOf(outcome);
    const ledger = ledgerOf(op);
    if (!ledger || warnings.length > 0 || typeof result === 'string') return true;
    return dropsInSilence(ledger, a, result) || (ledger.isLastPut === true && result === true);
  }

  end(): void {
    const taker = TAKER.of(this.#watch.cells[this.#cell]!);
    if (taker > 0) this.#report(taker - 1, ZERO, 'result');
  }
}
