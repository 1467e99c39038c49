import { PackedField } from '../../oracles/packed-fields.ts';
import { cellsOfView, join, lowerPlace, maskOf, placeIn, setPlace } from './view.ts';

/** Of the second cell of an entry: uses that the write carries, a bit for each thread. */
export const USES = new PackedField({ from: 0, bits: 8 });
/** Who has written it, plus one; 0 where that does not matter. */
export const WRITER = new PackedField({ from: 8, bits: 4 });
/** 1 where it was computed from what its thread had read, and that matters. */
export const COMPUTED = new PackedField({ from: 12, bits: 1 });

/** Writes of a word that somebody may still read, the latest among them. A program with more is left undecided. */
export const MOST_KEPT = 8;

/** Views of a thread, one after the other. */
export const Row = {
  /** What has reached it. */
  KNOWN: 0,
  /** What it has read and not acquired. */
  READ: 1,
  /** What its relaxed writes carry, since its last fence that orders writes. */
  FENCED: 2,
  /** What it knew at its last unlock. */
  UNLOCKED: 3,
  /** What it has written itself, with what that carries. */
  WRITTEN: 4,
  /** What full barriers had told everybody before that was written which its op has read. */
  DEPENDED: 5,
} as const;
/** How many views a thread has. */
export const ROWS = Object.keys(Row).length;

/** What histories are kept of. */
export interface HistoryShape {
  /** Words with a history: those of 32 bits that are accessed as values. */
  readonly words: number;
  /** What carries a view without a history: locks, grace periods. */
  readonly carriers: number;
  readonly threads: number;
  /** Words in the object, which its readers come to by a pointer that they have read. */
  readonly inObject: readonly number[];
  /** By word: its number among the carriers. */
  readonly ofWords: readonly number[];
}

/**
 * Where histories and views lie among the cells of a machine's state, and what becomes of them between accesses: writes that
 * nobody can read any more are dropped, and places count from the oldest that is left, so that one meaning has one form. What
 * accesses do is in word-histories.ts.
 *
 *     of each word the place of its latest write | its writes: value, uses and writer, view, what of it everybody has been told
 *     | a view of each carrier | the global view | the rows of each thread
 */
export class HistoryCells {
  cells: Int32Array = new Int32Array(0);
  protected readonly shape: HistoryShape;
  /** Cells of a view. */
  protected readonly length: number;
  /** The view that full barriers go through. */
  protected readonly global: number;
  /** By cell of a view: the bits of the words in the object. */
  protected readonly inObject: readonly number[];
  readonly #first: number;
  readonly #entry: number;
  readonly #firstCarrier: number;
  readonly #firstThread: number;
  /** Every view there is, for when places move. */
  readonly #views: readonly number[];

  /** @param first of its cells, of which there are `cellsOfHistories` */
  constructor(shape: HistoryShape, first: number) {
    this.shape = shape;
    this.length = cellsOfView(shape.words);
    this.#first = first;
    this.#entry = 2 + 2 * this.length;
    this.#firstCarrier = first + shape.words * (1 + MOST_KEPT * this.#entry);
    this.global = this.#firstCarrier + shape.carriers * this.length;
    this.#firstThread = this.global + this.length;
    this.inObject = maskOf(shape.inObject, this.length);
    this.#views = this.#allViews(first + cellsOfHistories(shape));
  }

  #allViews(end: number): number[] {
    const views: number[] = [];
    for (let word = 0; word < this.shape.words; word++)
      for (let place = 0; place < MOST_KEPT; place++)
        views.push(this.viewAt(word, place), this.toldAt(word, place));
    for (let at = this.#firstCarrier; at < end; at += this.length) views.push(at);
    return views;
  }

