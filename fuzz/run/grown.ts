type Ints = Int32Array<ArrayBuffer>;
type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The one way in which arrays of numbers grow here: by doubling, so that a cell costs the same on average however many
 * there are. A function and not a class with an array inside, because hot loops read these arrays, and one more object on
 * the way to each cell would be paid for at every access.
 *
 *     if (at >= this.#values.length) this.#values = grown(this.#values, at);
 *
 * @param at the cell that is wanted, at least 0
 * @param blank what new cells hold
 * @returns a longer array with the same cells, in which `at` is one; the array itself when it has that cell already
 */
export function grown(array: Ints, at: number, blank?: number): Ints;
export function grown(array: Bytes, at: number, blank?: number): Bytes;
export function grown(array: Ints | Bytes, at: number, blank = 0): Ints | Bytes {
  if (at < array.length) return array;
  let length = Math.max(1, array.length);
  while (length <= at) length *= 2;
  const larger = array instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
  if (blank !== 0) larger.fill(blank, array.length);
  larger.set(array);
  return larger;
}
