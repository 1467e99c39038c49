import { grown } from '../run/grown.ts';

/**
 * A set of states, each a fixed number of 32-bit integers, numbered from 0 in the order they were added: open
 * addressing over one typed array, no object and no string a state. It is made once and used for many programs:
 * to clear it costs as much as it holds, not as much as it could.
 *
 *     const known = states.size;
 *     const number = states.add(state);
 *     const isNew = number === known;
 */
export class StateSet {
  /** The length of a state. */
  #stride: number;
  /** The states, one after the other. */
  #rows: Int32Array<ArrayBuffer>;
  /** Row number plus one, or 0. At most half of them are taken; their number is a power of 2. */
  #slots = new Int32Array(1024);
  /** By row: its slot, so that `clear` need not look at the others. */
  #slotOf = new Int32Array(512);
  #size = 0;

  /** @param stride the length of a state; `clear` may set another */
  constructor(stride: number) {
    this.#stride = stride;
    this.#rows = new Int32Array(512 * stride);
  }

  /** The length of a state. */
  get stride(): number {
    return this.#stride;
  }

  /** How many states it holds. */
  get size(): number {
    return this.#size;
  }

  /** Drops all states, and keeps the room they took. @param stride the length of the states to come */
  clear(stride = this.#stride): void {
    for (let row = 0; row < this.#size; row++) this.#slots[this.#slotOf[row]!] = 0;
    this.#size = 0;
    this.#stride = stride;
  }

  /** @returns the number of the state: what `size` was before, for one that is new */
  add(state: Int32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(state, 0, this.#stride) & mask;
    for (let row = this.#slots[slot]!; row !== 0; row = this.#slots[slot]!) {
      if (this.#equals(row - 1, state)) return row - 1;
      slot = (slot + 1) & mask;
    }
    return this.#append(state, slot);
  }

  /** @returns the number of the state, or -1 when the set does not hold it */
  indexOf(state: Int32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(state, 0, this.#stride) & mask;
    for (let row = this.#slots[slot]!; row !== 0; row = this.#slots[slot]!) {
      if (this.#equals(row - 1, state)) return row - 1;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Copies state number `index` into `state`. */
  copyTo(index: number, state: Int32Array): void {
    const rows = this.#rows;
    const stride = this.#stride;
    const base = index * stride;
    for (let i = 0; i < stride; i++) state[i] = rows[base + i]!;
  }

  #equals(row: number, state: Int32Array): boolean {
    const rows = this.#rows;
    const stride = this.#stride;
    const base = row * stride;
    for (let i = 0; i < stride; i++) if (rows[base + i] !== state[i]) return false;
    return true;
  }

  #append(state: Int32Array, slot: number): number {
    const row = this.#size++;
    const base = row * this.#stride;
    const end = base + this.#stride;
    if (end > this.#rows.length) this.#rows = grown(this.#rows, end - 1);
    if (row >= this.#slotOf.length) this.#slotOf = grown(this.#slotOf, row);
    for (let i = 0; i < this.#stride; i++) this.#rows[base + i] = state[i]!;
    this.#slots[slot] = row + 1;
    this.#slotOf[row] = slot;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return row;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.#size; row++) {
      let slot = hashOf(this.#rows, row * this.#stride, this.#stride) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
      this.#slotOf[row] = slot;
    }
  }
}

/** Multiplication by the golden ratio spreads a cell upwards, the shift brings it down again: slots are the lowest bits. */
function hashOf(cells: Int32Array, base: number, length: number): number {
  let hash = 0;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ cells[base + i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash ^ (hash >>> 13);
}
