import type { Census, Skipped } from '../../audit/census/counter.ts';
import type { Verdict } from '../../audit/census/verdict.ts';
import { grouped } from '../report/grouped.ts';
import { type Audit, countsOf, freshMisuses, isAtomic } from './audit.ts';

/*
 * The answer of an audit in a sentence, and what it does not cover. Both come first in every output. What was not read or
 * not understood could be a misuse as well as anything else, so no answer stands without it.
 */

/**
 * The sentence.
 *
 *     3 misuses; 49 of 4 320 atomic counters convert as they are, 9 by one, 70 with a change; 1.8 % of 27 382 ops could
 *     not be attributed.
 *     no misuse; none of 12 atomic counters converts as it is; all 96 ops were attributed.
 *     1 new misuse, and 2 that known.json lists; …
 */
export function answerOf(audit: Audit): string {
  const { judged, census } = audit;
  if (judged.length === 0) return `no counters in ${filesText(census)}.`;
  return `${misuseText(audit)}; ${conversionText(audit)}; ${lossText(census)}.`;
}

/**
 * Misuse first: it is what somebody has to act on. Against a baseline news and what is known are told apart, and where nothing
 * is known the baseline is not mentioned.
 */
function misuseText(audit: Audit): string {
  const fresh = freshMisuses(audit).length;
  const known = audit.held?.known.size ?? 0;
  if (audit.held === undefined) return fresh === 0 ? 'no misuse' : count(fresh, 'misuse');
  const news = fresh === 0 ? 'no new misuse' : count(fresh, 'new misuse');
  return known === 0 ? news : `${news}, and ${grouped(known)} that ${audit.held.baseline} lists`;
}

/** Of the atomics: how many convert, and how. A `refcount_t` has nothing left to convert. */
function conversionText({ judged }: Audit): string {
  const atomics = judged.filter(isAtomic);
  if (atomics.length === 0) return 'no atomic counters';
  const counts = countsOf(atomics);
  const ways = (
    [
      ['by-one', 'by one'],
      ['with-a-change', 'with a change'],
    ] as const
  ).flatMap(([verdict, how]) => (counts[verdict] === 0 ? [] : [`${grouped(counts[verdict])} ${how}`]));
  const all = `${grouped(atomics.length)} atomic ${atomics.length === 1 ? 'counter' : 'counters'}`;
  const asIs = counts['as-is'];
  const first =
    asIs === 0
      ? `none of ${all} converts as it is`
      : `${grouped(asIs)} of ${all} ${asIs === 1 ? 'converts as it is' : 'convert as they are'}`;
  return [first, ...ways].join(', ');
}

/** How much of what was written was not understood. A share of 0 is only said where nothing at all was lost. */
export function lossText({ loss }: Census): string {
  const { written, lostCount } = loss;
  if (written === 0) return 'no ops';
  if (lostCount === 0) return `all ${count(written, 'op')} were attributed`;
  const share = (100 * lostCount) / written;
  const percent = share < 0.1 ? 'less than 0.1' : share.toFixed(1);
  return `${percent} % of ${count(written, 'op')} could not be attributed`;
}

/** Reasons why files were not read that have a line each. */
const REASONS = 3;

/** Files that were not read, by reason, the most frequent first: one that is odd must not hide behind thirty that are not. */
function skippedLines(all: readonly Skipped[]): string[] {
  const skipped = all.filter((one) => !isReadElsewhere(one));
  const links = all.filter(isReadElsewhere);
  const reasons = new Map<string, Skipped[]>();
  for (const one of skipped) reasons.set(one.why, [...(reasons.get(one.why) ?? []), one]);
  const sorted = [...reasons].sort(([, one], [, other]) => other.length - one.length);
  const shown = sorted.slice(0, sorted.length === REASONS + 1 ? REASONS + 1 : REASONS);
  const others = sorted.slice(shown.length);
  const left = others.reduce((sum, [, own]) => sum + own.length, 0);
  return [
    ...shown.map(([why, [first, ...more]]) =>
      more.length === 0
        ? `not read: ${first?.file} (${why})`
        : `not read: ${count(more.length + 1, 'file')}, first ${first?.file} (${why})`,
    ),
    ...(left > 0
      ? [`not read: ${count(left, 'file')} for ${others.length} other reasons; --json has them`]
      : []),
    ...(links.length > 0
      ? [`read once: ${count(links.length, 'link')} to what lies in the tree itself, first ${links[0]!.file}`]
      : []),
  ];
}

/** A second name of what was read under its first one: nothing is missing, so it is no file that was not read. */
function isReadElsewhere({ why }: Skipped): boolean {
  return /^is a link to a (file|folder) of the tree/.test(why);
}

/**
 * What the answer does not cover, a line each; none where it covers everything.
 *
 *     not read: drivers/x/big.c (larger than 16 MB)
 *     not read: 3 files, first lib/table.c (is no text)
 *     read once: 30 links to what lies in the tree itself, first include/dt-bindings/a.h
 *     unknown: 12 counters, of which too little was seen
 *     not judged: 40 counters with an API of their own (lockref, percpu_ref, kobject)
 *     lost: 493 ops, first net/core/a.c:120 (no such member)
 */
export function uncoveredLines({ census, judged }: Audit): string[] {
  const { skipped, loss } = census;
  const counts = countsOf(judged);
  const [lost] = loss.lost;
  return [
    ...skippedLines(skipped),
    ...(loss.lostCount > 0
      ? [
          `lost: ${count(loss.lostCount, 'op')}${lost ? `, first ${lost.file}:${lost.line} (${lost.why})` : ''}`,
        ]
      : []),
    ...(counts.unknown > 0 ? [`unknown: ${count(counts.unknown, 'counter')}`] : []),
    ...(counts.listed > 0
      ? [
          `not judged: ${count(counts.listed, 'counter')} with an API of ${counts.listed === 1 ? 'its' : 'their'} own`,
        ]
      : []),
  ];
}

/** `18 745 of 54 871 files parsed, 18 000 of them kept from an earlier run`: files without a counter's name are not parsed. */
export function filesText({ files: { seen, parsed, cached } }: Pick<Census, 'files'>): string {
  const read = count(seen, 'file');
  const kept = cached > 0 ? `, ${grouped(cached)} known from an earlier run` : '';
  return `${read}, of which ${grouped(parsed)} parsed${kept}`;
}

/** `1 misuse`, `3 misuses`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${number === 1 ? noun : `${noun}s`}`;
}

/** In the order in which a maintainer would look: what is wrong, what is free, what is cheap. */
export const TO_LOOK_AT: readonly Verdict[] = ['misuse', 'as-is', 'by-one', 'with-a-change', 'with-care'];
