import { Fact } from '../../oracles/lifetime.ts';
import type { OrderedAccess, ThreadViews } from '../../oracles/thread-views.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, WordIndex } from './access.ts';
import { lockOrder } from './lock-orders.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { viewsOfUses } from './order-cells.ts';
import type { OrderWords } from './order-words.ts';
import { orderedAccess } from './ordered-access.ts';
import type { PayloadPlaces } from './payload-places.ts';
import { whatOf } from './scheme-facts.ts';
import { sectionsOf } from './scheme-words.ts';

const { CALL_WAITS, NOTE_WAITS, FREED, FACTS } = WordIndex;

/** What a write is taken to carry of the payload that was read when it had been overwritten: nothing is said of it then. */
const ALL = 0xff;

/**
 * What memory orders make known to which thread of a scheme of others' uses of the object: happens-before, along the interleaving
 * that is run (`ThreadViews`). Who holds uses the object until it puts; `refuzz_use` is a use as well. A free that does not come
 * behind the last use of each thread is a fact.
 *
 *     0: use · smp_mb · fetch_sub          1: cmpxchg(0, -1), full · call_rcu          RCU: free
 *                        carries {0}          knows of {0}           hands {0} on           knows of {0}: in order
 *     0: use · fetch_sub, relaxed          the same                                    knows of nothing: unordered-free
 *
 * Payload that ops write is watched place by place: of each, whose last access and whose last write is known. A read that
 * does not come behind every write, or a write that does not come behind every access, is a race.
 *
 * A grace period is a full barrier: the callback knows what its caller knew or had read, and what each reader did that it
 * waited for, and whoever enters a section later knows what the caller knew. What has to do with time, and holds that change
 * hands, all knows of each other; that says less, and not more.
 */
export class UseOrder {
  readonly #machine: MachineState;
  readonly #words: OrderWords;
  readonly #payload: PayloadPlaces;
  readonly #isTypesafe: boolean;
  readonly #handsOver: boolean;
  /** Whose last use is known, then of each place of the payload: whose last access, and whose last write. */
  readonly #sets: readonly ThreadViews[];
  readonly #uses: ThreadViews;

  /** @param first of its cells, of which there are `cellsOfUses` @param handsOver whether anybody may learn at the end of an op */
  constructor(
    machine: MachineState,
    words: OrderWords,
    payload: PayloadPlaces,
    has: { readonly first: number; readonly handsOver: boolean; readonly isTypesafe: boolean },
  ) {
    this.#machine = machine;
    this.#words = words;
    this.#payload = payload;
    this.#handsOver = has.handsOver;
    this.#isTypesafe = has.isTypesafe;
    this.#sets = viewsOfUses(words.shape, has.first);
    this.#uses = this.#sets[0]!;
  }

  /** A thread uses the object, or has done so for the last time: it puts. */
  use(thread: number): void {
    this.#here();
    this.#uses.use(thread);
  }

  /** Uses that the latest write of a word carries. @param at its place among those with an order */
  carried(at: number): number {
    this.#here();
    return this.#uses.carried(at);
  }

  /** What comes before an access. Call it before the access is made. */
  before(thread: number, node: number): void {
    const { trees, words } = this.#machine;
    this.#here();
    const fence = trees.fence(node);
    for (const views of this.#sets) views.fence(thread, fence);
    if (trees.kind[node] !== Access.RCU_UNLOCK || sectionsOf(words, thread) !== 1) return;
    this.#handOn(thread, this.#words.left);
    if ((words[CALL_WAITS]! >> thread) & 1) this.#handOn(thread, this.#words.called);
    if ((words[NOTE_WAITS]! >> thread) & 1) this.#handOn(thread, this.#words.noted);
  }

  /** What the thread knows or has read goes with a carrier. */
  #handOn(thread: number, carrier: number): void {
    for (const views of this.#sets) views.carry(carrier, views.handedOn(thread));
  }

  /**
   * @param met what its word held, or what an older write had left @param result of the access
   * @param older uses that the older write carries which was read; undefined for the latest
   * @returns what is out of order: of a free or of the payload; `Fact.NONE` where nothing is
   */
  after(thread: number, node: number, met: number, result: number, older?: number): number {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    this.#here();
    if (kind === Access.RETURN) return Fact.NONE;
    if (IS_PLAIN[kind]) this.#access(thread, node, met, older);
    else if (IS_OF_LOCK[kind]) this.#ofLock(thread, node, result);
    else this.#beside(thread, kind, result);
    if (kind === Access.FREE && !this.#isTypesafe && this.#uses.unwritable(thread) !== 0)
      return Fact.UNORDERED_FREE;
    const place = this.#payload.placeOf(node);
    return place >= 0 && this.#isRace(thread, place, this.#payload.writes(node)) ? Fact.RACE : Fact.NONE;
  }

  /** A plain access, of a word with an order. */
  #access(thread: number, node: number, met: number, older: number | undefined): void {
    const { trees } = this.#machine;
    const at = this.#words.indexOf(trees.word[node]!);
    const did = orderedAccess(trees, node, met);
    this.#ofWord(thread, at, did, older);
  }

  #ofWord(thread: number, at: number, did: OrderedAccess, older: number | undefined): void {
    this.#uses.access(thread, at, did, older ?? this.#uses.carried(at));
    for (let set = 1; set < this.#sets.length; set++) {
      const views = this.#sets[set]!;
      views.access(thread, at, did, older === undefined ? views.carried(at) : ALL);
    }
  }

