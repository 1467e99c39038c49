import { FENCE_BITS, type MemoryOrder } from '../targets/subject/word.ts';
import { exchange, exchangeBits, PackedField } from './packed-fields.ts';

// Sets of threads, a bit each: whose last use of the object is known. All that a thread remembers is one integer.

/** Uses that come before all that the thread does from here on. */
const KNOWN = new PackedField({ from: 0, bits: 8 });
/** Uses that a relaxed read has brought: they come before its later *writes* of this op, as these depend on the read. */
const READ = new PackedField({ from: 8, bits: 8 });
/** What a relaxed write carries: what was known at the last fence. */
const FENCED = new PackedField({ from: 16, bits: 8 });
/** READ, of the op under way alone: its branches are what later writes depend on. */
const BRANCHED = new PackedField({ from: 24, bits: 7 });
const FIELDS = [KNOWN, READ, FENCED, BRANCHED];

/** Threads with a bit of their own. The last one stands for all beyond. */
const MOST = 7;

/** What an access does to what is known. */
export interface OrderedAccess {
  readonly reads: boolean;
  readonly writes: boolean;
  /** Of a compare-exchange that fails: relaxed, whatever was asked for. */
  readonly order: MemoryOrder;
}

/**
 * Happens-before, as far as uses of one object go: which thread knows of whose last use. Coherence makes the values of a
 * single word the same under any memory model, so an interleaving says all but this; and this is a few bits:
 *
 *     thread 0   uses the object            0 knows of its own use
 *     thread 0   fetch_sub, release         the word carries {0}
 *     thread 1   fetch_sub, release         has read {0}, and carries {0, 1}: a release sequence goes on
 *     thread 1   an acquire fence           knows of {0, 1}: it may read what 0 wrote
 *
 * A read that is not acquired orders later writes of its op all the same, by their control dependency. A full barrier is an
 * acquire and a release. That is C11's happens-before with the kernel's dependencies; `test/memory/ordered.test.ts` holds it
 * against the axioms of linux-kernel.cat.
 *
 * It keeps everything in cells, which go with the state of a machine: one for each word, one for each thread, and one for
 * whose use there has been.
 */
export class ThreadViews {
  readonly #words: number;
  readonly #threads: number;
  readonly #first: number;
  cells: Int32Array;

  /** @param first of its cells, of which there are `cellsOfViews` */
  constructor(words: number, threads: number, first: number, cells: Int32Array = new Int32Array(0)) {
    this.#words = words;
    this.#threads = threads;
    this.#first = first;
    this.cells = cells;
  }

