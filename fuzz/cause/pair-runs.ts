import type { Counter } from '../../targets/subject/subject.ts';
import { Remembered } from '../run/remembered.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { alikeInCode } from './alike-in-code.ts';
import { type AloneRun, differ, runAlone, runMisread, type TracedRun, traceAlone } from './alone-run.ts';
import { editOf } from './edits.ts';
import { contains, type Interval } from './intervals.ts';
import { counterProbes } from './probes.ts';

/** Whether a difference is to be told: asked where the base is the ideal counter, which never objects. */
export type IsDivergent = (call: number, old: number) => boolean;

/** Which of the two counters. */
export type Side = 'base' | 'subject';

/** What the ops of two counters do alone, each run once. */
export class PairRuns {
  /** The old values from which ops are tried, in the order of the number line. */
  readonly probes: readonly number[];
  /** The saturation values of both sides. */
  readonly fixed: readonly number[];
  readonly #sides: Readonly<Record<Side, TransitionTrees>>;
  readonly #isDivergent: IsDivergent | undefined;
  readonly #runs = new Remembered<AloneRun>();
  readonly #tracedRuns = new Remembered<TracedRun>();
  /** By call: probes at which machine code says that both sides do the same. */
  readonly #alike = new Remembered<ReadonlySet<number>>();

  /** @param mentioned values of the target: starts and arguments */
  constructor(
    base: TransitionTrees,
    subject: TransitionTrees,
    mentioned: readonly number[],
    isDivergent?: IsDivergent,
  ) {
    this.#sides = { base, subject };
    this.#isDivergent = isDivergent;
    this.fixed = [base.subject, subject.subject].flatMap(({ saturated }) => saturated ?? []);
    this.probes = counterProbes([base.subject as Counter, subject.subject as Counter], mentioned);
  }

  run(side: Side, call: number, old: number): AloneRun {
    return this.#runs.of(`${side} ${call} ${old}`, () => runAlone(this.#sides[side], call, old));
  }

  /** The same with its accesses. */
  traced(side: Side, call: number, old: number): TracedRun {
    return this.#tracedRuns.of(`${side} ${call} ${old}`, () =>
      traceAlone(this.#sides[side], call, old, this.fixed),
    );
  }

  /** Whether the two sides part there. */
  differs(call: number, old: number): boolean {
    if (this.#isDivergent) return this.#isDivergent(call, old);
    if (this.#alikeInCode(call).has(old)) return false;
    return differ(this.run('base', call, old), this.run('subject', call, old));
  }

  /** The probes in an interval at which they part. */
  shownIn(call: number, interval: Interval): number[] {
    return this.probes.filter((old) => contains(interval, old) && this.differs(call, old));
  }

  /** See `editOf`. */
  edit(call: number, old: number): string {
    return editOf(this.traced('base', call, old), this.traced('subject', call, old));
  }

  /** Whether two calls do the same, on both sides. */
  areAlike(call: number, like: number): boolean {
    return (['subject', 'base'] as const).every((side) =>
      this.probes.every((old) => {
        const [one, other] = [this.traced(side, call, old), this.traced(side, like, old)];
        return one.text === other.text && !differ(one, other);
      }),
    );
  }

  /**
   * Whether a call parts because it loads what another, which loads and returns, gets wrong: the base does the same if its
   * loads are given that.
   *
   *     read returns old & 0xffff;  add_not_zero takes 0x10000 for 0
   *
   * @param reader the other call
   * @param shown the old values from which the call parts
   */
  isMisread(reader: number, call: number, shown: readonly number[]): boolean {
    if (!this.probes.every((old) => this.#reads('base', reader, old) && this.#reads('subject', reader, old)))
      return false;
    if (this.probes.some((old) => this.run('base', reader, old).result !== old)) return false;
    const misread = (value: number) => Number(this.run('subject', reader, value).result) | 0;
    return shown.every((old) => {
      const run = runMisread(this.#sides.base, call, old, misread);
      return run !== undefined && !differ(run, this.run('subject', call, old));
    });
  }

  #reads(side: Side, call: number, old: number): boolean {
    const { text, value } = this.traced(side, call, old);
    return text === 'load' && value === old;
  }

  #alikeInCode(call: number): ReadonlySet<number> {
    return this.#alike.of(`${call}`, () => {
      const { base, subject } = this.#sides;
      const { op, a, b } = subject.alphabet.call(call);
      const sides = [base.subject, subject.subject] as [Counter, Counter];
      const alike = alikeInCode(...sides, { op, a, b }, this.probes);
      // Machine code knows 0, false and nothing as one answer.
      const [one] = alike;
      const isAnotherAnswer =
        one !== undefined && differ(this.run('base', call, one), this.run('subject', call, one));
      return isAnotherAnswer ? new Set() : alike;
    });
  }
}