  /** The place of a word's latest write. */
  latest(word: number): number {
    return this.cells[this.#first + word]!;
  }

  /** The place of a word's latest write moves. @param by 1, or less than 0 */
  protected moveLatest(word: number, by: number): number {
    this.cells[this.#first + word]! += by;
    return this.latest(word);
  }

  /** The value of the write that is so many before the latest. */
  valueOf(word: number, age: number): number {
    return this.cells[this.at(word, this.latest(word) - age)]!;
  }

  /** The uses that an overwritten write carries: see `ThreadViews`. */
  usesOf(word: number, age: number): number {
    return USES.of(this.cells[this.at(word, this.latest(word) - age) + 1]!);
  }

  /** A thread uses the object: no write carries that use yet. @param bit of the thread */
  use(bit: number): void {
    for (let word = 0; word < this.shape.words; word++)
      for (let place = 0; place <= this.latest(word); place++) this.cells[this.at(word, place) + 1]! &= ~bit;
  }

  /** The thread has nothing left to do, or not yet: it reads nothing. */
  forget(thread: number): void {
    const from = this.row(thread, Row.KNOWN);
    this.cells.fill(0, from, from + ROWS * this.length);
  }

  /**
   * Drops the writes that nobody can read any more, and what is known twice over.
   *
   * @param active threads that have something left to do @param carriers whose views some thread will begin with
   */
  settle(active: readonly number[], carriers: readonly number[]): void {
    const { cells } = this;
    for (let word = 0; word < this.shape.words; word++) {
      const latest = this.latest(word);
      if (latest === 0) continue;
      let oldest = latest;
      for (const thread of active)
        oldest = Math.min(oldest, placeIn(cells, this.row(thread, Row.KNOWN), word));
      for (const carrier of carriers) oldest = Math.min(oldest, placeIn(cells, this.carrier(carrier), word));
      if (oldest > 0) this.drop(word, oldest);
    }
    for (const thread of active) this.#forgetRead(thread);
  }

  /** What was read and is known by now. */
  #forgetRead(thread: number): void {
    const { cells } = this;
    const read = this.row(thread, Row.READ);
    const known = this.row(thread, Row.KNOWN);
    for (let word = 0; word < this.shape.words; word++)
      if (placeIn(cells, read, word) <= placeIn(cells, known, word)) setPlace(cells, read, word, 0);
  }

  /** Drops the oldest writes of a word. */
  protected drop(word: number, count: number): void {
    const { cells } = this;
    const latest = this.latest(word);
    const from = this.at(word, 0);
    cells.copyWithin(from, this.at(word, count), this.at(word, latest + 1));
    cells.fill(0, this.at(word, latest + 1 - count), this.at(word, latest + 1));
    this.moveLatest(word, -count);
    for (const view of this.#views) lowerPlace(cells, view, word, count);
  }

  /** Exchanges two threads: for symmetry reduction. @param exchangeUses of a set of threads */
  swapThreads(one: number, other: number, exchangeUses: (uses: number) => number): void {
    const { cells } = this;
    const length = ROWS * this.length;
    const [from, to] = [this.row(one, Row.KNOWN), this.row(other, Row.KNOWN)];
    for (let at = 0; at < length; at++) {
      const kept = cells[from + at]!;
      cells[from + at] = cells[to + at]!;
      cells[to + at] = kept;
    }
    for (let word = 0; word < this.shape.words; word++)
      for (let place = 0; place <= this.latest(word); place++) {
        const at = this.at(word, place) + 1;
        if (cells[at] !== 0) cells[at] = exchangedEntry(cells[at]!, one, other, exchangeUses);
      }
  }

  /** Orders two threads by what has reached them. @returns as a comparison for sorting */
  compareThreads(one: number, other: number): number {
    const [from, to] = [this.row(one, Row.KNOWN), this.row(other, Row.KNOWN)];
    for (let at = 0; at < ROWS * this.length; at++) {
      const order = this.cells[from + at]! - this.cells[to + at]!;
      if (order !== 0) return order;
    }
    return 0;
  }

  /** A write of a word, by its place: the cell with its value. The next one has its uses and its writer. */
  protected at(word: number, place: number): number {
    return this.#first + this.shape.words + (word * MOST_KEPT + place) * this.#entry;
  }

  /** What that write carries. */
  protected viewAt(word: number, place: number): number {
    return this.at(word, place) + 2;
  }

  /** What of it everybody had been told by full barriers when it was written. */
  protected toldAt(word: number, place: number): number {
    return this.viewAt(word, place) + this.length;
  }

  protected carrier(carrier: number): number {
    return this.#firstCarrier + carrier * this.length;
  }

  /** @param row one of `Row` */
  protected row(thread: number, row: number): number {
    return this.#firstThread + (thread * ROWS + row) * this.length;
  }

  protected join(view: number, other: number): void {
    join(this.cells, view, other, this.length);
  }

  protected copy(view: number, other: number): void {
    this.cells.copyWithin(view, other, other + this.length);
  }
}

/** The second cell of an entry with two threads exchanged. */
function exchangedEntry(
  cell: number,
  one: number,
  other: number,
  exchangeUses: (uses: number) => number,
): number {
  const writer = WRITER.of(cell) - 1;
  let exchanged = writer;
  if (writer === one) exchanged = other;
  else if (writer === other) exchanged = one;
  return WRITER.with(USES.with(cell, exchangeUses(USES.of(cell))), exchanged + 1);
}

/** How many cells `WordHistories` needs. */
export function cellsOfHistories({ words, carriers, threads }: HistoryShape): number {
  const view = cellsOfView(words);
  return words * (1 + MOST_KEPT * (2 + 2 * view)) + (carriers + 1 + threads * ROWS) * view;
}
