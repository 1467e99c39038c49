import { formatValue, INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import type { Interval } from './intervals.ts';

/** Of more ops than this only two are named: a folder's name is read by people. */
const MOST_NAMED = 4;

/**
 * The name of a cause, which is also that of its folder: the ops, and where they part alone.
 *
 *     dec_not_one-at-0        alone, from 0
 *     add+inc-from-INT_MAX-to-0     alone, from INT_MAX on, all negative values, and 0
 *     add_not_zero-in-races     only between the accesses of others
 */
export function causeName(ops: readonly string[], alone: readonly Interval[] | undefined): string {
  return causeNameOf(ops, alone === undefined ? 'in-races' : alone.map(intervalName).join('-and-'));
}

/**
 * Of causes that are no single place, with what takes its place in the name.
 *
 *     find+shrink-together                 each alone does not fit the other ops
 *     gc+lookup+put-as-a-whole             the conversion: no op of the one protocol fits the others
 *     states-two                           the state "two" has another count
 */
export function causeNameOf(ops: readonly string[], place: string): string {
  const [first, second, ...others] = ops;
  const names = others.length > MOST_NAMED - 2 ? [first, second, `${others.length}-more`] : ops;
  return `${names.join('+')}-${place}`;
}

function intervalName({ low, high }: Interval): string {
  if (low === high) return `at-${formatValue(low)}`;
  if (low === INT_MIN && high === INT_MAX) return 'everywhere';
  return `from-${formatValue(low)}-to-${formatValue(high)}`;
}
