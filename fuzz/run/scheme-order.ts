import { exchangeUses, type OrderedAccess, ThreadViews, useBit } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { FENCE_BITS } from '../../targets/subject/word.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, SCHEME_WORDS, WordIndex } from './access.ts';
import { BarrierSets } from './barrier-sets.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { barrierCell, cellsOfUses, type OrderShape, orderShape } from './order-cells.ts';
import { isFull, isFullBarrier, orderedAccess } from './ordered-access.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { sectionsOf } from './scheme-words.ts';
import { ageOf, threadOf } from './turn.ts';
import { WordHistories } from './word-histories.ts';

const { CALL_WAITS, NOTE_WAITS, LIST } = WordIndex;

const TAKES: OrderedAccess = { reads: true, writes: false, order: 'acquire' };
const GIVES: OrderedAccess = { reads: true, writes: true, order: 'release' };
const LOOKS: OrderedAccess = { reads: true, writes: false, order: 'relaxed' };

/** What an access of a lock does, where it does it: a try that fails does nothing. */
const OF_LOCK: Readonly<Record<number, OrderedAccess>> = {
  [Access.LOCK]: TAKES,
  [Access.TRY_LOCK]: TAKES,
  [Access.LOCK_SHARED]: TAKES,
  [Access.TRY_LOCK_SHARED]: TAKES,
  [Access.SEQ_LOCK]: TAKES,
  [Access.SEQ_BEGIN]: TAKES,
  [Access.SEQ_READ]: TAKES,
  [Access.UNLOCK]: GIVES,
  [Access.UNLOCK_SHARED]: GIVES,
  [Access.DOWNGRADE]: GIVES,
  [Access.SEQ_UNLOCK]: GIVES,
  [Access.LOOK_AT_LOCK]: LOOKS,
};
const TRIES: readonly number[] = [Access.TRY_LOCK, Access.TRY_LOCK_SHARED];

/**
 * What memory orders make known to which thread of a scheme: of whose last use of the object (`ThreadViews`), and of which
 * writes of each word (`WordHistories`). Both go by the same accesses, fences, locks and grace periods.
 *
 * Of uses it is happens-before along the interleaving that is run. Who holds uses the object until it puts; `refuzz_use` is a use
 * as well. A free that does not come behind the last use of each thread is a fact.
 *
 *     0: use · smp_mb · fetch_sub          1: cmpxchg(0, -1), full · call_rcu          RCU: free
 *                        carries {0}          knows of {0}           hands {0} on           knows of {0}: in order
 *     0: use · fetch_sub, relaxed          the same                                    knows of nothing: unordered-free
 *
 * Of words it is what a read may take: the latest write, or one before it that the thread's view does not forbid.
 *
 * A grace period is a full barrier: the callback knows what its caller knew or had read, and what each reader did that it
 * waited for, and whoever enters a section later knows what the caller knew. What has to do with time, and holds that change
 * hands, all knows of each other; that says less, and not more.
 */
export class SchemeOrder {
  readonly #machine: MachineState;
  readonly #views: ThreadViews;
  readonly #histories: WordHistories;
  readonly #shape: OrderShape;
  /** By number of a word in the machine: its place among those with an order. */
  readonly #indexOf: Uint8Array;
  readonly #layout: SchemeLayout;
  readonly #words: Scheme['words'];
  /** Carriers that no word of the scheme is. */
  readonly #left: number;
  readonly #called: number;
  readonly #noted: number;
  /** Of uses: what is handed on where all is in order. Of words: what grace periods have told everybody. */
  readonly #handed: number;
  readonly #barriers: BarrierSets;
  readonly #active: number[] = [];
  readonly #begunWith: number[] = [];
  /** Whether the thread of the access under way had passed the barrier before it. */
  #passedNow = false;

