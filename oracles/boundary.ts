import { INT_MAX, INT_MIN } from '../targets/subject/values.ts';
import { hasRule, idealStep, overwrites } from './ideal.ts';

/** Where on the number line a divergence happened. */
export const BOUNDARIES = ['zero', 'minus-one', 'int-max', 'wrap', 'saturated', 'interior'] as const;
/** One of BOUNDARIES, as signatures spell it. */
export type Boundary = (typeof BOUNDARIES)[number];

/**
 * The first match, over the old value and the exact result, both read as signed:
 *
 * | boundary  | when                                                                        |
 * |-----------|-----------------------------------------------------------------------------|
 * | saturated | the old value is the saturation value of either side                        |
 * | int-max   | the count passes INT_MAX: from 0 or above to more than fits                 |
 * | wrap      | it passes INT_MIN downwards, or from below 0 up to 0 or beyond: a full turn |
 * | minus-one | it is at -1, arrives there, or falls below 0                                |
 * | zero      | it is at 0 or arrives there                                                 |
 * | int-max   | it is at INT_MAX or arrives there                                           |
 * | wrap      | it is at INT_MIN or arrives there                                           |
 * | interior  | anywhere else                                                               |
 *
 *     old          exact           boundary
 *     0            1               zero: inc from 0
 *     1            0               zero: the last put
 *     0            -1              minus-one: one put too many
 *     0x7fffffff   0x80000000      int-max: above INT_MAX, as a mathematical integer
 *     -1           0               wrap: from below 0 up to 0
 *     0xc0000000   0xc0000001      saturated, where that is the saturation value
 *     2            3               interior
 *
 * @param old the word, as a signed 32-bit integer
 * @param exact the ideal count afterwards, which may lie outside 32 bits
 */
export function boundaryBetween(old: number, exact: number, saturated: readonly number[]): Boundary {
  // Crossing comes before touching, so that `add` from 0 past INT_MAX is called int-max and not zero.
  if (saturated.includes(old)) return 'saturated';
  if (old >= 0 && exact > INT_MAX) return 'int-max';
  if (exact < INT_MIN || (old < 0 && exact >= 0)) return 'wrap';
  if (old === -1 || exact === -1 || (old >= 0 && exact < 0)) return 'minus-one';
  if (old === 0 || exact === 0) return 'zero';
  if (old === INT_MAX || exact === INT_MAX) return 'int-max';
  if (old === INT_MIN || exact === INT_MIN) return 'wrap';
  return 'interior';
}

/**
 * The boundary of one op on a counter. A `set` is looked at from where it starts. An op without a rule likewise: where
 * it would lead is not known.
 */
export function boundaryOfOp(
  op: string,
  a: number,
  b: number,
  old: number,
  saturated: readonly number[],
): Boundary {
  const exact = overwrites(op) || !hasRule(op) ? old : idealStep(op, a, b, old, 'signed').value;
  return boundaryBetween(old, exact, saturated);
}
