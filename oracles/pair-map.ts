const FREE = -1;

/** Cells, 4 MB of them. The caches of a campaign are cleared before they have more. */
const MOST_KEPT = 1 << 20;

/**
 * A map from a pair of 32-bit integers to a non-negative integer: open addressing in one typed array, no allocation on
 * lookup. It backs the transition trees and the table of indivisible ops, where a lookup is most of the work of a step.
 *
 *     cells    a b value -    a b value -    …     four to a slot; `FREE` where the value is -1
 *     get      slot = hash(a, b), then one slot after another until the pair or a free one
 *
 * At most half of the slots are taken, so that a free one is soon met.
 */
export class PairMap {
  /** Four cells an entry: the two keys, the value (FREE when unused), and padding to a cache-friendly stride. */
  #cells = new Int32Array(0);
  #mask = 0;
  #size = 0;
  readonly #initial: number;

  /** @param initialCapacity slots, a power of two: the hash is cut by a mask */
  constructor(initialCapacity = 1024) {
    this.#initial = initialCapacity;
    this.#allocate();
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Forgets all pairs. The room they took is kept, as it will be needed again: campaigns fill and clear their maps all
   * the time, and each map that grew anew brought the next full garbage collection nearer. A map that something unusual
   * has made very large gives it back.
   */
  clear(): void {
    if (this.#cells.length > MOST_KEPT) this.#allocate();
    else this.#cells.fill(FREE);
    this.#size = 0;
  }

  /** An empty map of the first size. */
  #allocate(): void {
    this.#cells = new Int32Array(this.#initial * 4).fill(FREE);
    this.#mask = this.#initial - 1;
  }

  /** @returns the value, or -1 */
  get(a: number, b: number): number {
    const cells = this.#cells;
    let slot = hash(a, b) & this.#mask;
    for (;;) {
      const at = slot << 2;
      const value = cells[at + 2]!;
      if (value === FREE || (cells[at] === a && cells[at + 1] === b)) return value;
      slot = (slot + 1) & this.#mask;
    }
  }

  /**
   * A pair may be set once. It is not looked for: a second time would leave two entries, and count both.
   *
   * @param value 0 or more
   */
  set(a: number, b: number, value: number): void {
    if (this.#size * 2 >= this.#mask + 1) this.#grow();
    this.#insert(a, b, value);
    this.#size++;
  }

  #insert(a: number, b: number, value: number): void {
    const cells = this.#cells;
    let slot = hash(a, b) & this.#mask;
    while (cells[(slot << 2) + 2] !== FREE) slot = (slot + 1) & this.#mask;
    const at = slot << 2;
    cells[at] = a;
    cells[at + 1] = b;
    cells[at + 2] = value;
  }

  #grow(): void {
    const old = this.#cells;
    this.#cells = new Int32Array(old.length * 2).fill(FREE);
    this.#mask = this.#cells.length / 4 - 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] !== FREE) this.#insert(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }
}

/** The first two primes of xxHash32; the high bits are folded down, where the mask takes them. */
function hash(a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
