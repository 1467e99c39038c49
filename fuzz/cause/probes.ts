import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { constantsOf } from '../sweep/constants.ts';

/** How far around a value its neighbours are looked at too. */
const NEAR = 2;

/**
 * Old values from which an op is tried alone, in the order of the number line: around 0, the ends, some powers of two, the
 * saturation values, and whatever the code and the target mention.
 *
 * @param mentioned values of the target: starts and arguments
 */
export function probesOf(sides: readonly Counter[], mentioned: readonly number[]): number[] {
  const centres = new Set<number>([0, INT_MAX, INT_MIN, ...mentioned]);
  for (let power = 4; power < 31; power += 4) {
    centres.add(2 ** power);
    centres.add(-(2 ** power));
  }
  for (const side of sides) {
    if (side.saturated !== undefined) centres.add(side.saturated);
    for (const constant of constantsOf(side)) centres.add(constant);
  }
  const probes = new Set<number>();
  for (const centre of centres)
    for (let offset = -NEAR; offset <= NEAR; offset++) probes.add((centre + offset) | 0);
  return [...probes].sort((one, other) => one - other);
}
