import { exchangeUses } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { FENCE_BITS } from '../../targets/subject/word.ts';
import { type Deed, MOST_WORDS } from '../weak/ahead.ts';
import { BarrierSets } from '../weak/barrier-sets.ts';
import type { CarrierShape } from '../weak/flow.ts';
import type { Needs } from '../weak/needs.ts';
import { WordHistories } from '../weak/word-histories.ts';
import { Access, WRITES_PLAIN } from './access.ts';
import { type Beside, besideOf, deedsOfNode, wayOf } from './ahead-of-node.ts';
import type { Attention } from './attention.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { barrierCell } from './order-cells.ts';
import type { OrderWords } from './order-words.ts';
import { BEGINS_GRACE, isFullBarrier, isSureBarrier } from './ordered-access.ts';

/** With more that carries views than there is room for in a set all is kept. */
const MOST_CARRIERS = 29;

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
  /** Where what carries views lies. */
  readonly carriers: Beside & CarrierShape;
  /** What is left to do, where somebody attends to that. */
  #attention: Attention | undefined;
  /** Of the state that the machine was in last. */
  #needs: Needs | undefined;
  readonly #isTimed: boolean;
  readonly #canForget: boolean;
  readonly #active: number[] = [];
  readonly #begunWith: number[] = [];

  /** @param first of its cells, which come behind those of uses */
  constructor(machine: MachineState, scheme: Scheme, words: OrderWords, first: number) {
    this.machine = machine;
    this.words = words;
    this.histories = new WordHistories(words.shape.history, first);
    this.barriers = new BarrierSets(barrierCell(words.shape, first));
    const { history } = words.shape;
    this.carriers = { ofWords: history.ofWords, ...besideOf(words.shape) };
    this.#isTimed = scheme.time !== undefined || scheme.holds !== undefined;
    this.#canForget = history.words <= MOST_WORDS && this.carriers.global < MOST_CARRIERS;
  }

  /** What the access of a node has to do with views, see `deedsOfNode`; nothing of a scheme with too many words. */
  waysOf(node: number): readonly (readonly Deed[])[] {
    if (!this.#canForget) return [[]];
    return deedsOfNode(
      this.machine.trees,
      node,
      this.words.shape,
      (word) => this.words.indexOf(word),
      this.#isTimed,
    );
  }

  /** From here on nothing is kept but what can still be asked for; undefined: all that could be asked for in some program. */
  attend(attention: Attention | undefined): void {
    this.#attention = this.#canForget ? attention : undefined;
    this.#needs = undefined;
  }

  /** An op has gone on from one node to the next. @param result of the access */
  step(node: number, child: number, result: number): void {
    this.#attention?.step(node, child, wayOf(this.machine.trees, node, result));
  }

  /** Whether it is known what is left to do. */
  get isAttended(): boolean {
    return this.#attention !== undefined && this.#needs !== undefined;
  }

  /** What can still be asked for where the machine is; undefined where that is not known. Whoever puts it back into a state puts this back. */
  get needs(): Needs | undefined {
    return this.#needs;
  }

  /** The machine is in a state again of which the needs are known. */
  resume(needs: Needs | undefined): void {
    this.#needs = needs;
  }

  /** The machine is in some state: asks what the needs are there. @param isLaterDue as of `settle` */
  look(isLaterDue: boolean): void {
    if (!this.#attention) return;
    this.here();
    const due = this.barriers.due(this.machine.words);
    this.#needs = this.#attention.needs(due, isLaterDue, this.histories.withOld());
  }

  /**
   * Threads that may pass a barrier before the next access of another, a bit each, and come to know less by it than behind that:
   * where the access tells others something by a barrier of its own, or writes what depends on what they have been told.
   */
  barriersBeside(thread: number): number {
    const { node, threadCount, trees, words } = this.machine;
    const needs = this.#needs!;
    if ((needs.splits & ~(1 << thread)) === 0) return 0;
    const at = node[thread]!;
    const kind = trees.kind[at]!;
    const isOpen = BEGINS_GRACE.includes(kind) || (needs.mayTell && WRITES_PLAIN[kind]!);
    const isBarrier =
      this.barriers.isDue(words, thread) ||
      (!this.barriers.hasPassed(words, thread) && isFullBarrier(trees, at));
    if (!isOpen && !isBarrier) return 0;
    this.here();
    let set = 0;
    for (let other = 0; other < threadCount + trees.laterCalls; other++) {
      if (other === thread || !this.isUnderWay(other)) continue;
      if (!this.canPassBarrier(other, node[other]!)) continue;
      if (isOpen || needs.mayTell || this.histories.hasNewsFor(thread, other, needs)) set |= 1 << other;
    }
    return set;
  }

  /** Whether a thread is in the middle of something, or about to begin it. */
  isUnderWay(thread: number): boolean {
    const at = this.machine.node[thread] ?? DONE;
    return at !== DONE && (thread < this.machine.threadCount || this.machine.trees.isRoot[at] === 0);
  }

  /** Whether it matters when a thread passes its barriers, beside those of others. */
  splits(thread: number): boolean {
    return this.#needs === undefined || ((this.#needs.splits >> thread) & 1) === 1;
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
    if (this.barriers.hasPassed(words, thread) || !this.splits(thread)) return false;
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
    if (this.#attention && this.#settleBy(this.#attention, isCallbackDue)) return;
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

  /** The same by what is left to do. @returns false where that is not known */
  #settleBy(attention: Attention, isCallbackDue: boolean): boolean {
    const { threadCount, trees, words } = this.machine;
    const threads = threadCount + trees.laterCalls;
    for (let thread = 0; thread < threads; thread++)
      if (!this.isUnderWay(thread)) this.barriers.clear(words, thread);
    const old = this.histories.withOld();
    this.#needs = attention.needs(this.barriers.due(words), isCallbackDue, old);
    if (!this.#needs) return false;
    if (this.#passWhatCanWait(threads))
      this.#needs = attention.needs(this.barriers.due(words), isCallbackDue, old)!;
    this.histories.settleBy(this.#needs, isCallbackDue, this.words.called);
    return true;
  }

  // To pass a barrier early has two sides: its thread tells earlier what it knows, so others may read less, and it comes to know what
  // had been told by then, and not what is told later, so it may read more itself. With nothing to tell, early is better: whatever can be
  // done behind a late one can be done behind an early one. Of a compare-exchange that is no barrier if it fails nothing of the
  // kind is said: there both ways stay open.

  /**
   * A barrier is passed at once where that leaves everything open which passing it later would: where no other thread has one,
   * and where its thread has nothing to tell by it. (Later it would only come to know more by it.)
   *
   * @returns whether some thread has
   */
  #passWhatCanWait(threads: number): boolean {
    const { node, words, trees } = this.machine;
    const needs = this.#needs!;
    let hasPassed = false;
    for (let thread = 0; thread < threads; thread++) {
      const at = node[thread]!;
      if (at === DONE || this.barriers.hasPassed(words, thread)) continue;
      const isDue = this.barriers.isDue(words, thread);
      if (!isDue && !isSureBarrier(trees, at)) continue;
      const isAlone = ((needs.splits >> thread) & 1) === 0;
      if (!isAlone && this.histories.hasNews(thread, needs)) continue;
      this.passBarrier(thread, at);
      hasPassed = true;
    }
    return hasPassed;
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
