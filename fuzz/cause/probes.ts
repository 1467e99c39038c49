import type { Counter, Scheme } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import type { Target } from '../../targets/target/target.ts';
import { constantsOf } from '../sweep/constants.ts';

/** How far around a value its neighbours are looked at too. */
const NEAR = 2;

/**
 * Old values from which an op is tried alone, in the order of the number line: around 0, the ends, some powers of two, the
 * saturation values, and whatever the code and the target mention.
 *
 * @param mentioned values of the target: starts and arguments
 */
export function counterProbes(sides: readonly Counter[], mentioned: readonly number[]): number[] {
  const centres = new Set<number>([0, INT_MAX, INT_MIN, ...mentioned]);
  for (let power = 4; power < 31; power += 4) {
    centres.add(2 ** power);
    centres.add(-(2 ** power));
  }
  for (const side of sides) {
    if (side.saturated !== undefined) centres.add(side.saturated);
    for (const constant of constantsOf(side)) centres.add(constant);
  }
  return around(centres);
}

/** The same for schemes, without their biases: around the counts of the states, 0, the ends, and what either side takes for special. */
export function schemeProbes(sides: readonly Scheme[], { constants = [] }: Target): number[] {
  const centres = new Set([0, INT_MAX, INT_MIN]);
  for (const { bias, saturated, states } of sides) {
    for (const { count } of Object.values(states)) centres.add((count - bias) | 0);
    if (saturated !== undefined) centres.add((saturated - bias) | 0);
    for (const { value } of constants) centres.add((value - bias) | 0);
  }
  return around(centres);
}

function around(centres: ReadonlySet<number>): number[] {
  const probes = new Set<number>();
  for (const centre of centres)
    for (let offset = -NEAR; offset <= NEAR; offset++) probes.add((centre + offset) | 0);
  return [...probes].sort((one, other) => one - other);
}