  #ofLock(thread: number, node: number, result: number): void {
    const { trees } = this.#machine;
    const did = lockOrder(trees.kind[node]!, result);
    if (did) this.#ofWord(thread, this.#words.indexOf(trees.word[node]!), did, undefined);
  }

  /** An access of the payload is a use too. @returns whether one of another thread is not ordered before it */
  #isRace(thread: number, place: number, isWrite: boolean): boolean {
    const accesses = this.#sets[1 + 2 * place]!;
    const writes = this.#sets[2 + 2 * place]!;
    // The compiler may do a plain write ahead of its branch, so no control dependency counts.
    const isRace = (isWrite ? accesses : writes).unreadable(thread) !== 0;
    this.#uses.use(thread);
    accesses.use(thread);
    if (isWrite) writes.use(thread);
    return isRace;
  }

  /** What is no access of a word. */
  #beside(thread: number, kind: number, result: number): void {
    const { called, handed, left, noted } = this.#words;
    switch (kind) {
      case Access.USE:
        this.#uses.use(thread);
        return;
      case Access.RCU_LOCK:
        return;
      case Access.RCU_CALL:
        this.#beginGracePeriod(thread, called);
        return;
      case Access.RCU_CALLBACK:
      case Access.LATER_BEGIN:
        this.#learn(thread, called, handed);
        return;
      case Access.LATER_ARM:
        this.#beginGracePeriod(thread, called);
        return;
      case Access.IDLE_NOTE:
        this.#beginGracePeriod(thread, noted);
        return;
      case Access.IDLE_CHECK:
        if (result === 2) this.#learn(thread, noted, noted);
        return;
    }
    if (!IS_OF_TIME[kind] && kind !== Access.TAKE_OVER) return;
    this.#handOn(thread, handed);
    this.#learn(thread, handed, left);
  }

  /** What two carriers bring reaches the thread. */
  #learn(thread: number, carrier: number, other: number): void {
    for (const views of this.#sets) views.learn(thread, views.carried(carrier) | views.carried(other));
  }

  /** What its caller knows, and readers did that have left, reaches who runs behind it. */
  #beginGracePeriod(thread: number, carrier: number): void {
    const { left } = this.#words;
    for (const views of this.#sets) views.carry(carrier, views.handedOn(thread) | views.carried(left));
  }

  /** An op has returned, behind some fences. */
  end(thread: number, fences: number): void {
    this.#here();
    for (const views of this.#sets) {
      views.fence(thread, fences);
      views.endOp(thread);
      if (this.#handsOver) views.carry(this.#words.handed, views.handedOn(thread));
    }
  }

  /** Forgets what nobody asks for any more: what threads know that have nothing left to do. */
  settle(): void {
    const { node, threadCount, trees, words } = this.#machine;
    this.#here();
    // What is broken already says nothing more of orders, and what is freed can only break.
    if (
      (words[FREED]! > 0 && !this.#isTypesafe) ||
      (words[FACTS] !== 0 && whatOf(words[FACTS]!) !== Fact.RACE)
    ) {
      for (const views of this.#sets) views.clear();
      return;
    }
    for (let thread = 0; thread < threadCount + trees.laterCalls; thread++) {
      const isActive = thread < threadCount ? node[thread] !== DONE : !trees.isRoot[node[thread]!];
      if (!isActive) for (const views of this.#sets) views.forget(thread);
    }
  }

  swap(one: number, other: number): void {
    this.#here();
    for (const views of this.#sets) views.swapThreads(one, other);
  }

  /** As `ThreadViews.compareThreads`. */
  compare(one: number, other: number): number {
    this.#here();
    for (const views of this.#sets) {
      const order = views.compareThreads(one, other);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** The machine's array is another one for another number of threads. */
  #here(): void {
    const { words } = this.#machine;
    for (const views of this.#sets) views.cells = words;
  }
}