  constructor(machine: MachineState, scheme: Scheme, layout: SchemeLayout) {
    this.#machine = machine;
    this.#layout = layout;
    this.#words = scheme.words;
    this.#shape = orderShape(scheme, layout.laterThreads)!;
    const { words, carriers, threads, history } = this.#shape;
    this.#indexOf = new Uint8Array(layout.length);
    words.forEach((word, at) => {
      this.#indexOf[word] = at;
    });
    for (const pair of layout.pairs) this.#indexOf[pair] = this.#indexOf[layout.wide!.get(pair)!.low]!;
    [this.#left, this.#called, this.#noted, this.#handed] = [0, 1, 2, 3].map((at) => words.length + at) as [
      number,
      number,
      number,
      number,
    ];
    this.#views = new ThreadViews(carriers, threads, layout.order);
    this.#histories = new WordHistories(history, layout.order + cellsOfUses(this.#shape));
    this.#barriers = new BarrierSets(barrierCell(this.#shape, layout.order));
  }

  /** Whether a word was written more often than histories are long: then what follows lacks something. */
  get isOverfull(): boolean {
    return this.#histories.isOverfull;
  }

  /** A program starts: the words hold what they hold in its state. */
  start(): void {
    const { words, histories } = this.#shape;
    this.#at();
    words.forEach((word, at) => {
      if (histories[at]! >= 0) this.#histories.begin(histories[at]!, this.#machine.words[word]!);
    });
  }

  /** A thread uses the object, or has done so for the last time: it puts. */
  use(thread: number): void {
    this.#at().use(thread);
    this.#histories.use(useBit(thread));
  }

  /** Whether somebody's last use does not come before what a thread writes now. */
  isUnordered(thread: number): boolean {
    return this.#at().unwritable(thread) !== 0;
  }

  /** How many writes before the latest one a thread's next access may read, if it reads; 0 if only the latest. */
  older(thread: number, node: number): number {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    if (kind !== Access.LOAD && kind !== Access.COMPARE_EXCHANGE) return 0;
    const word = this.#historyOf(trees.word[node]!);
    if (word < 0) return 0;
    this.#at();
    return this.#histories.older(thread, word, this.#fencesBefore(thread, node));
  }

  /** Whether the access may read that write: a compare-exchange that finds what it expects has found the latest. */
  mayRead(thread: number, node: number, age: number): boolean {
    if (age > this.older(thread, node)) return false;
    const { trees } = this.#machine;
    return trees.kind[node] === Access.LOAD || this.valueOf(node, age) !== trees.a[node];
  }

  /** The value of the write that is so many before the latest. */
  valueOf(node: number, age: number): number {
    this.#at();
    return this.#histories.valueOf(this.#historyOf(this.#machine.trees.word[node]!), age);
  }

