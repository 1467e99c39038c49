import type { OrderedAccess } from '../../oracles/thread-views.ts';
import { FENCE_BITS, isFullFence } from '../../targets/subject/word.ts';
import { COMPUTED, MOST_KEPT, Row, USES, WRITER } from './history-cells.ts';
import { NeededHistories } from './needed-histories.ts';
import { isWithin, join, meet, placeIn, setPlace } from './view.ts';

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
  /** Whether what it writes is computed from what it reads. */
  readonly isComputed: boolean;
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
export class WordHistories extends NeededHistories {
  /** Whether some word had more writes than are kept: then the program cannot be decided. */
  isOverfull = false;

  /** A program starts: each word has one write. The cells are 0. */
  begin(word: number, value: number): void {
    this.cells[this.at(word, 0)] = value;
    this.isOverfull = false;
  }

  /**
   * How many writes before the latest one a thread may read.
   *
   * @param fences between its last access and this one, as FENCE_BITS has them
   */
  older(thread: number, word: number, fences: number): number {
    const { cells } = this;
    let from = placeIn(cells, this.row(thread, Row.KNOWN), word);
    if ((fences & FENCE_BITS.acquire) !== 0)
      from = Math.max(from, placeIn(cells, this.row(thread, Row.READ), word));
    if (isFullFence(fences)) from = Math.max(from, placeIn(cells, this.global, word));
    return this.latest(word) - from;
  }

  /** Fences between two accesses, as FENCE_BITS has them. */
  fence(thread: number, bits: number): void {
    if (bits === 0) return;
    const known = this.row(thread, Row.KNOWN);
    if ((bits & FENCE_BITS.acquire) !== 0) this.join(known, this.row(thread, Row.READ));
    if (isFullFence(bits)) {
      this.join(known, this.global);
      this.copy(this.global, known);
    }
    // smp_wmb orders writes alone: what the thread has read of others it hands on no further.
    if ((bits & FENCE_BITS.release) !== 0)
      this.join(this.row(thread, Row.FENCED), isFullFence(bits) ? known : this.row(thread, Row.WRITTEN));
  }

  /**
   * An access of a word with a history. Barriers before and behind it are the caller's: see `fence`.
   */
  access(thread: number, word: number, { reads, writes, order }: OrderedAccess, made: HistoryAccess): void {
    if (reads) {
      const acquires = order === 'acquire' || (order === 'full' && !writes);
      this.#read(thread, word, made, this.row(thread, acquires ? Row.KNOWN : Row.READ));
    }
    if (writes) this.#write(thread, word, made, { releases: order === 'release' || order === 'full', reads });
  }

