import type { Place } from './layout.ts';

/**
 * Words of 4 bytes that lie side by side where an access of 8 bytes can reach both, by number of their place: the lower half
 * first. Such an access must be aligned: a misaligned one is no single access on most machines, and none here.
 *
 *     16: int lock   20: int count   24: int flags     the first two are a pair; no pair begins at 20
 */
export function pairsOf(places: readonly Place[]): (readonly [low: number, high: number])[] {
  return places.flatMap(({ address, size }, low) => {
    if (size !== 4 || address % 8 !== 0) return [];
    const high = places.findIndex((other) => other.size === 4 && other.address === address + 4);
    return high < 0 ? [] : [[low, high] as const];
  });
}
