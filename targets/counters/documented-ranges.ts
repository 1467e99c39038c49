import { ATOMIC, PAX } from './documented-atomic.ts';
import { type DocumentedRange, type Row, rangesOf } from './documented-layers.ts';
import { RCUREF } from './documented-rcuref.ts';
import { REFCOUNT_V55, REFCOUNT_V411, REFCOUNT_X86 } from './documented-refcount.ts';

/**
 * What a counter does, from the tables of its documentation: thresholds and plain arithmetic, without running the
 * counter, and sharing nothing with it but the names of INT_MAX, INT_MIN and REFCOUNT_SATURATED. The sweep compares
 * every value with it.
 *
 * @returns ranges that cover all old values, in unsigned order; undefined for a counter or an op without a table
 */
export function documentedRanges(
  counter: string,
  op: string,
  a: number,
  b: number,
): DocumentedRange[] | undefined {
  const table = TABLES[counter];
  if (!table || !Object.hasOwn(table, op)) return undefined;
  return rangesOf(table[op]!(a, b));
}

/** By name of the counter, then of the op. */
const TABLES: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  atomic: ATOMIC,
  'refcount/v5.5': REFCOUNT_V55,
  'refcount/v4.11': REFCOUNT_V411,
  'refcount/x86': REFCOUNT_X86,
  pax: PAX,
  rcuref: RCUREF,
};
