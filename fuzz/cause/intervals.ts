import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';

/** Old values from `low` to `high`, both among them; where `low` is greater, through INT_MAX and on from INT_MIN. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const TURN = 2 ** 32;

/** How far `value` lies above `from` on the circle of 32 bits. */
function above(from: number, value: number): number {
  return (((value - from) % TURN) + TURN) % TURN;
}

/** Whether a value lies in an interval. */
export function contains({ low, high }: Interval, value: number): boolean {
  return above(low, value) <= above(low, high);
}

/** Those values that lie in an interval, each once, from its low end on. */
export function inOrder(interval: Interval, values: readonly number[]): number[] {
  const inside = new Set(values.filter((value) => contains(interval, value)));
  return [...inside].sort((one, other) => above(interval.low, one) - above(interval.low, other));
}

/** Whether two intervals have a value in common. */
export function overlap(one: Interval, other: Interval): boolean {
  return contains(one, other.low) || contains(other, one.low);
}

/** Joins intervals that overlap or lie side by side. In the order of the number line from INT_MIN on. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const rest = [...intervals].sort((one, other) => one.low - other.low);
  for (let at = 0; at < rest.length; at++) {
    for (let next = 0; next < rest.length; next++) {
      if (next === at) continue;
      const [one, other] = [rest[at]!, rest[next]!];
      if (!overlap(one, other) && above(one.high, other.low) !== 1) continue;
      rest[at] = hull(one, other);
      rest.splice(next, 1);
      return joined(rest);
    }
  }
  return rest;
}

/** Of two intervals that touch: all that either has. */
function hull(one: Interval, other: Interval): Interval {
  const isInside = contains(one, other.low) && contains(one, other.high);
  if (isInside && above(one.low, other.low) <= above(one.low, other.high)) return one;
  if (
    contains(other, one.low) &&
    contains(other, one.high) &&
    above(other.low, one.low) <= above(other.low, one.high)
  )
    return other;
  const [first, second] =
    contains(one, other.low) || above(one.high, other.low) === 1 ? [one, other] : [other, one];
  const isAll = contains(second, first.low) && contains(first, second.low);
  return isAll ? { low: INT_MIN, high: INT_MAX } : { low: first.low, high: second.high };
}

/**
 * The intervals in which a predicate holds, as far as probes tell: neighbouring probes where it holds are one interval,
 * and its ends are found by halving.
 *
 * @param probes sorted, without repetitions, at least two
 */
export function intervalsWhere(probes: readonly number[], holds: (value: number) => boolean): Interval[] {
  const flags = probes.map(holds);
  if (flags.every(Boolean)) return [{ low: INT_MIN, high: INT_MAX }];
  const found: Interval[] = [];
  for (let at = 0; at < probes.length; at++) {
    const before = (at + probes.length - 1) % probes.length;
    if (!flags[at] || flags[before]) continue;
    let last = at;
    while (flags[(last + 1) % probes.length]) last = (last + 1) % probes.length;
    const after = (last + 1) % probes.length;
    found.push({
      low: edge(probes[before]!, probes[at]!, holds, true),
      high: edge(probes[last]!, probes[after]!, holds, false),
    });
  }
  return found;
}

/** Between two values of which one has the predicate: the outermost that has it. */
function edge(from: number, to: number, holds: (value: number) => boolean, isLow: boolean): number {
  let [known, other] = isLow ? [to, from] : [from, to];
  for (
    let distance = above(from, to);
    distance > 1;
    distance = isLow ? above(other, known) : above(known, other)
  ) {
    const step = Math.floor(distance / 2);
    const middle = (isLow ? known - step : known + step) | 0;
    if (holds(middle)) known = middle;
    else other = middle;
  }
  return known;
}
