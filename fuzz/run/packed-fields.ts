/**
 * Small numbers, `bits` each, packed into one 32-bit integer: one for each thread, or one for each op of a thread; number
 * 0 lies lowest. States of a machine are full of them, because an explorer hashes and compares every integer of a state.
 *
 *     const depths = new PackedFields({ bits: 4, fields: 5 });
 *     depths.of(0x0200, 2)      // 2
 *     depths.with(0x0200, 0, 7) // 0x0207
 */
export class PackedFields {
  /** The largest number that a field can hold. */
  readonly most: number;
  readonly #bits: number;

  /** @throws Error when the fields do not fit into 32 bits */
  constructor({ bits, fields }: { readonly bits: number; readonly fields: number }) {
    if (bits < 1 || bits * fields > 32) {
      throw new Error(`internal: ${fields} fields of ${bits} bits do not fit into an integer`);
    }
    this.#bits = bits;
    this.most = 2 ** bits - 1;
  }

  /** @returns field number `index`, 0 to `most` */
  of(packed: number, index: number): number {
    return (packed >> (this.#bits * index)) & this.most;
  }

  /** @returns the same fields, but for number `index`. @throws Error when `value` does not fit: the neighbours would change */
  with(packed: number, index: number, value: number): number {
    if ((value & this.most) !== value) throw new Error(`internal: ${value} in a field of ${this.#bits} bits`);
    const shift = this.#bits * index;
    return (packed & ~(this.most << shift)) | (value << shift);
  }

  /** @returns the fields with two of them exchanged */
  swapped(packed: number, one: number, other: number): number {
    return exchangeBits(packed, one, other, this.#bits);
  }
}

/** Exchanges two fields of `width` bits each. */
export function exchangeBits(packed: number, one: number, other: number, width: number): number {
  const mask = 2 ** width - 1;
  const difference = ((packed >> (width * one)) ^ (packed >> (width * other))) & mask;
  return packed ^ (difference << (width * one)) ^ (difference << (width * other));
}

/** Exchanges two cells of an array. */
export function exchange(cells: Int32Array, one: number, other: number): void {
  const kept = cells[one]!;
  cells[one] = cells[other]!;
  cells[other] = kept;
}
