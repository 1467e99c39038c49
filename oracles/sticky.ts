import { BOUNDARIES } from './boundary.ts';
import { overwrites } from './ideal.ts';
import type { Execution } from './linearizability.ts';
import { isReferenceWrong } from './lockstep.ts';
import type { Monitor, Report } from './monitor.ts';
import type { OpPair, RunOracle, RunSubject, Suspects, Verdict } from './oracle.ts';
import { PackedField } from './packed-fields.ts';
import { CompletedOps } from './run-end.ts';
import { OP_BITS, type Watch } from './watch.ts';

/** Asks whether a pinned counter stays pinned: `refcount_t` leaks a misused object rather than freeing it too soon. */
export const sticky = {
  name: 'sticky' as const,
  kind: 'run' as const,
  subjects: ['counter'],
  byDefault: ['counter'],
  question: 'does saturation last?',
  judgement: 'misses',
  sees: ({ kind }) => kind === 'sticky',
  monitor: (watch, report): Monitor | undefined =>
    watch.counter.saturated === undefined ? undefined : new StickyMonitor(watch, report),
  suspecting,
  tells: ({ op }) => `${op} takes the word off the saturation value: a pinned counter counts again.`,
  judgeOp,
} satisfies RunOracle;

/** A reference that goes wrong itself makes the loss of saturation one fault among others: `misses`. */
function judgeOp(pair: OpPair): Verdict | undefined {
  const { op, old, counter, subject } = pair;
  const leaves = counter.saturated !== undefined && old === counter.saturated && subject.value !== old;
  if (!leaves || overwrites(op)) return undefined;
  return { kind: 'sticky', judgement: isReferenceWrong(pair) ? 'misses' : 'breaks' };
}

/** Cheap and necessary: the run could have left saturation, as far as start, end and warnings tell. */
function suspecting({ counter: { saturated }, ...subject }: RunSubject): Suspects {
  if (saturated === undefined) return () => false;
  const ops = new CompletedOps(subject);
  return (execution: Execution) => {
    if (execution.final === saturated) return false;
    let wasPinned = execution.start === saturated;
    for (ops.begin(execution); ops.next(); ) {
      if (overwrites(ops.op)) return false;
      wasPinned ||= ops.warned;
    }
    return wasPinned;
  };
}

const SATURATED = BOUNDARIES.indexOf('saturated');

/** 1 once something was pinned. */
const PINNED = new PackedField({ from: 0, bits: 1 });
/** The op, plus one, that took the word off the saturation value; 0 while it is at it, or never was. */
const LEAVER = new PackedField({ from: 1, bits: OP_BITS });

/**
 * Something was pinned if the run began so or an op warned; at the end the word must be at the saturation value then.
 * The op to blame is the last that took it off.
 *
 *     thread 0   inc from INT_MAX warns, pins the word            pinned
 *     thread 1   dec takes 1 off, and does not look               leaver: dec
 *     the end    nobody has pinned the word again: dec is reported, at `saturated`
 */
class StickyMonitor implements Monitor {
  readonly readsFirstBoundary = false;
  readonly #watch: Watch;
  readonly #report: Report;
  readonly #saturated: number;
  /** A cell: PINNED, LEAVER. */
  readonly #cell: number;
  /** Whether the program has an op that overwrites by intent: nothing is claimed then. */
  #isSettled = false;

  constructor(watch: Watch, report: Report) {
    this.#watch = watch;
    this.#report = report;
    this.#saturated = watch.counter.saturated!;
    this.#cell = watch.takeCell();
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** It depends on the program alone, and no access can settle it: what was pinned can come loose until the end. */
  settle(): void {}

  start(value: number, threads: readonly (readonly number[])[]): void {
    const { calls, cells } = this.#watch;
    this.#isSettled = false;
    for (const thread of threads) {
      for (const call of thread) if (overwrites(calls.call(call).op)) this.#isSettled = true;
    }
    if (!this.#isSettled && value === this.#saturated) cells[this.#cell] = PINNED.with(0, 1);
  }

  access(): void {
    if (this.#isSettled) return;
    const watch = this.#watch;
    const { cells } = watch;
    let cell = cells[this.#cell]!;
    if (watch.hasReturned && watch.specification.outcomeOf(watch.outcome).warnings.length > 0)
      cell = PINNED.with(cell, 1);
    if (watch.value === this.#saturated) cell = LEAVER.with(cell, 0);
    else if (watch.old === this.#saturated) cell = LEAVER.with(cell, watch.opOf(watch.call) + 1);
    cells[this.#cell] = cell;
  }

  end(): void {
    const cell = this.#watch.cells[this.#cell]!;
    const leaver = LEAVER.of(cell);
    if (PINNED.of(cell) === 1 && leaver > 0) this.#report(leaver - 1, SATURATED, 'sticky');
  }
}
