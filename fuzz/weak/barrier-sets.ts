import { exchangeBits, PackedFields } from '../../oracles/packed-fields.ts';
import { MOST_LATER } from '../../targets/subject/later.ts';
import { MAX_THREADS } from '../program/program.ts';

const THREADS = MAX_THREADS + MOST_LATER;
const PASSED = new PackedFields({ bits: 1, fields: THREADS });
/** The second set lies behind the first. */
const DUE = THREADS;

/**
 * Full barriers have times of their own. In one cell of a state: which threads have passed the barrier before their next
 * access already, and which have yet to pass the one behind their last.
 *
 *     0: x = 1 · smp_mb · read y      the barrier may come right behind the write, or right before the read; what 1 does
 *                                     in between is seen by one of the two alone
 */
export class BarrierSets {
  readonly #cell: number;

  constructor(cell: number) {
    this.#cell = cell;
  }

  hasPassed(cells: Int32Array, thread: number): boolean {
    return PASSED.of(cells[this.#cell]!, thread) === 1;
  }

  isDue(cells: Int32Array, thread: number): boolean {
    return ((cells[this.#cell]! >> (DUE + thread)) & 1) === 1;
  }

  /** Threads that have yet to pass one, a bit each. */
  due(cells: Int32Array): number {
    return cells[this.#cell]! >>> DUE;
  }

  pass(cells: Int32Array, thread: number): void {
    cells[this.#cell]! |= 1 << thread;
  }

  /** A barrier is left for later. */
  leave(cells: Int32Array, thread: number): void {
    cells[this.#cell]! |= 1 << (DUE + thread);
  }

  /** The thread has passed what it had to, and made the access behind it. */
  clear(cells: Int32Array, thread: number): void {
    cells[this.#cell]! &= ~((1 << thread) | (1 << (DUE + thread)));
  }

  swap(cells: Int32Array, one: number, other: number): void {
    const swapped = exchangeBits(cells[this.#cell]!, one, other, 1);
    cells[this.#cell] = exchangeBits(swapped, DUE + one, DUE + other, 1);
  }

  /** As a comparison for sorting. */
  compare(cells: Int32Array, one: number, other: number): number {
    const of = (thread: number) =>
      2 * Number(this.isDue(cells, thread)) + Number(this.hasPassed(cells, thread));
    return of(one) - of(other);
  }
}
