import type { Census, CounterType } from '../../audit/census/counter.ts';
import type { Judged, Verdict } from '../../audit/census/verdict.ts';

/*
 * What an audit came to, as all its outputs take it: text, JSON, results and the page say the same because they are made
 * from the same record. Nothing here judges; it counts and names.
 */

/** A tree, audited. */
export interface Audit {
  /** As the user named it: `linux-source-6.12.tar.xz`, `linux.git at v4.9`. */
  readonly tree: string;
  readonly census: Census;
  /** In the order of `byConcern`. */
  readonly judged: readonly Judged[];
  /** What the baseline says of the misuses; left out where none was named. */
  readonly held?: HeldAgainst;
}

/** The misuses of an audit, held against a baseline. */
export interface HeldAgainst {
  /** The file. */
  readonly baseline: string;
  /** Misuses that the baseline lists. */
  readonly known: ReadonlySet<Judged>;
  /** What it lists and the audit has not: mended, renamed, moved, or not looked at. */
  readonly gone: readonly BaselineEntry[];
}

/** A misuse as a baseline names it: by the counter, its file and the rule, and by no line, since lines move. */
export interface BaselineEntry {
  readonly counter: string;
  readonly file: string;
  readonly rule: string;
  /** Why it is let be; its reader's own words, kept when the file is written again. */
  readonly why: string;
}

/** Types that promise to count references; the others count anything. */
const REFERENCE_TYPES: readonly CounterType[] = ['refcount_t', 'kref', 'rcuref_t'];

/**
 * Whether it is a counter that a conversion is asked of: an atomic, or `local_t`.
 *
 * `listed` is no question of types alone: such counters are told and not judged, and would lower every share.
 */
export function isAtomic({ counter: { type }, verdict }: Judged): boolean {
  return !REFERENCE_TYPES.includes(type) && verdict !== 'listed';
}

/** Misuses that nobody knows of yet: what a run fails for. */
export function freshMisuses({ judged, held }: Audit): Judged[] {
  return judged.filter((one) => one.verdict === 'misuse' && !held?.known.has(one));
}

/** How many there are of each verdict; those that there are none of are 0. */
export function countsOf(judged: readonly Judged[]): Readonly<Record<Verdict, number>> {
  const counts = {
    misuse: 0,
    'as-is': 0,
    'with-a-change': 0,
    'by-one': 0,
    'with-care': 0,
    no: 0,
    unknown: 0,
    sound: 0,
    weighted: 0,
    listed: 0,
  };
  for (const { verdict } of judged) counts[verdict]++;
  return counts;
}

const CONFIDENCES = ['high', 'medium', 'low'];

/**
 * The order of every list: by verdict, then the surest first, then by place.
 *
 * The id comes last, so that no two counters are equal and the order does not hang on that of the files read.
 */
export function byConcern(order: readonly Verdict[]): (one: Judged, other: Judged) => number {
  return (one, other) =>
    order.indexOf(one.verdict) - order.indexOf(other.verdict) ||
    CONFIDENCES.indexOf(one.confidence) - CONFIDENCES.indexOf(other.confidence) ||
    compare(one.counter.declared.file, other.counter.declared.file) ||
    one.counter.declared.line - other.counter.declared.line ||
    compare(one.counter.id, other.counter.id);
}

/** By code units: the same on every machine, whatever its language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
