import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';

const LARGEST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);
/** Values so near to 0 or to an end are told apart. */
const NEAR = 1 << 24;
/** Stands for all others. No boundary is there, and no value to which counters pin themselves. */
const BETWEEN = 0x30000000;

/**
 * A count of 64 bits on the number line of 32, on which boundaries are named: what is near to 0 is there as well, and what is
 * near to an end is as near to that end. So `int-max` and `wrap` are S64_MAX and S64_MIN of such a count.
 *
 *     3n → 3      2n ** 63n - 1n → INT_MAX      -(2n ** 63n) + 1n → INT_MIN + 1      2n ** 40n → BETWEEN
 */
export function onNarrowLine(value: bigint): number {
  if (value <= NEAR && value >= -NEAR) return Number(value);
  if (LARGEST - value <= NEAR) return INT_MAX - Number(LARGEST - value);
  if (value - LEAST <= NEAR) return INT_MIN + Number(value - LEAST);
  return value > 0n ? BETWEEN : -BETWEEN;
}
