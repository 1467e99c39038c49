import type { Scheme } from '../../targets/subject/subject.ts';
import type { MachineState } from './machine-state.ts';
import { cellsOfUses } from './order-cells.ts';
import { OrderWords } from './order-words.ts';
import { PayloadPlaces } from './payload-places.ts';
import { ReadOrder } from './read-order.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { ageOf, threadOf } from './turn.ts';
import { UseOrder } from './use-order.ts';

/**
 * The accounts that are kept of the memory orders of a scheme: of uses and frees, and of what reads may take where that is asked.
 * Both follow every access. The account of reads goes first, since it keeps what an overwritten write carried of uses.
 */
export class SchemeOrders {
  readonly #uses: UseOrder;
  /** Absent where every read takes the latest write. */
  readonly reads: ReadOrder | undefined;

  /** @param scheme of which orders are asked */
  constructor(machine: MachineState, scheme: Scheme, layout: SchemeLayout) {
    const words = new OrderWords(scheme, layout);
    const payload = new PayloadPlaces(scheme, machine.trees);
    this.#uses = new UseOrder(machine, words, payload, {
      first: layout.order,
      // Of no use where nothing is handed over, and then nobody learns of it.
      handsOver: layout.laterThreads > 1 || layout.sleepers >= 0,
      isTypesafe: scheme.time?.isTypesafe === true,
    });
    if (scheme.orders === 'reads')
      this.reads = new ReadOrder(machine, scheme, words, this.#uses, layout.order + cellsOfUses(words.shape));
  }

  /** A program starts: the words hold what they hold in its state. */
  start(): void {
    this.reads?.start();
  }

  /** A thread uses the object for the last time: it puts. */
  use(thread: number): void {
    this.#uses.use(thread);
    this.reads?.use(thread);
  }

  /** What comes before an access, and what it takes back. Call it before the access is made. */
  before(thread: number, node: number): void {
    this.#uses.before(thread, node);
    this.reads?.before(thread, node);
  }

  /**
   * @param turn whose it was, and which write it has read
   * @param met what its word held, or what an older write had left @param result of the access
   * @returns what is out of order, as a number of `Fact`
   */
  after(turn: number, node: number, met: number, result: number): number {
    const thread = threadOf(turn);
    const { reads } = this;
    if (!reads) return this.#uses.after(thread, node, met, result);
    const age = ageOf(turn);
    const older = age > 0 ? reads.usesOf(node, age) : undefined;
    reads.after(turn, node, met, result);
    return this.#uses.after(thread, node, met, result, older);
  }

  /** An op has returned, behind some fences. */
  end(thread: number, fences: number): void {
    this.#uses.end(thread, fences);
    this.reads?.end(thread, fences);
  }

  /** Call it when an access is over, and its op if that was the last: forgets what nobody can ask for any more. */
  settle(isCallbackDue: boolean): void {
    this.#uses.settle();
    this.reads?.settle(isCallbackDue);
  }

  /** Exchanges two threads: for symmetry reduction. */
  swap(one: number, other: number): void {
    this.#uses.swap(one, other);
    this.reads?.swap(one, other);
  }

  /** As `ThreadViews.compareThreads`. */
  compare(one: number, other: number): number {
    return this.#uses.compare(one, other) || (this.reads?.compare(one, other) ?? 0);
  }
}
