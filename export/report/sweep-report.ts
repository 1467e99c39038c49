import type { Mismatch } from '../../fuzz/sweep/sweep-documented.ts';
import { type Interval, type Rule, ruleAt, type SideBehaviour } from '../../fuzz/sweep/sweep-intervals.ts';
import type { SweptCall } from '../../fuzz/sweep/sweep-target.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { formatBits, formatValue } from '../../targets/subject/values.ts';
import { judgementPaint } from '../show/show.ts';
import type { Style } from '../show/style.ts';

/** How the rows of one sweep are written. */
export interface SweepReportOptions {
  /** Width of the column of calls. */
  readonly callWidth: number;
  /** Signatures that are no news. */
  readonly known: ReadonlySet<string>;
  readonly style: Style;
}

/**
 * What a sweep found out about one call, a line for each range of old values:
 *
 *     inc  0x7FFFFFFF             | old+1 | 0xC0000000 "saturated; leaking memory" | protects (int-max) value
 *
 * The call, the old values, the reference, the subject, and the judgement with its boundary and kind. Where the
 * documentation says otherwise, lines that begin with NOT AS DOCUMENTED follow.
 *
 * @returns lines without a line break at the end
 */
export function sweepReport(swept: SweptCall, { callWidth, known, style }: SweepReportOptions): string {
  const rows = swept.intervals.map((interval) => ({
    interval,
    reference: behaviourText(interval.reference),
    subject: behaviourText(interval.subject),
  }));
  const referenceWidth = widest(rows.map(({ reference }) => reference));
  const subjectWidth = widest(rows.map(({ subject }) => subject));
  const lines = rows.map(({ interval, reference, subject }) => {
    const range = rangeText(interval.from, interval.to).padEnd(RANGE_WIDTH);
    const sides = `${reference.padEnd(referenceWidth)} | ${subject.padEnd(subjectWidth)}`;
    return `${swept.call.padEnd(callWidth)}  ${range} | ${sides} | ${judgementText(interval, known, style)}`;
  });
  return [...lines, ...swept.mismatches.map((mismatch) => mismatchText(mismatch, style))].join('\n');
}

/** The longest range there is, so that the columns of all calls are in line. */
const RANGE_WIDTH = '0x00000000…0xFFFFFFFF'.length;

/** Old values, unsigned: `0x00000001…0x7FFFFFFE`. */
export function rangeText(from: number, to: number): string {
  return from === to ? formatBits(from) : `${formatBits(from)}…${formatBits(to)}`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

/** `old-1 true`, `unchanged, returns old`, `0xC0000000 "underflow; use-after-free"`. */
export function behaviourText({ word, result, warnings }: SideBehaviour): string {
  const stored = word.kind === 'offset' && word.by === 0 ? 'unchanged' : ruleText(word);
  const answer =
    result === undefined ? '' : typeof result !== 'object' ? ` ${result}` : `, returns ${ruleText(result)}`;
  return `${stored}${answer}${warnings.map((text) => ` "${text}"`).join('')}`;
}

function ruleText({ kind, by }: Rule): string {
  if (kind === 'constant') return formatValue(by);
  if (by === 0) return 'old';
  // An offset of INT_MIN is the same either way, and its negative is no 32-bit integer.
  const sign = by > 0 || by === -0x80000000 ? '+' : '-';
  return `old${sign}${formatValue(sign === '+' ? by : -by)}`;
}

/** Signatures that the corpus lacks are marked. Without a divergence: whether the two do the same. */
function judgementText(interval: Interval, known: ReadonlySet<string>, style: Style): string {
  if (interval.divergences.length === 0) return style.dim(isSame(interval) ? 'same' : 'no divergence');
  return interval.divergences
    .map((divergence) => {
      const { boundary, kind, judgement } = divergence;
      const fresh = known.has(signatureOf(divergence)) ? '' : ` ${style.bold('new')}`;
      return `${judgementPaint(judgement, style)(`${judgement} (${boundary})`)} ${kind}${fresh}`;
    })
    .join(', ');
}

/**
 * `old-1` and `0xC0000000` are the same on 0xC0000001. What is so on both ends of a range is so within: each side has
 * one rule for the range, and two rules that differ agree on one old value at the most.
 */
export function isSame({ from, to, reference, subject }: Interval): boolean {
  const effects = ({ word, result, warnings }: SideBehaviour, old: number) =>
    JSON.stringify([
      ruleAt(word, old),
      typeof result === 'object' ? ruleAt(result, old) : result,
      ...warnings,
    ]);
  return [from, to].every((old) => effects(reference, old) === effects(subject, old));
}

/** Which of the two is wrong, the counter or its table, is not known. */
function mismatchText({ counter, call, from, to, documented, seen }: Mismatch, style: Style): string {
  const what = `${counter} ${call} ${rangeText(from, to)}`;
  return `${style.red('NOT AS DOCUMENTED')} ${what}: documented ${behaviourText(documented)}; does ${behaviourText(seen)}`;
}
