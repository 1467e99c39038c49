/**
 * Views: of each word, which of its writes has reached a thread (or is carried by a write, a lock, a grace period), as the
 * place of the write in the word's history, 0 to 7. Four bits a word and seven words a cell, so that a view of most schemes is one
 * integer.
 *
 *     0x21     of word 0 write 1, of word 1 write 2
 */
const WORDS_PER_CELL = 7;
const BITS = 4;
const MOST = (1 << BITS) - 1;

/** How many cells a view of so many words takes. */
export function cellsOfView(words: number): number {
  return Math.ceil(words / WORDS_PER_CELL);
}

/** The place of a word in the view that begins at `view`. */
export function placeIn(cells: Int32Array, view: number, word: number): number {
  return (cells[view + Math.floor(word / WORDS_PER_CELL)]! >> (BITS * (word % WORDS_PER_CELL))) & MOST;
}

/** Sets the place of a word. @param place 0 to 7 */
export function setPlace(cells: Int32Array, view: number, word: number, place: number): void {
  const at = view + Math.floor(word / WORDS_PER_CELL);
  const shift = BITS * (word % WORDS_PER_CELL);
  cells[at] = (cells[at]! & ~(MOST << shift)) | (place << shift);
}

/**
 * A view comes to hold what another holds: of each word the later of two writes.
 *
 * @param length cells of a view
 * @param mask by cell: bits of the words that it is about; all if left out
 */
export function join(
  cells: Int32Array,
  view: number,
  other: number,
  length: number,
  mask?: readonly number[],
): void {
  for (let at = 0; at < length; at++) {
    const theirs = mask ? cells[other + at]! & mask[at]! : cells[other + at]!;
    if (theirs !== 0 && theirs !== cells[view + at]) cells[view + at] = later(cells[view + at]!, theirs);
  }
}

/** Whether a view holds nothing that another does not hold. */
export function isWithin(cells: Int32Array, view: number, other: number, length: number): boolean {
  for (let at = 0; at < length; at++)
    if (later(cells[view + at]!, cells[other + at]!) !== cells[other + at]) return false;
  return true;
}

/** A view comes to hold what two others both hold. */
export function meet(cells: Int32Array, view: number, one: number, other: number, length: number): void {
  for (let at = 0; at < length; at++) {
    const [mine, theirs] = [cells[one + at]!, cells[other + at]!];
    cells[view + at] = mine === theirs ? mine : earlier(mine, theirs);
  }
}

/** One bit above each place, and the lowest of each place: places are 0 to 7, so that one may borrow from the bit above. */
const ABOVE = 0x08888888;
const LOWEST = 0x01111111;

/** All bits of the places that are later in one cell than in the other; 0 for the rest. */
export function whereLater(one: number, other: number): number {
  const above = ((one | ABOVE) - (other + LOWEST)) & ABOVE;
  return above - (above >>> 3);
}

/** The later places of two cells. */
export function later(one: number, other: number): number {
  return other ^ ((one ^ other) & whereLater(one, other));
}

/** The earlier places of two cells. */
export function earlier(one: number, other: number): number {
  return one ^ ((one ^ other) & whereLater(one, other));
}

/** Writes that nobody can read any more are dropped from a word's history: places in a view go down by as many, to 0 at least. */
export function lowerPlace(cells: Int32Array, view: number, word: number, by: number): void {
  const place = placeIn(cells, view, word);
  if (place > 0) setPlace(cells, view, word, Math.max(0, place - by));
}

/** By cell: the bits of some words. */
export function maskOf(words: readonly number[], length: number): number[] {
  const mask = new Array<number>(length).fill(0);
  for (const word of words)
    mask[Math.floor(word / WORDS_PER_CELL)]! |= MOST << (BITS * (word % WORDS_PER_CELL));
  return mask;
}
