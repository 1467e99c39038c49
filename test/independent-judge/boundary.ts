/** Where on the number line an op touched the count; the words of docs/words.md, "Boundaries". */
export type Boundary = 'saturated' | 'int-max' | 'wrap' | 'minus-one' | 'zero' | 'interior';

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

/**
 * The first row of the table that fits.
 *
 * @param old the count before an access, less the bias of its protocol
 * @param now the count after it, likewise
 * @param isSaturated whether the count was at a saturation value
 */
export function boundaryOf(old: number, now: number, isSaturated: boolean): Boundary {
  const touches = (value: number) => old === value || now === value;
  if (isSaturated) return 'saturated';
  if (old >= 0 && now > INT_MAX) return 'int-max';
  if (now < INT_MIN || (old < 0 && now >= 0)) return 'wrap';
  if (touches(-1) || (old >= 0 && now < 0)) return 'minus-one';
  if (touches(0)) return 'zero';
  if (touches(INT_MAX)) return 'int-max';
  if (touches(INT_MIN)) return 'wrap';
  return 'interior';
}

/** Whether a count is at a saturation value, or within the four steps that ops under way may have moved it. */
export function isNearOneOf(count: number, saturated: readonly number[]): boolean {
  return saturated.some((value) => Math.abs(value - count) <= 4);
}
