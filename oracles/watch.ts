import type { Counter } from '../targets/subject/subject.ts';
import { BOUNDARIES, boundaryOfOp } from './boundary.ts';
import type { Calls, Specification } from './execution.ts';
import { IDLE, type Monitor } from './monitor.ts';
import { PackedFields } from './packed-fields.ts';
import { PairMap } from './pair-map.ts';
import type { OrderedAccess } from './thread-views.ts';

/** The most threads of a program. */
export const THREADS = 4;
/** Enough for an index of BOUNDARIES. Six of them, 0 to 5, in three bits. */
export const BOUNDARY_BITS = 3;
/** Enough for an op's number plus one: no target comes near 127 ops, and a field refuses what does not fit. */
export const OP_BITS = 7;

const FIRST_BOUNDARIES = new PackedFields({ bits: BOUNDARY_BITS, fields: THREADS });

/** What a machine says of the threads of the run it makes, as they stand after the last access. */
export interface Threads {
  readonly threadCount: number;
  /** Whether a thread has no op left. */
  isDone(thread: number): boolean;
  /** Whether a thread's op has made an access and not yet returned. */
  isUnderWay(thread: number): boolean;
  /** Whether the next access of a thread's op is a store, and its last: the op is about to correct the word. */
  isAboutToCorrect(thread: number): boolean;
}

/** Boundaries that are remembered; then all are forgotten. */
const REMEMBERED = 1 << 16;

/** Whose run is watched. */
export interface Watched {
  readonly counter: Counter;
  readonly specification: Specification;
  readonly calls: Calls;
  /** The saturation values of both sides. */
  readonly saturated: readonly number[];
}

/**
 * A run of a counter as monitors see it: its last access, and the cells that go with the state after it. There is one
 * for all monitors of a machine, and it is the same object for every access: read it, and keep what must be kept in
 * cells, so that an explorer can save and restore it.
 */
export class Watch implements Watched {
  readonly counter: Counter;
  readonly specification: Specification;
  readonly calls: Calls;
  readonly saturated: readonly number[];
  /**
   * Whether divergences are to be named: by which op, at which boundary. If not, it is enough that they come to light; a
   * program has a fifth of the states.
   */
  readonly isNamed: boolean;
  /** What monitors remember, see `takeCell`. Another array for another number of threads. */
  cells: Int32Array = new Int32Array(0);

  // The last access.
  /** Whose it was, and the call whose op made it. */
  thread = 0;
  call = 0;
  /** The word before and after. */
  old = 0;
  value = 0;
  /** Whether it was the first of its op, and whether the op returned with it: both, for an op of one access. */
  isFirst = false;
  hasReturned = false;
  /** How it was ordered, and the fences before it and, if the op returned, behind it. Only where an oracle asks for orders. */
  did: OrderedAccess = { reads: false, writes: false, order: 'relaxed' };
  fenceBefore = 0;
  fenceAfter = 0;
  /** If it returned: the outcome, see `Specification.outcomeOf`. */
  outcome = -1;

  #threads: Threads | undefined;
  /** How many cells are taken. The first holds the boundary of the first access of each op under way. */
  #cellCount = 1;
  /** Monitors that ask for it: the first two in places of their own, for the reason given in monitors.ts. */
  #reader: Monitor = IDLE;
  #otherReader: Monitor = IDLE;
  #moreReaders: readonly Monitor[] = [];
  /** By (call, old): asked at each first access, and nearly always known. */
  readonly #boundaries = new PairMap(1024);
  /** By call. */
  readonly #opOf: number[] = [];

  constructor({ counter, specification, calls, saturated }: Watched, isNamed: boolean) {
    this.counter = counter;
    this.specification = specification;
    this.calls = calls;
    this.saturated = saturated;
    this.isNamed = isNamed;
  }

  /** Call it once, before the first run. */
  begin(threads: Threads, monitors: readonly Monitor[]): void {
    this.#threads = threads;
    const readers = monitors.filter(({ readsFirstBoundary }) => readsFirstBoundary);
    [this.#reader = IDLE, this.#otherReader = IDLE] = readers;
    this.#moreReaders = readers.slice(2);
  }

  /**
   * Takes a cell, for a signed 32-bit integer that a monitor will remember. An explorer hashes, compares and copies every
   * cell of every state: pack what is small, see packed-fields.ts. Call it from the constructor of a monitor.
   *
   * @returns its index in `cells`
   */
  takeCell(): number {
    return this.#cellCount++;
  }

  /** Takes several cells in a row. @returns the index of the first */
  takeCells(count: number): number {
    this.#cellCount += count;
    return this.#cellCount - count;
  }

  /** How many cells there are to be. */
  get cellCount(): number {
    return this.#cellCount;
  }

  get threads(): Threads {
    return this.#threads!;
  }

  /** The number of a call's op. */
  opOf(call: number): number {
    this.#opOf[call] ??= this.calls.opNames.indexOf(this.calls.call(call).op);
    return this.#opOf[call];
  }

  /** At which boundary a call meets the value `old`, as an index of BOUNDARIES. */
  boundaryOf(call: number, old: number): number {
    const known = this.#boundaries.get(call, old);
    if (known >= 0) return known;
    if (this.#boundaries.size >= REMEMBERED) this.#boundaries.clear();
    const { op, a, b } = this.calls.call(call);
    const boundary = BOUNDARIES.indexOf(boundaryOfOp(op, a, b, old, this.saturated));
    this.#boundaries.set(call, old, boundary);
    return boundary;
  }

  /**
   * At which boundary the pending op of a thread made its first access, as an index of BOUNDARIES. It is kept while some
   * monitor that reads it has not settled, since it tells apart states that are otherwise equal.
   */
  firstBoundary(thread: number): number {
    return FIRST_BOUNDARIES.of(this.cells[0]!, thread);
  }

  /**
   * Notes the boundary of an op that has just made its first access. Once all readers are settled it would only tell
   * apart states that are alike.
   */
  noteFirstBoundary(): void {
    if (!this.isNamed || !this.#isReadBut(undefined)) return;
    const boundary = this.boundaryOf(this.call, this.old);
    this.cells[0] = FIRST_BOUNDARIES.with(this.cells[0]!, this.thread, boundary);
  }

  /** One monitor will not ask for it any more. It is forgotten unless another may. */
  releaseFirstBoundary(thread: number, reader: Monitor): void {
    if (!this.#isReadBut(reader)) this.cells[0] = FIRST_BOUNDARIES.without(this.cells[0]!, thread);
  }

  /** The op of a thread has returned. */
  forgetOp(thread: number): void {
    this.cells[0] = FIRST_BOUNDARIES.without(this.cells[0]!, thread);
  }

  /** For symmetry reduction: what is remembered of a thread goes along with it. */
  swapThreads(one: number, other: number): void {
    this.cells[0] = FIRST_BOUNDARIES.swapped(this.cells[0]!, one, other);
  }

  compareThreads(one: number, other: number): number {
    return this.firstBoundary(one) - this.firstBoundary(other);
  }

  /** Whether some monitor may still read first boundaries, one aside. */
  #isReadBut(aside: Monitor | undefined): boolean {
    if (this.#reader !== aside && !this.#reader.isSettled) return true;
    if (this.#otherReader !== aside && !this.#otherReader.isSettled) return true;
    for (const reader of this.#moreReaders) if (reader !== aside && !reader.isSettled) return true;
    return false;
  }
}
