import type { Place } from './layout.ts';

/** The shared words of a source by where they lie. */
export class Places {
  /** By number; the first is the count. */
  readonly list: Place[];
  /** Number of a place by the address of its first byte; the way most accesses are looked up. */
  readonly #numbers = new Map<number, number>();

  constructor(list: readonly Place[]) {
    this.list = [];
    for (const place of list) this.add(place);
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

  protected of(address: number, size: number): number | undefined {
    const exact = this.#numbers.get(address);
    if (exact !== undefined) return exact;
    const overlaps = (place: Place) => address < place.address + place.size && place.address < address + size;
    const found = this.list.findIndex(overlaps);
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
