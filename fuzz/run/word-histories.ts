import { PackedField } from '../../oracles/packed-fields.ts';
import type { OrderedAccess } from '../../oracles/thread-views.ts';
import { FENCE_BITS } from '../../targets/subject/word.ts';
import { isFull } from './ordered-access.ts';
import { cellsOfView, isWithin, join, lowerPlace, maskOf, meet, placeIn, setPlace } from './word-views.ts';

/** The second cell of an entry: uses that the write carries, and who has written it, plus one; 0 where that does not matter. */
const USES = new PackedField({ from: 0, bits: 8 });
const WRITER = new PackedField({ from: 8, bits: 4 });

/** Writes of a word that somebody may still read, the latest among them. A program with more is left undecided. */
export const MOST_KEPT = 8;

/**
 * Rows of a thread: what has reached it; what it has read and not acquired; what its relaxed writes carry, since its last
 * fence that orders writes; what it knew at its last unlock; what it has written itself, with what that carries; and what full
 * barriers had told everybody before what its op has read was written.
 */
const KNOWN = 0;
const READ = 1;
const FENCED = 2;
const UNLOCKED = 3;
const WRITTEN = 4;
const DEPENDED = 5;
const ROWS = 6;

/** What an access of a word with a history is, beside its order. */
export interface HistoryAccess {
  /** Of the write that it reads: how many writes came behind it. */
  readonly age: number;
  /** What it leaves. */
  readonly value: number;
  /** What the latest write has carried so far, see `ThreadViews`. */
  readonly uses: number;
  /** Whether the thread comes to the object by what it reads. */
  readonly isPointer: boolean;
}

/** What histories are kept of. */
export interface HistoryShape {
  /** Words with a history: those of 32 bits that are accessed as values. */
  readonly words: number;
  /** What carries a view without a history: locks, grace periods. */
  readonly carriers: number;
  readonly threads: number;
  /** Words in the object, which its readers come to by a pointer that they have read. */
  readonly inObject: readonly number[];
}

/**
 * The writes of each word that some thread may still read: what weak memory adds to an interleaving. Accesses are made in the
 * order of the interleaving, writes go to the end of their word's history, and a read takes any write that its thread's view
 * does not forbid (view-based semantics: Kang, Hur, Lahav, Vafeiadis, Dreyer, "A promising semantics for relaxed-memory concurrency", 2017, without its promises).
 *
 *     0: inc, relaxed     count: 0, 1         0 knows of write 1
 *     1: dead = 1, full   dead: 0, 1          the global view has it
 *     1: read count       may take write 0: no view of 1's has write 1, and the fence was not 0's
 *     0: read dead        may take write 0: 0 has no fence since
 *
 * So executions are those of LKMM in which program order, reads-from and coherence have no circle: writes of a thread take
 * effect in program order, and no read takes a write that comes later (no load buffering).
 *
 * All of it lies in cells, which go with the state of a machine, in one form for one meaning: writes that nobody can read any
 * more are dropped, and places count from the oldest that is left.
 */
export class WordHistories {
  cells: Int32Array = new Int32Array(0);
  /** Whether some word had more writes than are kept: then the program cannot be decided. */
  isOverfull = false;
  readonly #shape: HistoryShape;
  readonly #first: number;
  /** Cells of a view, and of an entry: its value, uses that it carries, its view, and what of that everybody has been told. */
  readonly #view: number;
  readonly #entry: number;
  readonly #firstCarrier: number;
  readonly #global: number;
  readonly #firstThread: number;
  readonly #inObject: readonly number[];
  /** Every view there is, for when places move. */
  readonly #views: readonly number[];

