import { type OrderedAccess, useBit } from '../../oracles/thread-views.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { FENCE_BITS, isFullFence } from '../../targets/subject/word.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, IS_SUM, SCHEME_WORDS, WordIndex } from './access.ts';
import { isGivenBack, isTaken, lockOrder } from './lock-orders.ts';
import type { MachineState } from './machine-state.ts';
import { OrderState } from './order-state.ts';
import type { OrderWords } from './order-words.ts';
import { orderedAccess } from './ordered-access.ts';
import { sectionsOf } from './scheme-words.ts';
import { ageOf, threadOf } from './turn.ts';
import type { UseOrder } from './use-order.ts';

const { CALL_WAITS, NOTE_WAITS, LIST } = WordIndex;

/**
 * What memory orders make known to which thread of a scheme of the writes of each word (`WordHistories`): so what a read may take,
 * the latest write, or one before it that the thread's view does not forbid. It goes by the same accesses, fences, locks and grace
 * periods as what is known of uses (`UseOrder`), with which it shares the carriers: words without a history, locks, grace periods.
 *
 *     0: going = 1 · smp_mb · read users          1: inc users, relaxed · read going
 *        knows of going = 1, and tells all           knows of users = 2, and has no fence: may read going = 0
 *
 * A barrier is passed with the access that it stands before, unless it was passed ahead of that in a turn of its own (`BarrierSets`).
 */
export class ReadOrder extends OrderState {
  readonly #own: Scheme['words'];
  readonly #uses: UseOrder;
  /** Whether the thread of the access under way had passed the barrier before it. */
  #passedNow = false;

  /** @param first of its cells, which come behind those of uses */
  constructor(machine: MachineState, scheme: Scheme, words: OrderWords, uses: UseOrder, first: number) {
    super(machine, scheme, words, first);
    this.#own = scheme.words;
    this.#uses = uses;
  }

  /** A thread uses the object, or has done so for the last time: it puts. No write carries that use yet. */
  use(thread: number): void {
    this.here();
    this.histories.use(useBit(thread));
  }

  /** What comes before an access, and what it takes back. Call it before the access is made. */
  before(thread: number, node: number): void {
    const { trees, words } = this.machine;
    this.here();
    this.#passedNow = this.barriers.hasPassed(words, thread);
    if (!this.#passedNow) this.histories.fence(thread, this.fencesBefore(thread, node));
    this.barriers.clear(words, thread);
    if (trees.kind[node] !== Access.RCU_UNLOCK || sectionsOf(words, thread) !== 1) return;
    const { left, called, noted } = this.words;
    this.histories.handOn(thread, left);
    if ((words[CALL_WAITS]! >> thread) & 1) this.histories.handOn(thread, called);
    if ((words[NOTE_WAITS]! >> thread) & 1) this.histories.handOn(thread, noted);
  }

  /**
   * Call it before `UseOrder.after`: what the write carries is kept that may be overwritten now.
   *
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
    else if (IS_OF_LOCK[kind]) this.#ofLock(thread, node, result);
    else this.#beside(thread, kind, result);
  }

  #access(turn: number, node: number, met: number): void {
    const thread = threadOf(turn);
    const { trees, words } = this.machine;
    const word = trees.word[node]!;
    const did = orderedAccess(trees, node, met);
    const history = this.words.historyOf(word);
    // A compare-exchange that fails is no barrier, and none stands before it.
    const isBarrier = did.order === 'full' && did.reads && did.writes;
    if (isBarrier && !this.#passedNow) this.histories.fence(thread, FENCE_BITS.full);
    if (history < 0) this.histories.carrierAccess(thread, this.words.indexOf(word), did);
    else this.#ofHistory(turn, node, met, did);
    if (isBarrier) this.barriers.leave(words, thread);
  }

  #ofHistory(turn: number, node: number, met: number, did: OrderedAccess): void {
    const { trees, words } = this.machine;
    const thread = threadOf(turn);
    const age = ageOf(turn);
    const word = trees.word[node]!;
    const history = this.words.historyOf(word);
    const uses = this.#uses.carried(this.words.indexOf(word));
    const isComputed = IS_SUM[trees.kind[node]!]!;
    const isPointer = word === LIST || this.#isPointer(word, met);
    this.histories.access(thread, history, did, { age, value: words[word]!, uses, isPointer, isComputed });
  }

  /** Whether what was read is an address: then whatever the thread does at it depends on the read. */
  #isPointer(word: number, value: number): boolean {
    return word >= SCHEME_WORDS && this.#own?.[word - SCHEME_WORDS]?.nameOf?.(value) !== undefined;
  }

  #ofLock(thread: number, node: number, result: number): void {
    const { trees } = this.machine;
    const did = lockOrder(trees.kind[node]!, result);
    if (!did) return;
    const at = this.words.indexOf(trees.word[node]!);
    this.histories.carrierAccess(thread, at, did);
    if (isGivenBack(did)) this.histories.unlock(thread);
    else if (isTaken(did)) this.histories.lock(thread, at);
  }

  /** What is no access of a word. */
  #beside(thread: number, kind: number, result: number): void {
    const { histories } = this;
    const { called, handed, noted } = this.words;
    switch (kind) {
      case Access.USE:
        this.use(thread);
        return;
      case Access.RCU_LOCK:
        histories.learn(thread, handed);
        return;
      case Access.RCU_CALL:
        this.#beginGracePeriod(thread, called);
        return;
      case Access.RCU_CALLBACK:
        histories.learn(thread, called);
        histories.fence(thread, FENCE_BITS.full);
        return;
      case Access.LATER_ARM:
      case Access.LATER_BEGIN:
        histories.learnAll(thread);
        return;
      case Access.IDLE_NOTE:
        this.#beginGracePeriod(thread, noted);
        return;
      case Access.IDLE_CHECK:
        if (result === 2) histories.learn(thread, noted);
        return;
    }
    if (!IS_OF_TIME[kind] && kind !== Access.TAKE_OVER) return;
    histories.learnAll(thread);
    histories.fill(handed);
  }

  /** What its caller knows, and readers did that have left, reaches who runs behind it, and every reader that begins later. */
  #beginGracePeriod(thread: number, carrier: number): void {
    const { left, handed } = this.words;
    this.histories.handOn(thread, carrier);
    this.histories.pass(left, carrier);
    this.histories.pass(carrier, handed);
    this.histories.publish(carrier);
  }

  /** An op has returned, behind some fences. */
  end(thread: number, fences: number): void {
    this.here();
    if (isFullFence(fences)) this.barriers.leave(this.machine.words, thread);
    else if (!this.isBarrierDue(thread)) this.histories.fence(thread, fences);
    this.histories.endOp(thread);
  }
}
