/**
 * A set of rows of 32-bit integers, of any length each, numbered from 0 in the order in which they were added: open
 * addressing over typed arrays, no object and no string a row. (`StateSet` is the one for rows of one length.)
 *
 *     add([7, 1], 2)   0        cells  7 1 7 1 4
 *     add([7, 1, 4], 3) 1       rows   0 begins at 0, 1 at 2
 *     add([7, 1], 2)   0        it is there already
 */
export class RowSet {
  /** All rows, one after the other. Replaced when it grows, so read it anew after `add`. */
  cells = new Int32Array(1024);
  /** By row, and one more at the end: where it begins in `cells`. */
  #from = new Int32Array(256);
  /** Row number plus one, or 0. At most half of them are taken; their number is a power of 2. */
  #slots = new Int32Array(512);
  #size = 0;

  /** How many rows it holds. */
  get size(): number {
    return this.#size;
  }

  /** Where a row begins in `cells`. It ends where the next one begins. */
  from(row: number): number {
    return this.#from[row]!;
  }

  /** Drops all rows, and keeps the room they took. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** @param row its first `length` integers are the row @returns its number: what `size` was before, for one that is new */
  add(row: Int32Array, length: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(row, 0, length) & mask;
    for (let known = this.#slots[slot]!; known !== 0; known = this.#slots[slot]!) {
      if (this.#equals(known - 1, row, length)) return known - 1;
      slot = (slot + 1) & mask;
    }
    return this.#append(row, length, slot);
  }

  /** Whether a row of the set is this one: as long, and cell by cell the same. */
  #equals(known: number, row: Int32Array, length: number): boolean {
    const { cells } = this;
    const from = this.#from[known]!;
    if (this.#from[known + 1]! - from !== length) return false;
    for (let at = 0; at < length; at++) if (cells[from + at] !== row[at]) return false;
    return true;
  }

  /**
   * Adds a row that is not there.
   *
   * @param slot the free one at which the search for it ended
   */
  #append(row: Int32Array, length: number, slot: number): number {
    const number = this.#size++;
    const from = this.#from[number]!;
    if (from + length > this.cells.length) this.cells = doubled(this.cells, from + length);
    if (number + 2 > this.#from.length) this.#from = doubled(this.#from, number + 2);
    for (let at = 0; at < length; at++) this.cells[from + at] = row[at]!;
    this.#from[number + 1] = from + length;
    this.#slots[slot] = number + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  /** Doubles the slots. The rows stay where they are, and keep their numbers. */
  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.#size; row++) {
      const from = this.#from[row]!;
      let slot = hashOf(this.cells, from, this.#from[row + 1]! - from) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
    }
  }
}

/** Of the same cells, in an array that has at least `length`. */
function doubled(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  let size = array.length * 2;
  while (size < length) size *= 2;
  const larger = new Int32Array(size);
  larger.set(array);
  return larger;
}

/** Multiplication by the golden ratio spreads a cell upwards, the shift brings it down again: slots are the lowest bits. */
function hashOf(cells: Int32Array, from: number, length: number): number {
  let hash = length;
  for (let at = 0; at < length; at++) {
    hash = Math.imul(hash ^ cells[from + at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash ^ (hash >>> 13);
}
