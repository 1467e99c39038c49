import type { Place } from './layout.ts';

/**
 * Words of 4 bytes that lie side by side where an access of 8 bytes can reach both, by number of their place: the lower half
 * first. Such an access must be aligned: a misaligned one is no single access on most machines, and none here.
 *
 *     16: int lock   20: int count   24: int flags     the first two are a pair; no pair begins at 20
 */
export function pairsOf(places: readonly Place[]): (readonly [low: number, high: number])[] {
  return places.flatMap((place, low) => {
    if (!canBeHalf(place) || place.address % 8 !== 0) return [];
    const high = places.findIndex((other) => canBeHalf(other) && other.address === place.address + 4);
    return high < 0 ? [] : [[low, high] as const];
  });
}

/** What a thread has for itself is no shared word, and no half of one. */
export function canBeHalf({ size, isOwn }: Place): boolean {
  return size === 4 && !isOwn;
}