  #historyOf(word: number): number {
    // A pair goes by its lower half, which has none.
    return this.#shape.histories[this.#indexOf[word]!]!;
  }

  /** What comes before an access, and what it takes back. Call it before the access is made. */
  before(thread: number, node: number): void {
    const { trees, words } = this.#machine;
    const views = this.#at();
    views.fence(thread, trees.fence(node));
    this.#passedNow = this.#barriers.hasPassed(words, thread);
    if (!this.#passedNow) this.#histories.fence(thread, this.#fencesBefore(thread, node));
    this.#barriers.clear(words, thread);
    if (trees.kind[node] !== Access.RCU_UNLOCK || sectionsOf(words, thread) !== 1) return;
    this.#handOn(thread, this.#left);
    if ((words[CALL_WAITS]! >> thread) & 1) this.#handOn(thread, this.#called);
    if ((words[NOTE_WAITS]! >> thread) & 1) this.#handOn(thread, this.#noted);
  }

  /** Fences before the access of a node, as FENCE_BITS has them: its own, and a barrier that was left behind the access before. */
  #fencesBefore(thread: number, node: number): number {
    const { trees, words } = this.#machine;
    return this.#barriers.isDue(words, thread) ? FENCE_BITS.full : trees.fence(node);
  }

  /** Whether a thread has yet to pass a barrier behind an access that it has made. */
  isBarrierDue(thread: number): boolean {
    return this.#barriers.isDue(this.#machine.words, thread);
  }

  /** Whether a full barrier stands before the access of a node, which its thread can pass ahead of it. */
  canPassBarrier(thread: number, node: number): boolean {
    const { trees, words } = this.#machine;
    if (this.#barriers.hasPassed(words, thread)) return false;
    return this.#barriers.isDue(words, thread) || isFullBarrier(trees, node);
  }

  /** A thread passes that barrier. What other threads do before its access may differ by it. */
  passBarrier(thread: number, node: number): void {
    const { trees, words } = this.#machine;
    this.#at();
    this.#histories.fence(thread, FENCE_BITS.full);
    this.#barriers.clear(words, thread);
    if (isFullBarrier(trees, node)) this.#barriers.pass(words, thread);
  }

  /** Of uses and of words alike. */
  #handOn(thread: number, carrier: number): void {
    this.#views.carry(carrier, this.#views.handedOn(thread));
    this.#histories.handOn(thread, carrier);
  }

  /**
   * @param met what its word held, or what an older write had left @param result of the access
   * @param turn whose it was, and which write it has read
   */
  after(turn: number, node: number, met: number, result: number): void {
    const thread = threadOf(turn);
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    this.#at();
    if (kind === Access.RETURN) return;
    if (IS_PLAIN[kind]) this.#access(turn, node, met);
    else if (IS_OF_LOCK[kind]) {
      if (result !== 0 || !TRIES.includes(kind)) this.#ofLock(thread, node);
    } else this.#beside(thread, kind, result);
  }

  #access(turn: number, node: number, met: number): void {
    const thread = threadOf(turn);
    const { trees, words } = this.#machine;
    const word = trees.word[node]!;
    const at = this.#indexOf[word]!;
    const did = orderedAccess(trees, node, met);
    const history = this.#historyOf(word);
    // A compare-exchange that fails is no barrier, and none stands before it.
    const isBarrier = did.order === 'full' && did.reads && did.writes;
    if (isBarrier && !this.#passedNow) this.#histories.fence(thread, FENCE_BITS.full);
    if (history < 0) {
      this.#views.access(thread, at, did);
      this.#histories.carrierAccess(thread, at, did);
    } else this.#ofHistory(turn, node, met, did);
    if (isBarrier) this.#barriers.leave(words, thread);
  }

  #ofHistory(turn: number, node: number, met: number, did: OrderedAccess): void {
    const { trees, words } = this.#machine;
    const thread = threadOf(turn);
    const age = ageOf(turn);
    const word = trees.word[node]!;
    const at = this.#indexOf[word]!;
    const history = this.#historyOf(word);
    const uses = this.#views.carried(at);
    const carried = age === 0 ? uses : this.#histories.usesOf(history, age);
    const isPointer = word === LIST || this.#isPointer(word, met);
    this.#views.access(thread, at, did, carried);
    this.#histories.access(thread, history, did, { age, value: words[word]!, uses, isPointer });
  }

  /** Whether what was read is an address: then whatever the thread does at it depends on the read. */
  #isPointer(word: number, value: number): boolean {
    return word >= SCHEME_WORDS && this.#words?.[word - SCHEME_WORDS]?.nameOf?.(value) !== undefined;
  }

  #ofLock(thread: number, node: number): void {
    const { trees } = this.#machine;
    const at = this.#indexOf[trees.word[node]!]!;
    const did = OF_LOCK[trees.kind[node]!]!;
    this.#views.access(thread, at, did);
    this.#histories.carrierAccess(thread, at, did);
    if (did === GIVES) this.#histories.unlock(thread);
    else if (did === TAKES) this.#histories.lock(thread, at);
  }

  /** What is no access of a word. */
  #beside(thread: number, kind: number, result: number): void {
    const views = this.#views;
    const histories = this.#histories;
    switch (kind) {
      case Access.USE:
        this.use(thread);
        return;
      case Access.RCU_LOCK:
        histories.learn(thread, this.#handed);
        return;
      case Access.RCU_CALL:
        this.#beginGracePeriod(thread, this.#called);
        return;
      case Access.RCU_CALLBACK:
        views.learn(thread, views.carried(this.#called) | views.carried(this.#handed));
        histories.learn(thread, this.#called);
        histories.fence(thread, FENCE_BITS.full);
        return;
      case Access.LATER_ARM:
      case Access.LATER_BEGIN:
        this.#ofTime(thread, kind);
        return;
      case Access.IDLE_NOTE:
        this.#beginGracePeriod(thread, this.#noted);
        return;
      case Access.IDLE_CHECK:
        if (result !== 2) return;
        views.learn(thread, views.carried(this.#noted));
        histories.learn(thread, this.#noted);
        return;
    }
    if (!IS_OF_TIME[kind] && kind !== Access.TAKE_OVER) return;
    views.carry(this.#handed, views.handedOn(thread));
    views.learn(thread, views.carried(this.#handed) | views.carried(this.#left));
    histories.learnAll(thread);
    histories.fill(this.#handed);
  }

  /** What its caller knows, and readers did that have left, reaches who runs behind it, and every reader that begins later. */
  #beginGracePeriod(thread: number, carrier: number): void {
    const views = this.#views;
    views.carry(carrier, views.handedOn(thread) | views.carried(this.#left));
    this.#histories.handOn(thread, carrier);
    this.#histories.pass(this.#left, carrier);
    this.#histories.pass(carrier, this.#handed);
    this.#histories.publish(carrier);
  }

  #ofTime(thread: number, kind: number): void {
    const views = this.#views;
    this.#histories.learnAll(thread);
    if (kind === Access.LATER_ARM)
      views.carry(this.#called, views.handedOn(thread) | views.carried(this.#left));
    else views.learn(thread, views.carried(this.#called) | views.carried(this.#handed));
  }

  /** An op has returned, behind some fences. */
  end(thread: number, fences: number): void {
    const views = this.#at();
    views.fence(thread, fences);
    if (isFull(fences)) this.#barriers.leave(this.#machine.words, thread);
    else if (!this.isBarrierDue(thread)) this.#histories.fence(thread, fences);
    views.endOp(thread);
    this.#histories.endOp(thread);
    // Of no use where nothing is handed over, and then nobody learns of it.
    if (this.#layout.laterThreads > 1 || this.#layout.sleepers >= 0)
      views.carry(this.#handed, views.handedOn(thread));
  }

  /** Call it when an access is over, and its op if that was the last: forgets what nobody can ask for any more. */
  settle(isCallbackDue: boolean): void {
    const { node, threadCount, trees } = this.#machine;
    this.#at();
    this.#active.length = 0;
    for (let thread = 0; thread < threadCount + trees.laterCalls; thread++) {
      const isActive = node[thread] !== DONE && (thread < threadCount || !trees.isRoot[node[thread]!]);
      if (isActive) this.#active.push(thread);
      else {
        this.#histories.forget(thread);
        this.#barriers.clear(this.#machine.words, thread);
      }
    }
    this.#begunWith.length = 0;
    if (isCallbackDue) this.#begunWith.push(this.#called);
    this.#histories.settle(this.#active, this.#begunWith);
  }

  swap(one: number, other: number): void {
    this.#barriers.swap(this.#machine.words, one, other);
    this.#at().swapThreads(one, other);
    this.#histories.swapThreads(one, other, (uses) => exchangeUses(uses, one, other));
  }

  /** As `ThreadViews.compareThreads`. */
  compare(one: number, other: number): number {
    return (
      this.#at().compareThreads(one, other) ||
      this.#histories.compareThreads(one, other) ||
      this.#barriers.compare(this.#machine.words, one, other)
    );
  }

  /** The machine's array is another one for another number of threads. */
  #at(): ThreadViews {
    this.#views.cells = this.#machine.words;
    this.#histories.cells = this.#machine.words;
    return this.#views;
  }
}
