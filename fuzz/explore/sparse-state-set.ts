import { grown } from '../run/grown.ts';

/** Cells whose presence one integer says. */
const BLOCK = 32;

// With an account of orders a state has five times as many cells as without, and most of them are 0: writes that nobody can read are
// dropped, and views have nothing but what somebody may ask for. To hash, compare and keep the rest alone takes a third of the time, and
// a fifth of the room.

/**
 * A set of states as `StateSet` is one, for states that are long and mostly 0, as those are that keep account of orders: of each
 * state it has which cells are not 0, a bit each, and these.
 *
 *     7 0 0 5 0 …     0b01001 | 7 5
 */
export class SparseStateSet {
  /** The length of a state, and how many integers say which of its cells are not 0. */
  #stride = 0;
  #blocks = 0;
  /** The states, one after the other; by number where each begins, and where the next would. */
  #rows: Int32Array<ArrayBuffer> = new Int32Array(1 << 14);
  #from: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  #hashes: Int32Array<ArrayBuffer> = new Int32Array(1 << 10);
  /** Number plus one, or 0. At most half of them are taken; their number is a power of 2. */
  #slots = new Int32Array(1024);
  #size = 0;
  #packed = new Int32Array(0);

  /** How many states it holds. */
  get size(): number {
    return this.#size;
  }

  /** Drops all states, and keeps the room they took. @param stride the length of the states to come */
  clear(stride: number): void {
    const mask = this.#slots.length - 1;
    // As many as there were, not as many as there could be.
    if (this.#size * 4 > this.#slots.length) this.#slots.fill(0);
    else for (let row = 0; row < this.#size; row++) this.#slots[this.#slotOf(row, mask)] = 0;
    this.#size = 0;
    this.#stride = stride;
    this.#blocks = Math.ceil(stride / BLOCK);
    if (this.#packed.length < stride + this.#blocks) this.#packed = new Int32Array(stride + this.#blocks);
  }

  /** Where a state lies that is in the set. Slots of others may be free by now, so the whole run of slots is looked through. */
  #slotOf(row: number, mask: number): number {
    let slot = this.#hashes[row]! & mask;
    while (this.#slots[slot] !== row + 1) slot = (slot + 1) & mask;
    return slot;
  }

  /** @returns the number of the state: what `size` was before, for one that is new */
  add(state: Int32Array): number {
    const length = this.#pack(state);
    const hash = hashOf(this.#packed, length);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let row = this.#slots[slot]!; row !== 0; row = this.#slots[slot]!) {
      if (this.#hashes[row - 1] === hash && this.#equals(row - 1, length)) return row - 1;
      slot = (slot + 1) & mask;
    }
    return this.#append(hash, length, slot);
  }

  /** Copies state number `index` into `state`. */
  copyTo(index: number, state: Int32Array): void {
    const rows = this.#rows;
    state.fill(0);
    const from = this.#from[index]!;
    let at = from + this.#blocks;
    for (let block = 0; block < this.#blocks; block++) {
      for (let bits = rows[from + block]!; bits !== 0; bits &= bits - 1)
        state[block * BLOCK + 31 - Math.clz32(bits & -bits)] = rows[at++]!;
    }
  }

  /** @returns the length of what is in `#packed` */
  #pack(state: Int32Array): number {
    const packed = this.#packed;
    const stride = this.#stride;
    let length = this.#blocks;
    for (let block = 0, at = 0; at < stride; block++) {
      const end = Math.min(at + BLOCK, stride);
      let bits = 0;
      for (let bit = 1; at < end; at++, bit <<= 1) {
        const cell = state[at]!;
        if (cell === 0) continue;
        bits |= bit;
        packed[length++] = cell;
      }
      packed[block] = bits;
    }
    return length;
  }

  #equals(row: number, length: number): boolean {
    const rows = this.#rows;
    const packed = this.#packed;
    const base = this.#from[row]!;
    if (this.#from[row + 1]! - base !== length) return false;
    for (let i = 0; i < length; i++) if (rows[base + i] !== packed[i]) return false;
    return true;
  }

  #append(hash: number, length: number, slot: number): number {
    const row = this.#size++;
    const base = row === 0 ? 0 : this.#from[row]!;
    const end = base + length;
    if (end > this.#rows.length) this.#rows = grown(this.#rows, end - 1);
    if (row + 1 >= this.#from.length) {
      this.#from = grown(this.#from, row + 1);
      this.#hashes = grown(this.#hashes, row + 1);
    }
    for (let i = 0; i < length; i++) this.#rows[base + i] = this.#packed[i]!;
    this.#from[row] = base;
    this.#from[row + 1] = end;
    this.#hashes[row] = hash;
    this.#slots[slot] = row + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return row;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.#size; row++) {
      let slot = this.#hashes[row]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
    }
  }
}

/** As that of `StateSet`. */
function hashOf(cells: Int32Array, length: number): number {
  let hash = 0;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ cells[i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash ^ (hash >>> 13);
}
