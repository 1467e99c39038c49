import { type Layout, NO_LAYOUT } from './layout.ts';

/**
 * The declared words by address. Asked at every load and store of static memory, so a word that is accessed from its first
 * byte on, as nearly all are, costs one look-up.
 */
export class PlaceIndex {
  /** Number of a place by the address of its first byte; the way most accesses are looked up. */
  readonly #numbers = new Map<number, number>();
  readonly #places: Layout['places'];

  constructor({ places }: Layout = NO_LAYOUT) {
    this.#places = places;
    for (const [number, { address }] of places.entries()) this.#numbers.set(address, number);
  }

  /** The place that begins there. */
  startingAt(address: number): number | undefined {
    return this.#numbers.get(address);
  }

  /** The place that these bytes have a part of. */
  of(address: number, size: number): number | undefined {
    const exact = this.#numbers.get(address);
    if (exact !== undefined) return exact;
    const found = this.#places.findIndex(
      (place) => address < place.address + place.size && place.address < address + size,
    );
    return found < 0 ? undefined : found;
  }
}
