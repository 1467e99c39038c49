import { exchangeUses } from '../../oracles/thread-views.ts';
import { FENCE_BITS } from '../../targets/subject/word.ts';
import { BarrierSets } from '../weak/barrier-sets.ts';
import { WordHistories } from '../weak/word-histories.ts';
import { Access } from './access.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { barrierCell } from './order-cells.ts';
import type { OrderWords } from './order-words.ts';
import { isFullBarrier } from './ordered-access.ts';

/**
 * What is known of orders in a state of a scheme, and what it lets a thread do next: which writes its next access may read, and
 * whether it can pass a barrier ahead of that. What accesses make known is in read-order.ts.
 */
export class OrderState {
  protected readonly machine: MachineState;
  /** Which writes of each word have reached each thread. */
  protected readonly histories: WordHistories;
  protected readonly barriers: BarrierSets;
  protected readonly words: OrderWords;
  readonly #active: number[] = [];
  readonly #begunWith: number[] = [];

  /** @param first of its cells, which come behind those of uses */
  constructor(machine: MachineState, words: OrderWords, first: number) {
    this.machine = machine;
    this.words = words;
    this.histories = new WordHistories(words.shape.history, first);
    this.barriers = new BarrierSets(barrierCell(words.shape, first));
  }

  /** Whether a word was written more often than histories are long: then what follows lacks something. */
  get isOverfull(): boolean {
    return this.histories.isOverfull;
  }

  /** A program starts: the words hold what they hold in its state. */
  start(): void {
    const { words, histories } = this.words.shape;
    this.here();
    words.forEach((word, at) => {
      if (histories[at]! >= 0) this.histories.begin(histories[at]!, this.machine.words[word]!);
    });
  }

  /** How many writes before the latest one a thread's next access may read, if it reads; 0 if only the latest. */
  older(thread: number, node: number): number {
    const { trees } = this.machine;
    const kind = trees.kind[node]!;
    if (kind !== Access.LOAD && kind !== Access.COMPARE_EXCHANGE) return 0;
    const word = this.words.historyOf(trees.word[node]!);
    if (word < 0) return 0;
    this.here();
    return this.histories.older(thread, word, this.fencesBefore(thread, node));
  }

  /** Whether the access may read that write: a compare-exchange that finds what it expects has found the latest. */
  mayRead(thread: number, node: number, age: number): boolean {
    if (age > this.older(thread, node)) return false;
    const { trees } = this.machine;
    return trees.kind[node] === Access.LOAD || this.valueOf(node, age) !== trees.a[node];
  }

  /** Uses that the write carries that is so many before the latest: see `UseOrder.after`. */
  usesOf(node: number, age: number): number {
    this.here();
    return this.histories.usesOf(this.words.historyOf(this.machine.trees.word[node]!), age);
  }

  /** The value of the write that is so many before the latest. */
  valueOf(node: number, age: number): number {
    this.here();
    return this.histories.valueOf(this.words.historyOf(this.machine.trees.word[node]!), age);
  }

  /** Fences before the access of a node, as FENCE_BITS has them: its own, and a barrier that was left behind the access before. */
  protected fencesBefore(thread: number, node: number): number {
    const { trees, words } = this.machine;
    return this.barriers.isDue(words, thread) ? FENCE_BITS.full : trees.fence(node);
  }

  /** Whether a thread has yet to pass a barrier behind an access that it has made. */
  isBarrierDue(thread: number): boolean {
    return this.barriers.isDue(this.machine.words, thread);
  }

  /** Whether a full barrier stands before the access of a node, which its thread can pass ahead of it. */
  canPassBarrier(thread: number, node: number): boolean {
    const { trees, words } = this.machine;
    if (this.barriers.hasPassed(words, thread)) return false;
    return this.barriers.isDue(words, thread) || isFullBarrier(trees, node);
  }

  /** A thread passes that barrier. What other threads do before its access may differ by it. */
  passBarrier(thread: number, node: number): void {
    const { trees, words } = this.machine;
    this.here();
    this.histories.fence(thread, FENCE_BITS.full);
    this.barriers.clear(words, thread);
    if (isFullBarrier(trees, node)) this.barriers.pass(words, thread);
  }

  /** Call it when an access is over, and its op if that was the last: forgets what nobody can ask for any more. */
  settle(isCallbackDue: boolean): void {
    const { node, threadCount, trees } = this.machine;
    this.here();
    this.#active.length = 0;
    for (let thread = 0; thread < threadCount + trees.laterCalls; thread++) {
      const isActive = node[thread] !== DONE && (thread < threadCount || !trees.isRoot[node[thread]!]);
      if (isActive) this.#active.push(thread);
      else {
        this.histories.forget(thread);
        this.barriers.clear(this.machine.words, thread);
      }
    }
    this.#begunWith.length = 0;
    if (isCallbackDue) this.#begunWith.push(this.words.called);
    this.histories.settle(this.#active, this.#begunWith);
  }

  swap(one: number, other: number): void {
    this.barriers.swap(this.machine.words, one, other);
    this.here();
    this.histories.swapThreads(one, other, (uses) => exchangeUses(uses, one, other));
  }

  /** As `ThreadViews.compareThreads`. */
  compare(one: number, other: number): number {
    this.here();
    return this.histories.compareThreads(one, other) || this.barriers.compare(this.machine.words, one, other);
  }

  /** The machine's array is another one for another number of threads. */
  protected here(): void {
    this.histories.cells = this.machine.words;
  }
}
