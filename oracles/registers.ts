const CELL_BITS = 32;

/**
 * Lays out what monitors remember of a run in 32-bit cells, as few as hold it: an explorer hashes, compares and copies
 * every cell of every state. Monitors take their fields when they are built, and no field ever moves.
 *
 *     perThread(3), field(1), field(2), word(), field(7)
 *     cell 0    bits 0–11 three for each of four threads, 12, 13–14, 15–21
 *     cell 1    the word
 */
export class Registers {
  /** Bits taken, by cell. */
  readonly #taken: number[] = [];
  readonly #threads: number;

  /** @param threads the most threads of a program, for fields that each thread has */
  constructor(threads: number) {
    this.#threads = threads;
  }

  /** How many cells the fields take so far. */
  get cells(): number {
    return this.#taken.length;
  }

  /** A whole cell, for a signed 32-bit integer. @returns its index */
  word(): number {
    return this.#taken.push(CELL_BITS) - 1;
  }

  /** @param bits 1 to 31: the field holds 0 to 2^bits - 1 */
  field(bits: number): Field {
    return new Field(...this.#place(bits), bits);
  }

  /** A field that each thread has. @param bits of each, all of which must fit one cell */
  perThread(bits: number): ThreadField {
    return new ThreadField(...this.#place(bits * this.#threads), bits);
  }

  /**
   * The first cell with enough bits left. First fit: monitors take few fields, and the order in which they do never
   * changes.
   */
  #place(bits: number): [cell: number, shift: number] {
    const fits = this.#taken.findIndex((taken) => taken + bits <= CELL_BITS);
    const cell = fits < 0 ? this.#taken.push(0) - 1 : fits;
    const shift = this.#taken[cell]!;
    this.#taken[cell] = shift + bits;
    return [cell, shift];
  }
}

/** Some bits of a cell, which hold a number that is not negative. */
export class Field {
  readonly #cell: number;
  readonly #shift: number;
  /** The largest number that fits. */
  readonly #most: number;

  constructor(cell: number, shift: number, bits: number) {
    this.#cell = cell;
    this.#shift = shift;
    this.#most = mostOf(bits);
  }

  get(cells: Int32Array): number {
    return (cells[this.#cell]! >>> this.#shift) & this.#most;
  }

  /** @throws Error when the value does not fit: a neighbour would be overwritten in silence */
  set(cells: Int32Array, value: number): void {
    if (value >>> 0 > this.#most) throw doesNotFit(value, this.#most);
    const cell = cells[this.#cell]!;
    cells[this.#cell] = (cell & ~(this.#most << this.#shift)) | (value << this.#shift);
  }
}

/** The same for each thread: as many neighbouring fields of one cell as a program can have threads. */
export class ThreadField {
  readonly #cell: number;
  readonly #shift: number;
  readonly #bits: number;
  readonly #most: number;

  constructor(cell: number, shift: number, bits: number) {
    this.#cell = cell;
    this.#shift = shift;
    this.#bits = bits;
    this.#most = mostOf(bits);
  }

  get(cells: Int32Array, thread: number): number {
    return (cells[this.#cell]! >>> (this.#shift + this.#bits * thread)) & this.#most;
  }

  /** @throws Error when the value does not fit */
  set(cells: Int32Array, thread: number, value: number): void {
    if (value >>> 0 > this.#most) throw doesNotFit(value, this.#most);
    const shift = this.#shift + this.#bits * thread;
    cells[this.#cell] = (cells[this.#cell]! & ~(this.#most << shift)) | (value << shift);
  }

  /** Sets the field of a thread to 0. */
  clear(cells: Int32Array, thread: number): void {
    const shift = this.#shift + this.#bits * thread;
    cells[this.#cell] = cells[this.#cell]! & ~(this.#most << shift);
  }

  /** Exchanges the fields of two threads. */
  swap(cells: Int32Array, one: number, other: number): void {
    const kept = this.get(cells, one);
    this.set(cells, one, this.get(cells, other));
    this.set(cells, other, kept);
  }
}

function mostOf(bits: number): number {
  if (bits < 1 || bits >= CELL_BITS) throw new Error(`internal: a field of ${bits} bits`);
  return 2 ** bits - 1;
}

function doesNotFit(value: number, most: number): Error {
  return new Error(`internal: ${value} does not fit a field of 0 to ${most}`);
}