  /** @param into the row that what the write carries goes into */
  #read(thread: number, word: number, { age, isPointer }: HistoryAccess, into: number): void {
    const { cells } = this;
    const known = this.row(thread, Row.KNOWN);
    const place = this.latest(word) - age;
    const second = cells[this.at(word, place) + 1]!;
    const [view, told] = [this.viewAt(word, place), this.toldAt(word, place)];
    if (place > placeIn(cells, known, word)) setPlace(cells, known, word, place);
    // Of a write of its own a thread learns nothing, whatever that goes on carrying; but where it was computed from what the
    // thread had read, what comes behind it comes behind that read as well.
    if (WRITER.of(second) !== thread + 1) this.join(into, view);
    else if (COMPUTED.of(second) === 1) this.join(into, told);
    this.join(this.row(thread, Row.DEPENDED), told);
    if (isPointer) join(cells, known, view, this.length, this.inObject);
  }

  /** A write goes to the end of its history. One of a read-modify-write goes on carrying what the write carried that it read. */
  #write(
    thread: number,
    word: number,
    { value, uses, isComputed }: HistoryAccess,
    { releases, reads }: { releases: boolean; reads: boolean },
  ): void {
    const { cells } = this;
    if (this.latest(word) === MOST_KEPT - 1) {
      this.isOverfull = true;
      this.drop(word, 1);
    }
    const before = this.latest(word);
    const secondBefore = this.at(word, before) + 1;
    cells[secondBefore] = USES.with(cells[secondBefore]!, uses);
    const place = this.moveLatest(word, 1);
    const [at, view] = [this.at(word, place), this.viewAt(word, place)];
    const known = this.row(thread, Row.KNOWN);
    setPlace(cells, known, word, place);
    cells[at] = value;
    this.copy(view, releases ? known : this.row(thread, Row.FENCED));
    // What its thread has read, and does not yet know: the kernel's release is cumulative.
    if (releases) this.join(view, this.row(thread, Row.READ));
    if (reads) this.join(view, this.viewAt(word, before));
    this.join(view, this.row(thread, Row.DEPENDED));
    meet(cells, this.toldAt(word, place), view, this.global, this.length);
    // Who reads it knows of it without being told.
    setPlace(cells, view, word, 0);
    // Who has written it matters only where it carries what its thread does not know.
    const isMore = !isWithin(cells, view, known, this.length);
    cells[at + 1] = isMore ? COMPUTED.with(WRITER.with(0, thread + 1), isComputed ? 1 : 0) : 0;
    const written = this.row(thread, Row.WRITTEN);
    this.join(written, view);
    setPlace(cells, written, word, place);
  }

  /** What carries a view and has no history is read, or written, or both. Barriers are the caller's. */
  carrierAccess(thread: number, carrier: number, { reads, writes, order }: OrderedAccess): void {
    const at = this.carrier(carrier);
    const known = this.row(thread, Row.KNOWN);
    if (reads) {
      const acquires = order === 'acquire' || (order === 'full' && !writes);
      this.join(acquires ? known : this.row(thread, Row.READ), at);
    }
    if (writes) {
      const releases = order === 'release' || order === 'full';
      const own = releases ? known : this.row(thread, Row.FENCED);
      if (reads) this.join(at, own);
      else this.copy(at, own);
      if (releases) this.join(at, this.row(thread, Row.READ));
    }
  }

  /** The op of a thread is over: writes of the next do not wait for what that one has read. */
  endOp(thread: number): void {
    const at = this.row(thread, Row.DEPENDED);
    this.cells.fill(0, at, at + this.length);
  }

  /**
   * A lock is given back, and that or another taken, by the same thread or the next: what came before the one is told with all
   * that is written behind the other.
   */
  unlock(thread: number): void {
    this.copy(this.row(thread, Row.UNLOCKED), this.row(thread, Row.KNOWN));
  }

  /** @param carrier of the lock */
  lock(thread: number, carrier: number): void {
    this.join(this.row(thread, Row.FENCED), this.row(thread, Row.UNLOCKED));
    this.join(this.row(thread, Row.FENCED), this.carrier(carrier));
  }

  /** A carrier comes to hold what a thread knows or has read. */
  handOn(thread: number, carrier: number): void {
    this.join(this.carrier(carrier), this.row(thread, Row.KNOWN));
    this.join(this.carrier(carrier), this.row(thread, Row.READ));
  }

  /** A carrier comes to hold what another holds. */
  pass(from: number, to: number): void {
    this.join(this.carrier(to), this.carrier(from));
  }

  /** What a carrier holds has reached everybody who passes a full barrier from here on. */
  publish(carrier: number): void {
    this.join(this.global, this.carrier(carrier));
  }

  /** A thread comes to know what a carrier holds. */
  learn(thread: number, carrier: number): void {
    this.join(this.row(thread, Row.KNOWN), this.carrier(carrier));
  }

  /** A thread comes to know of everything: what is taken to be in order. */
  learnAll(thread: number): void {
    for (let word = 0; word < this.shape.words; word++)
      setPlace(this.cells, this.row(thread, Row.KNOWN), word, this.latest(word));
  }

  /** A carrier comes to hold everything, so that it holds nobody up. */
  fill(carrier: number): void {
    for (let word = 0; word < this.shape.words; word++)
      setPlace(this.cells, this.carrier(carrier), word, this.latest(word));
  }
}
