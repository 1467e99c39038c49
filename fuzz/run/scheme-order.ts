import { type OrderedAccess, useBit } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { FENCE_BITS, isFullFence } from '../../targets/subject/word.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, IS_SUM, SCHEME_WORDS, WordIndex } from './access.ts';
import type { MachineState } from './machine-state.ts';
import { OrderState } from './order-state.ts';
import { orderedAccess } from './ordered-access.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { sectionsOf } from './scheme-words.ts';
import { ageOf, threadOf } from './turn.ts';

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
export class SchemeOrder extends OrderState {
  readonly #layout: SchemeLayout;
  readonly #words: Scheme['words'];
  /** Carriers that no word of the scheme is, behind `called`: what readers knew as they left, and the idle note is told. */
  readonly #left: number;
  readonly #noted: number;
  /** Of uses: what is handed on where all is in order. Of words: what grace periods have told everybody. */
  readonly #handed: number;
  /** Whether the thread of the access under way had passed the barrier before it. */
  #passedNow = false;

  constructor(machine: MachineState, scheme: Scheme, layout: SchemeLayout) {
    super(machine, scheme, layout);
    this.#layout = layout;
    this.#words = scheme.words;
    this.#left = this.called + 1;
    this.#noted = this.called + 2;
    this.#handed = this.called + 3;
  }

  /** A thread uses the object, or has done so for the last time: it puts. */
  use(thread: number): void {
    this.here().use(thread);
    this.histories.use(useBit(thread));
  }

  /** Whether somebody's last use does not come before what a thread writes now. */
  isUnordered(thread: number): boolean {
    return this.here().unwritable(thread) !== 0;
  }

  /** What comes before an access, and what it takes back. Call it before the access is made. */
  before(thread: number, node: number): void {
    const { trees, words } = this.machine;
    const views = this.here();
    views.fence(thread, trees.fence(node));
    this.#passedNow = this.barriers.hasPassed(words, thread);
    if (!this.#passedNow) this.histories.fence(thread, this.fencesBefore(thread, node));
    this.barriers.clear(words, thread);
    if (trees.kind[node] !== Access.RCU_UNLOCK || sectionsOf(words, thread) !== 1) return;
    this.#handOn(thread, this.#left);
    if ((words[CALL_WAITS]! >> thread) & 1) this.#handOn(thread, this.called);
    if ((words[NOTE_WAITS]! >> thread) & 1) this.#handOn(thread, this.#noted);
  }

  /** Of uses and of words alike. */
  #handOn(thread: number, carrier: number): void {
    this.views.carry(carrier, this.views.handedOn(thread));
    this.histories.handOn(thread, carrier);
  }

  /**
   * @param met what its word held, or what an older write had left @param result of the access
   * @param turn whose it was, and which write it has read
   */
  after(turn: number, node: number, met: number, result: number): void {
    const thread = threadOf(turn);
    const { trees } = this.machine;
    const kind = trees.kind[node]!;
    this.here();
    if (kind === Access.RETURN) return;
    if (IS_PLAIN[kind]) this.#access(turn, node, met);
    else if (IS_OF_LOCK[kind]) {
      if (result !== 0 || !TRIES.includes(kind)) this.#ofLock(thread, node);
    } else this.#beside(thread, kind, result);
  }

  #access(turn: number, node: number, met: number): void {
    const thread = threadOf(turn);
    const { trees, words } = this.machine;
    const word = trees.word[node]!;
    const at = this.indexOf(word);
    const did = orderedAccess(trees, node, met);
    const history = this.historyOf(word);
    // A compare-exchange that fails is no barrier, and none stands before it.
    const isBarrier = did.order === 'full' && did.reads && did.writes;
    if (isBarrier && !this.#passedNow) this.histories.fence(thread, FENCE_BITS.full);
    if (history < 0) {
      this.views.access(thread, at, did);
      this.histories.carrierAccess(thread, at, did);
    } else this.#ofHistory(turn, node, met, did);
    if (isBarrier) this.barriers.leave(words, thread);
  }

  #ofHistory(turn: number, node: number, met: number, did: OrderedAccess): void {
    const { trees, words } = this.machine;
    const thread = threadOf(turn);
    const age = ageOf(turn);
    const word = trees.word[node]!;
    const at = this.indexOf(word);
    const history = this.historyOf(word);
    const uses = this.views.carried(at);
    const carried = age === 0 ? uses : this.histories.usesOf(history, age);
    const isComputed = IS_SUM[trees.kind[node]!]!;
    const isPointer = word === LIST || this.#isPointer(word, met);
    this.views.access(thread, at, did, carried);
    this.histories.access(thread, history, did, { age, value: words[word]!, uses, isPointer, isComputed });
  }

  /** Whether what was read is an address: then whatever the thread does at it depends on the read. */
  #isPointer(word: number, value: number): boolean {
    return word >= SCHEME_WORDS && this.#words?.[word - SCHEME_WORDS]?.nameOf?.(value) !== undefined;
  }

  #ofLock(thread: number, node: number): void {
    const { trees } = this.machine;
    const at = this.indexOf(trees.word[node]!);
    const did = OF_LOCK[trees.kind[node]!]!;
    this.views.access(thread, at, did);
    this.histories.carrierAccess(thread, at, did);
    if (did === GIVES) this.histories.unlock(thread);
    else if (did === TAKES) this.histories.lock(thread, at);
  }

  /** What is no access of a word. */
  #beside(thread: number, kind: number, result: number): void {
    const views = this.views;
    const histories = this.histories;
    switch (kind) {
      case Access.USE:
        this.use(thread);
        return;
      case Access.RCU_LOCK:
        histories.learn(thread, this.#handed);
        return;
      case Access.RCU_CALL:
        this.#beginGracePeriod(thread, this.called);
        return;
      case Access.RCU_CALLBACK:
        views.learn(thread, views.carried(this.called) | views.carried(this.#handed));
        histories.learn(thread, this.called);
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
    const views = this.views;
    views.carry(carrier, views.handedOn(thread) | views.carried(this.#left));
    this.histories.handOn(thread, carrier);
    this.histories.pass(this.#left, carrier);
    this.histories.pass(carrier, this.#handed);
    this.histories.publish(carrier);
  }

  #ofTime(thread: number, kind: number): void {
    const views = this.views;
    this.histories.learnAll(thread);
    if (kind === Access.LATER_ARM)
      views.carry(this.called, views.handedOn(thread) | views.carried(this.#left));
    else views.learn(thread, views.carried(this.called) | views.carried(this.#handed));
  }

  /** An op has returned, behind some fences. */
  end(thread: number, fences: number): void {
    const views = this.here();
    views.fence(thread, fences);
    if (isFullFence(fences)) this.barriers.leave(this.machine.words, thread);
    else if (!this.isBarrierDue(thread)) this.histories.fence(thread, fences);
    views.endOp(thread);
    this.histories.endOp(thread);
    // Of no use where nothing is handed over, and then nobody learns of it.
    if (this.#layout.laterThreads > 1 || this.#layout.sleepers >= 0)
      views.carry(this.#handed, views.handedOn(thread));
  }
}
