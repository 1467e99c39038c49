import type { Interval } from '../../fuzz/sweep/sweep-intervals.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { behaviourText, isSame } from '../report/sweep-report.ts';
import { type SweptTarget, sweepSummary } from '../report/sweep-summary.ts';
import type { SweepData, SweepRow } from './figure-data.ts';

/*
 * Each call of a sweep has intervals of its own, over which both sides follow one rule. To see them below
 * each other they need common columns: one begins wherever an interval of some call does.
 *
 *     inc             0 │ 1 … INT_MAX-1      │ INT_MAX
 *     dec_and_test    0 │ 1 │ 2 … INT_MAX
 *     columns         0 │ 1 │ 2 … INT_MAX-1  │ INT_MAX
 */

/** Old values are unsigned; the number line begins at INT_MIN. */
const HALF = 2 ** 31;
const ALL = 2 ** 32;

/**
 * A sweep as a number line: what each call does to each old value, over columns that are the same for all calls. Where one
 * of them changes its behaviour a column begins, so that 0 and INT_MAX are as wide as the thousand millions between them.
 *
 * @param summary what was run, and what that decides
 */
export function sweepData(swept: SweptTarget, summary = sweepSummary(swept)): SweepData {
  const { harness } = swept;
  const intervals = swept.swept.flatMap((one) => one.intervals.flatMap(halves));
  const starts = [...new Set(intervals.flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
  // The last place is behind the last value, where nothing begins.
  const last = starts.pop() ?? 0;
  const columns = starts.map((from, at) => ({ from, to: (starts[at + 1] ?? last) - 1 }));
  const columnOf = new Map(columns.map(({ from }, at) => [from, at]));
  const lastOf = new Map(columns.map(({ to }, at) => [to, at]));
  const rows = swept.swept.map(
    ({ call, intervals: own }): SweepRow => ({
      call,
      ranges: own
        .flatMap(halves)
        .map(({ from, to, interval }) => ({
          from: columnOf.get(from)!,
          to: lastOf.get(to)!,
          label: rangeLabel(from, to),
          reference: behaviourText(interval.reference),
          subject: behaviourText(interval.subject),
          judged: interval.divergences.map((divergence) => ({
            signature: signatureOf(divergence),
            judgement: divergence.judgement,
          })),
          isSame: isSame(interval),
        }))
        .sort((one, other) => one.from - other.from),
    }),
  );
  return {
    target: harness.target.name,
    ...sideNames(harness.target),
    summary,
    columns: columns.map(({ from, to }) => ({
      from: formatValue(from - HALF),
      to: formatValue(to - HALF),
      values: to - from + 1,
    })),
    rows,
  };
}

/** An interval of unsigned values, on the line from INT_MIN on: one that passes INT_MAX is in both of its halves. */
function halves(interval: Interval): { from: number; to: number; interval: Interval }[] {
  const { from, to } = interval;
  const piece = (low: number, high: number) => ({ from: onLine(low), to: onLine(high), interval });
  return from < HALF && to >= HALF ? [piece(from, HALF - 1), piece(HALF, to)] : [piece(from, to)];
}

/** INT_MIN is 0 here, and INT_MAX the last. */
function onLine(unsigned: number): number {
  return (unsigned + HALF) % ALL;
}

/** By the names that the columns have: whoever looks for INT_MAX would not know it by its digits. */
function rangeLabel(from: number, to: number): string {
  const [low, high] = [from, to].map((at) => formatValue(at - HALF));
  return low === high ? low! : `${low} … ${high}`;
}
