import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { values } from './values.ts';

/** What a value with a property shrinks to, from each of many seeds. */
function smallest(arbitrary: fc.Arbitrary<number>, has: (value: number) => boolean): number[] {
  const found = Array.from({ length: 30 }, (_, seed) => {
    const details = fc.check(
      fc.property(arbitrary, (value) => !has(value)),
      { seed, numRuns: 10_000 },
    );
    expect(details.failed, `seed ${seed}: none was met`).toBe(true);
    return details.counterexample![0];
  });
  return [...new Set(found)];
}

describe('values', () => {
  test('are 32-bit integers, and each edge and its neighbours are among a few hundred', () => {
    const sample = fc.sample(values(), { seed: 1, numRuns: 1000 });
    for (const value of sample) expect(value).toBe(value | 0);
    const edges = [0, 1, 2, -1, INT_MAX - 1, INT_MAX, INT_MIN, INT_MIN + 1, REFCOUNT_SATURATED];
    for (const edge of edges) expect(sample).toContain(edge);
  });

  test.each<[string, (value: number) => boolean, number]>([
    ['any', () => true, 0],
    ['not 0', (value) => value !== 0, 1],
    ['negative', (value) => value < 0, -1],
    ['about to overflow', (value) => value > INT_MAX - 5, INT_MAX],
    ['INT_MAX itself does not count', (value) => value > INT_MAX - 5 && value < INT_MAX, INT_MAX - 1],
    ['below the saturation value', (value) => value < REFCOUNT_SATURATED, INT_MIN],
  ])('shrink to the simplest that is left: %s', (_, has, simplest) => {
    expect(smallest(values(), has)).toEqual([simplest]);
  });

  test('find either end of a range far from every edge, and do not walk there step by step', () => {
    let asked = 0;
    const has = (value: number) => ++asked > 0 && value >= 5_000 && value < 2_000_000_000;
    expect(smallest(values(), has).sort()).toEqual([1_999_999_999, 5_000]);
    expect(asked).toBeLessThan(30 * 1000);
  });

  test('stay near the edges where they are told to, also while they shrink', () => {
    const near = values({ near: 3, anywhere: false, edges: [1000] });
    const isNear = (value: number) =>
      [0, 1, -1, INT_MAX, INT_MIN, REFCOUNT_SATURATED, -REFCOUNT_SATURATED, 1000].some(
        (edge) => Math.abs((value - edge) | 0) <= 3,
      );
    const seen: number[] = [];
    smallest(near, (value) => {
      seen.push(value);
      return value > 500 && value < 2000;
    });
    expect(seen.filter((value) => !isNear(value))).toEqual([]);
    expect(smallest(near, (value) => value > 500 && value < 2000)).toEqual([997]);
  });

  test('that a user gives as examples shrink too', () => {
    const details = fc.check(
      fc.property(values(), (value) => value < 100),
      { examples: [[123_456]], numRuns: 1 },
    );
    expect(details.counterexample).toEqual([INT_MAX]);
  });
});