  /** A thread uses the object: whoever knew of an earlier use of its does not know of this one. */
  use(thread: number): void {
    const bit = bitOf(thread);
    const { cells } = this;
    const first = this.#first;
    cells[first]! |= bit;
    for (let word = 0; word < this.#words; word++) cells[first + 1 + word]! &= ~bit;
    const everywhere = ~(bit | (bit << 8) | (bit << 16) | (bit << 24));
    for (let other = 0; other < this.#threads; other++) cells[this.#at(other)]! &= everywhere;
    cells[this.#at(thread)]! |= bit;
  }

  /** Fences between two accesses, as FENCE_BITS has them. */
  fence(thread: number, bits: number): void {
    if (bits === 0) return;
    const at = this.#at(thread);
    let cell = this.cells[at]!;
    if ((bits & FENCE_BITS.acquire) !== 0)
      cell = READ.with(KNOWN.with(cell, KNOWN.of(cell) | READ.of(cell)), 0);
    if ((bits & FENCE_BITS.release) !== 0) cell = FENCED.with(cell, KNOWN.of(cell));
    this.cells[at] = cell;
  }

  /**
   * An access of a word, by its number. Full order is a full barrier on both sides of a read-modify-write, and no more than
   * acquire or release of a load or a store.
   *
   * @param carried uses that the write carries that is read: an older one than the latest, perhaps
   */
  access(
    thread: number,
    word: number,
    { reads, writes, order }: OrderedAccess,
    carried: number = this.carried(word),
  ): void {
    const isBarrier = order === 'full' && reads && writes;
    if (isBarrier) this.fence(thread, FENCE_BITS.full);
    if (reads) this.#read(thread, carried, order === 'acquire' || (order === 'full' && !writes));
    if (writes) this.#write(thread, word, reads, order === 'release' || order === 'full');
    if (isBarrier) this.fence(thread, FENCE_BITS.full);
  }

  #read(thread: number, carried: number, acquires: boolean): void {
    const at = this.#at(thread);
    const cell = this.cells[at]!;
    const known = KNOWN.of(cell);
    if (acquires) this.cells[at] = KNOWN.with(cell, known | carried);
    else this.#remember(at, carried & ~known);
  }

  /** What was read and not acquired. */
  #remember(at: number, read: number): void {
    const cell = READ.with(this.cells[at]!, READ.of(this.cells[at]!) | read);
    this.cells[at] = BRANCHED.with(cell, BRANCHED.of(cell) | (read & BRANCHED.most));
  }

  /** A read-modify-write goes on carrying what the word carried; a plain store begins anew. */
  #write(thread: number, word: number, goesOn: boolean, releases: boolean): void {
    const cell = this.cells[this.#at(thread)]!;
    // The kernel's release is cumulative: what its thread has read comes before it as well.
    const own = releases ? KNOWN.of(cell) | READ.of(cell) : FENCED.of(cell);
    const at = this.#first + 1 + word;
    this.cells[at] = goesOn ? this.cells[at]! | own : own;
  }

  /** What the thread has read and what it knows goes over to a mask of the caller's: locks, grace periods. */
  handedOn(thread: number): number {
    const cell = this.cells[this.#at(thread)]!;
    return KNOWN.of(cell) | READ.of(cell);
  }

  /** What a word carries. */
  carried(word: number): number {
    return this.cells[this.#first + 1 + word]!;
  }

  /** A word carries these as well. */
  carry(word: number, uses: number): void {
    this.cells[this.#first + 1 + word]! |= uses;
  }

  /** The thread knows of these uses from here on. */
  learn(thread: number, uses: number): void {
    const at = this.#at(thread);
    const cell = this.cells[at]!;
    this.cells[at] = KNOWN.with(cell, KNOWN.of(cell) | uses);
  }

  /** The op of a thread is over: branches of the next depend on what that one reads. */
  endOp(thread: number): void {
    this.cells[this.#at(thread)] = BRANCHED.with(this.cells[this.#at(thread)]!, 0);
  }

  /** The thread has nothing left to do: nobody asks what it knows. */
  forget(thread: number): void {
    this.cells[this.#at(thread)] = 0;
  }

  /** Nobody asks any more. */
  clear(): void {
    this.cells.fill(0, this.#first, this.#first + cellsOfViews(this.#words, this.#threads));
  }

  /** Uses by others that do not come before a read of this thread. */
  unreadable(thread: number): number {
    return this.cells[this.#first]! & ~KNOWN.of(this.cells[this.#at(thread)]!) & ~bitOf(thread);
  }

  /** Uses by others that do not come before a write of this thread, which depends on what its op has read. */
  unwritable(thread: number): number {
    return this.unreadable(thread) & ~BRANCHED.of(this.cells[this.#at(thread)]!);
  }

  /** Exchanges two threads: for symmetry reduction. */
  swapThreads(one: number, other: number): void {
    const { cells } = this;
    exchange(cells, this.#at(one), this.#at(other));
    const from = this.#first;
    for (let at = from; at <= from + this.#words; at++) cells[at] = exchangeBits(cells[at]!, one, other, 1);
    for (let thread = 0; thread < this.#threads; thread++) {
      const at = this.#at(thread);
      for (const field of FIELDS)
        cells[at] = field.with(cells[at]!, exchangeBits(field.of(cells[at]!), one, other, 1));
    }
  }

  /**
   * Orders two threads by what they know: by how many uses, and whether their own is among them. Which others a thread knows of
   * would be another order once two threads are exchanged.
   */
  compareThreads(one: number, other: number): number {
    const { cells } = this;
    const [own, its] = [cells[this.#at(one)]!, cells[this.#at(other)]!];
    for (const field of FIELDS) {
      const order = weight(field.of(own), one) - weight(field.of(its), other);
      if (order !== 0) return order;
    }
    for (let at = this.#first; at <= this.#first + this.#words; at++) {
      const order = ((cells[at]! >> one) & 1) - ((cells[at]! >> other) & 1);
      if (order !== 0) return order;
    }
    return 0;
  }

  #at(thread: number): number {
    return this.#first + 1 + this.#words + thread;
  }
}

/** Twice the size of a set of threads, and one more where the thread itself is in it. */
function weight(set: number, thread: number): number {
  let size = 0;
  for (let left = set; left !== 0; left &= left - 1) size++;
  return 2 * size + ((set >> thread) & 1);
}

function bitOf(thread: number): number {
  return 1 << Math.min(thread, MOST - 1);
}

/** The bit of a thread in a set of uses. */
export function useBit(thread: number): number {
  return bitOf(thread);
}

/** A set of uses with two threads exchanged. */
export function exchangeUses(uses: number, one: number, other: number): number {
  return exchangeBits(uses, one, other, 1);
}

/** How many cells `ThreadViews` needs. */
export function cellsOfViews(words: number, threads: number): number {
  return 1 + words + threads;
}
