/**
 * A small number in some bits of a 32-bit integer, which shares it with others. States of a machine are full of them,
 * because an explorer hashes and compares every integer of a state. Make them constants of a module: V8 folds them away.
 *
 *     const OP = new PackedField({ from: 3, bits: 7 });
 *     OP.with(0b101, 2) // 0b10101
 *     OP.of(0b10101)    // 2
 */
export class PackedField {
  /** The largest number that fits. */
  readonly most: number;
  readonly #from: number;

  /** @throws Error when it does not fit into 32 bits */
  constructor({ from, bits }: { readonly from: number; readonly bits: number }) {
    this.most = mostOf(bits, from + bits);
    this.#from = from;
  }

  /** @returns 0 to `most` */
  of(packed: number): number {
    return (packed >> this.#from) & this.most;
  }

  /** @returns the same integer, but for this field. @throws Error when `value` does not fit: the neighbours would change */
  with(packed: number, value: number): number {
    if ((value & this.most) !== value) throw new Error(`internal: ${value} in a field of 0 to ${this.most}`);
    return (packed & ~(this.most << this.#from)) | (value << this.#from);
  }
}

/**
 * Small numbers, `bits` each, packed into one 32-bit integer: one for each thread, or one for each op of a thread; number
 * 0 lies lowest, at bit `from`.
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
    this.most = mostOf(bits, bits * fields);
    this.#bits = bits;
  }

  /** @returns field number `index`, 0 to `most` */
  of(packed: number, index: number): number {
    return (packed >> (this.#bits * index)) & this.most;
  }

  /** @returns the same fields, but for number `index`. @throws Error when `value` does not fit: the neighbours would change */
  with(packed: number, index: number, value: number): number {
    if ((value & this.most) !== value) throw new Error(`internal: ${value} in a field of 0 to ${this.most}`);
    const shift = this.#bits * index;
    return (packed & ~(this.most << shift)) | (value << shift);
  }

  /** @returns the same fields, but 0 for number `index` */
  without(packed: number, index: number): number {
    return packed & ~(this.most << (this.#bits * index));
  }

  /** @returns the fields with two of them exchanged */
  swapped(packed: number, one: number, other: number): number {
    return exchangeBits(packed, one, other, this.#bits);
  }
}

function mostOf(bits: number, end: number): number {
  if (bits < 1 || end > 32) throw new Error(`internal: fields up to bit ${end} do not fit into an integer`);
  return 2 ** bits - 1;
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
