type Ints = Int32Array<ArrayBuffer>;
type Bytes = Uint8Array<ArrayBuffer>;

// The one way in which arrays of numbers grow here: by doubling, so that a cell costs the same on average however many
// there are. Functions and not a class with an array inside, because hot loops read these arrays, and one more object on
// the way to each cell would be paid for at every access. In a hot loop ask for the length first: V8 inlines that.

/**
 * Makes room in an array of integers.
 *
 *     if (at >= this.#values.length) this.#values = grown(this.#values, at);
 *
 * @param at the cell that is wanted, at least 0
 * @param blank what new cells hold
 * @returns a longer array with the same cells, in which `at` is one; the array itself when it has that cell already
 */
export function grown(array: Ints, at: number, blank = 0): Ints {
  if (at < array.length) return array;
  const larger = new Int32Array(lengthFor(array.length, at));
  larger.set(array);
  if (blank !== 0) larger.fill(blank, array.length);
  return larger;
}

/** The same for an array of bytes, whose new cells hold 0. */
export function grownBytes(array: Bytes, at: number): Bytes {
  if (at < array.length) return array;
  const larger = new Uint8Array(lengthFor(array.length, at));
  larger.set(array);
  return larger;
}

function lengthFor(present: number, at: number): number {
  let length = Math.max(1, present);
  while (length <= at) length *= 2;
  return length;
}