  /** @param first of its cells, of which there are `cellsOfHistories` */
  constructor(shape: HistoryShape, first: number) {
    this.#shape = shape;
    this.#first = first;
    this.#view = cellsOfView(shape.words);
    this.#entry = 2 + 2 * this.#view;
    this.#firstCarrier = first + shape.words * (1 + MOST_KEPT * this.#entry);
    this.#global = this.#firstCarrier + shape.carriers * this.#view;
    this.#firstThread = this.#global + this.#view;
    this.#inObject = maskOf(shape.inObject, this.#view);
    const end = first + cellsOfHistories(shape);
    const views: number[] = [];
    for (let word = 0; word < shape.words; word++)
      for (let place = 0; place < MOST_KEPT; place++)
        for (let which = 0; which < 2; which++) views.push(this.#at(word, place) + 2 + which * this.#view);
    for (let at = this.#firstCarrier; at < end; at += this.#view) views.push(at);
    this.#views = views;
  }

  /** A program starts: each word has one write. The cells are 0. */
  begin(word: number, value: number): void {
    this.cells[this.#at(word, 0)] = value;
    this.isOverfull = false;
  }

  /** The place of a word's latest write. */
  latest(word: number): number {
    return this.cells[this.#first + word]!;
  }

  /**
   * How many writes before the latest one a thread may read.
   *
   * @param fences between its last access and this one, as FENCE_BITS has them
   */
  older(thread: number, word: number, fences: number): number {
    const { cells } = this;
    let from = placeIn(cells, this.#row(thread, KNOWN), word);
    if ((fences & FENCE_BITS.acquire) !== 0)
      from = Math.max(from, placeIn(cells, this.#row(thread, READ), word));
    if (isFull(fences)) from = Math.max(from, placeIn(cells, this.#global, word));
    return this.latest(word) - from;
  }

  /** The value of the write that is so many before the latest. */
  valueOf(word: number, age: number): number {
    return this.cells[this.#at(word, this.latest(word) - age)]!;
  }

  /** The uses that an overwritten write carries: see `ThreadViews`. */
  usesOf(word: number, age: number): number {
    return USES.of(this.cells[this.#at(word, this.latest(word) - age) + 1]!);
  }

  /** A thread uses the object: no write carries that use yet. @param bit of the thread */
  use(bit: number): void {
    for (let word = 0; word < this.#shape.words; word++)
      for (let place = 0; place <= this.latest(word); place++) this.cells[this.#at(word, place) + 1]! &= ~bit;
  }

  /** Fences between two accesses, as FENCE_BITS has them. */
  fence(thread: number, bits: number): void {
    if (bits === 0) return;
    const known = this.#row(thread, KNOWN);
    if ((bits & FENCE_BITS.acquire) !== 0) this.#join(known, this.#row(thread, READ));
    if (isFull(bits)) {
      this.#join(known, this.#global);
      this.#copy(this.#global, known);
    }
    // smp_wmb orders writes alone: what the thread has read of others it hands on no further.
    if ((bits & FENCE_BITS.release) !== 0)
      this.#join(this.#row(thread, FENCED), isFull(bits) ? known : this.#row(thread, WRITTEN));
  }

  /**
   * An access of a word with a history. Barriers before and behind it are the caller's: see `fence`.
   */
  access(
    thread: number,
    word: number,
    { reads, writes, order }: OrderedAccess,
    { age, value, uses, isPointer }: HistoryAccess,
  ): void {
    const known = this.#row(thread, KNOWN);
    const place = this.latest(word) - age;
    const met = this.#at(word, place) + 2;
    if (reads) {
      if (place > placeIn(this.cells, known, word)) setPlace(this.cells, known, word, place);
      // Of a write of its own a thread learns nothing, whatever that goes on carrying.
      if (WRITER.of(this.cells[met - 1]!) !== thread + 1) {
        if (order === 'acquire' || (order === 'full' && !writes)) this.#join(known, met);
        else this.#join(this.#row(thread, READ), met);
        this.#join(this.#row(thread, DEPENDED), met + this.#view);
      }
      if (isPointer) join(this.cells, known, met, this.#view, this.#inObject);
    }
    if (writes) this.#write(thread, word, value, uses, order === 'release' || order === 'full', reads);
  }

  /** A write goes to the end of its history. One of a read-modify-write goes on carrying what the write carried that it read. */
  #write(
    thread: number,
    word: number,
    value: number,
    uses: number,
    releases: boolean,
    goesOn: boolean,
  ): void {
    const { cells } = this;
    if (this.latest(word) === MOST_KEPT - 1) {
      this.isOverfull = true;
      this.#drop(word, 1);
    }
    const before = this.#at(word, this.latest(word));
    cells[before + 1] = WRITER.with(uses, WRITER.of(cells[before + 1]!));
    const place = ++cells[this.#first + word]!;
    const at = this.#at(word, place);
    const known = this.#row(thread, KNOWN);
    setPlace(cells, known, word, place);
    cells[at] = value;
    this.#copy(at + 2, releases ? known : this.#row(thread, FENCED));
    // What its thread has read, and does not yet know: the kernel's release is cumulative.
    if (releases) this.#join(at + 2, this.#row(thread, READ));
    if (goesOn) this.#join(at + 2, before + 2);
    this.#join(at + 2, this.#row(thread, DEPENDED));
    // Who reads it knows of it without being told.
    setPlace(cells, at + 2, word, 0);
    meet(cells, at + 2 + this.#view, at + 2, this.#global, this.#view);
    // Who has written it matters only where it carries what its thread does not know.
    const isMore = !isWithin(cells, at + 2, known, this.#view);
    cells[at + 1] = isMore ? WRITER.with(0, thread + 1) : 0;
    const written = this.#row(thread, WRITTEN);
    this.#join(written, at + 2);
    setPlace(cells, written, word, place);
  }

  /** What carries a view and has no history is read, or written, or both. Barriers are the caller's. */
  carrierAccess(thread: number, carrier: number, { reads, writes, order }: OrderedAccess): void {
    const at = this.#carrier(carrier);
    const known = this.#row(thread, KNOWN);
    if (reads) {
      const acquires = order === 'acquire' || (order === 'full' && !writes);
      this.#join(acquires ? known : this.#row(thread, READ), at);
    }
    if (writes) {
      const releases = order === 'release' || order === 'full';
      const own = releases ? known : this.#row(thread, FENCED);
      if (reads) this.#join(at, own);
      else this.#copy(at, own);
      if (releases) this.#join(at, this.#row(thread, READ));
    }
  }

  /** The op of a thread is over: writes of the next do not wait for what that one has read. */
  endOp(thread: number): void {
    const at = this.#row(thread, DEPENDED);
    this.cells.fill(0, at, at + this.#view);
  }

  /**
   * A lock is given back, and that or another taken, by the same thread or the next: what came before the one is told with all
   * that is written behind the other.
   */
  unlock(thread: number): void {
    this.#copy(this.#row(thread, UNLOCKED), this.#row(thread, KNOWN));
  }

  /** @param carrier of the lock */
  lock(thread: number, carrier: number): void {
    this.#join(this.#row(thread, FENCED), this.#row(thread, UNLOCKED));
    this.#join(this.#row(thread, FENCED), this.#carrier(carrier));
  }

  /** A carrier comes to hold what a thread knows or has read. */
  handOn(thread: number, carrier: number): void {
    this.#join(this.#carrier(carrier), this.#row(thread, KNOWN));
    this.#join(this.#carrier(carrier), this.#row(thread, READ));
  }

  /** A carrier comes to hold what another holds. */
  pass(from: number, to: number): void {
    this.#join(this.#carrier(to), this.#carrier(from));
  }

  /** What a carrier holds has reached everybody who passes a full barrier from here on. */
  publish(carrier: number): void {
    this.#join(this.#global, this.#carrier(carrier));
  }

  /** A thread comes to know what a carrier holds. */
  learn(thread: number, carrier: number): void {
    this.#join(this.#row(thread, KNOWN), this.#carrier(carrier));
  }

  /** A thread comes to know of everything: what is taken to be in order. */
  learnAll(thread: number): void {
    for (let word = 0; word < this.#shape.words; word++)
      setPlace(this.cells, this.#row(thread, KNOWN), word, this.latest(word));
  }

  /** A carrier comes to hold everything, so that it holds nobody up. */
  fill(carrier: number): void {
    for (let word = 0; word < this.#shape.words; word++)
      setPlace(this.cells, this.#carrier(carrier), word, this.latest(word));
  }

  /** The thread has nothing left to do, or not yet: it reads nothing. */
  forget(thread: number): void {
    const from = this.#row(thread, KNOWN);
    this.cells.fill(0, from, from + ROWS * this.#view);
  }

  /**
   * Drops the writes that nobody can read any more, and what is known twice over.
   *
   * @param active threads that have something left to do @param carriers whose views some thread will begin with
   */
  settle(active: readonly number[], carriers: readonly number[]): void {
    const { cells } = this;
    for (let word = 0; word < this.#shape.words; word++) {
      const latest = this.latest(word);
      if (latest === 0) continue;
      let oldest = latest;
      for (const thread of active) oldest = Math.min(oldest, placeIn(cells, this.#row(thread, KNOWN), word));
      for (const carrier of carriers) oldest = Math.min(oldest, placeIn(cells, this.#carrier(carrier), word));
      if (oldest > 0) this.#drop(word, oldest);
    }
    for (const thread of active) this.#forgetRead(thread);
  }

  /** What was read and is known by now. */
  #forgetRead(thread: number): void {
    const { cells } = this;
    const read = this.#row(thread, READ);
    const known = this.#row(thread, KNOWN);
    for (let word = 0; word < this.#shape.words; word++)
      if (placeIn(cells, read, word) <= placeIn(cells, known, word)) setPlace(cells, read, word, 0);
  }

  /** Drops the oldest writes of a word. */
  #drop(word: number, count: number): void {
    const { cells } = this;
    const latest = this.latest(word);
    const from = this.#at(word, 0);
    cells.copyWithin(from, this.#at(word, count), this.#at(word, latest + 1));
    cells.fill(0, this.#at(word, latest + 1 - count), this.#at(word, latest + 1));
    cells[this.#first + word] = latest - count;
    for (const view of this.#views) lowerPlace(cells, view, word, count);
  }

  /** Exchanges two threads: for symmetry reduction. @param exchangeUses of a set of threads */
  swapThreads(one: number, other: number, exchangeUses: (uses: number) => number): void {
    const { cells } = this;
    const length = ROWS * this.#view;
    const [from, to] = [this.#row(one, KNOWN), this.#row(other, KNOWN)];
    for (let at = 0; at < length; at++) {
      const kept = cells[from + at]!;
      cells[from + at] = cells[to + at]!;
      cells[to + at] = kept;
    }
    for (let word = 0; word < this.#shape.words; word++)
      for (let place = 0; place <= this.latest(word); place++) {
        const at = this.#at(word, place) + 1;
        if (cells[at] !== 0) cells[at] = exchangedEntry(cells[at]!, one, other, exchangeUses);
      }
  }

  /** Orders two threads by what has reached them. @returns as a comparison for sorting */
  compareThreads(one: number, other: number): number {
    const [from, to] = [this.#row(one, KNOWN), this.#row(other, KNOWN)];
    for (let at = 0; at < ROWS * this.#view; at++) {
      const order = this.cells[from + at]! - this.cells[to + at]!;
      if (order !== 0) return order;
    }
    return 0;
  }

  #at(word: number, place: number): number {
    const { words } = this.#shape;
    return this.#first + words + (word * MOST_KEPT + place) * this.#entry;
  }

  #carrier(carrier: number): number {
    return this.#firstCarrier + carrier * this.#view;
  }

  #row(thread: number, row: number): number {
    return this.#firstThread + (thread * ROWS + row) * this.#view;
  }

  #join(view: number, other: number): void {
    join(this.cells, view, other, this.#view);
  }

  #copy(view: number, other: number): void {
    this.cells.copyWithin(view, other, other + this.#view);
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
  return WRITER.with(exchangeUses(USES.of(cell)), exchanged + 1);
}

/** How many cells `WordHistories` needs. */
export function cellsOfHistories({ words, carriers, threads }: HistoryShape): number {
  const view = cellsOfView(words);
  return words * (1 + MOST_KEPT * (2 + 2 * view)) + (carriers + 1 + threads * ROWS) * view;
}
