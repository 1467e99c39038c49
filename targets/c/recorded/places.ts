import { type Layout, overlaps, type Place } from './layout.ts';
import { canBeHalf } from './word-pairs.ts';

/**
 * The shared words of a source by where they lie. An access tells where it goes, and whether it writes: while an op runs that
 * makes no difference, and while words are sought it makes all of it (`SoughtPlaces`).
 */
export class Places {
  /** By number; the first is the count. */
  readonly list: Place[];
  /** Number of a place by the address of its first byte; the way most accesses are looked up. */
  readonly #numbers = new Map<number, number>();
  readonly #hasPairs: boolean;

  constructor({ places, hasPairs }: Pick<Layout, 'places' | 'hasPairs'>) {
    this.list = [];
    this.#hasPairs = hasPairs;
    for (const place of places) this.add(place);
  }

  /** The number of the place that begins there. */
  at(address: number): number | undefined {
    return this.#numbers.get(address);
  }

  /** The number of the place that these bytes, which are read, have a part of. */
  read(address: number, size: number): number | undefined {
    return this.of(address, size);
  }

  /** The same of bytes that are written, or changed as one access; a lock is taken by changing it. */
  written(address: number, size: number): number | undefined {
    return this.of(address, size);
  }

  /**
   * The compiler makes one store of `p->one = 0; p->other = 0`, which are two accesses of the source.
   *
   * Whether these 8 bytes are words of 4 bytes at the most, and none lies across the middle. A pair is accessed as one where
   * the source does so anywhere: what it reads there to compare with, it reads at once.
   */
  areTwo(address: number): boolean {
    if (this.isPair(address)) return false;
    const middle = address + 4;
    const within = this.list.filter((place) => isAt(place, address, 8));
    const isHalf = (place: Place) =>
      (place.address >= address && place.address + place.size <= middle) ||
      (place.address >= middle && place.address + place.size <= address + 8);
    return within.length > 0 && within.every(isHalf);
  }

  /** Whether two words of 4 bytes begin there that an access of 8 bytes takes as one; see `pairsOf`. */
  protected isPair(address: number): boolean {
    if (!this.#hasPairs || address % 8 !== 0) return false;
    const [low, high] = [this.at(address), this.at(address + 4)];
    if (low === undefined || high === undefined) return false;
    return canBeHalf(this.list[low]!) && canBeHalf(this.list[high]!);
  }

  protected of(address: number, size: number): number | undefined {
    const exact = this.#numbers.get(address);
    if (exact !== undefined) return exact;
    const found = this.list.findIndex((place) => isAt(place, address, size));
    return found < 0 ? undefined : found;
  }

  /** @returns its number */
  protected add(place: Place): number {
    const number = this.list.length;
    this.list.push(place);
    this.#numbers.set(place.address, number);
    return number;
  }
}

function isAt(place: Place, address: number, size: number): boolean {
  return overlaps({ from: place.address, to: place.address + place.size }, address, size);
}
