import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import {
  Access,
  IS_OF_TIME,
  NAMES_WORD,
  ONLY_READS,
  PayloadUse,
  SCHEME_WORDS,
  WordIndex,
} from '../run/access.ts';
import type { Machine } from '../run/machine.ts';
import { isFullBarrier } from '../run/ordered-access.ts';
import { TOUCHES_OBJECT } from '../run/recorded-later.ts';

/** Bits that are left for words of a scheme's own. */
const OWN_BITS = 32 - SCHEME_WORDS;

/**
 * What an access can touch, a bit each: the words by their numbers. What is no word is stood for by the word that says
 * most of it: FREED for the object's memory and for a resource, HELD for holds of all kinds, NESTING for who sits in RCU
 * sections (and in those of SRCU), PENDING for all that is armed, or queued, and for its runs, CALL_WAITS for who sleeps,
 * WARNED for the order of full barriers, where orders are asked for, and FACTS for the payload as a whole.
 *
 * A scheme may have more words than there are bits. Then some share one: who touches one of them counts as touching the
 * others, so fewer accesses are local.
 */
const bit = (word: number) =>
  1 << (word < SCHEME_WORDS ? word : SCHEME_WORDS + ((word - SCHEME_WORDS) % OWN_BITS));
const COUNT = bit(WordIndex.COUNT);
const LIST = bit(WordIndex.LIST);
const OBJECT = bit(WordIndex.FREED);
const RCU = bit(WordIndex.NESTING);
const CALLBACKS = bit(WordIndex.PENDING);
const SLEEPERS = bit(WordIndex.CALL_WAITS);
const IDLE = bit(WordIndex.NOTED);
const HELD = bit(WordIndex.HELD);
const BARRIERS = bit(WordIndex.WARNED);
const PAYLOAD = bit(WordIndex.FACTS);
const EVERYTHING = -1;

/**
 * Partial-order reduction, for schemes (Peled, "All from one, one for all: on model checking using representatives", 1993;
 * Godefroid, "Partial-order methods for the verification of concurrent systems", 1996): of accesses that commute only one
 * order is explored.
 *
 * An access is *local* when no other thread, in all that it has left to do, touches what the access touches, but for
 * both only reading. The explorer makes a local access at once and leaves out the other threads in that state. That loses
 * nothing: the access commutes with whatever could have come before it, so every state that is left out leads where one
 * that is kept leads too; and as it does not end its op, nobody's results differ in between. In Peled's words the one
 * access is an ample set; that it must lead to a state not met before is his condition on circles.
 *
 *     gc:   lock · load list · store list · unlock · …      lookup:   rcu_read_lock · load list · …
 *
 *     rcu_read_lock of the lookup is local until some other thread has yet to note the readers (call_rcu, the idle
 *     note); `load list` is local to neither while the other may still store it
 *
 * What a thread may still touch is known by *footprints*: for every op (and the RCU callback) the words that its accesses
 * have read and written so far, in all pairs of ops, which are explored beforehand, and in the program itself. So a
 * footprint may grow while a program is explored. Then accesses may have been taken for local that are not, and the
 * program is explored again (`hasGrown`). This comes to an end since footprints only grow; and none is missed: take the
 * first access outside of the footprints in any run; all before it lie inside, so the search had its state.
 */
export class PartialOrderReduction {
  readonly #machine: Machine;
  readonly #roles: Readonly<Record<string, Scheme['ops'][string]>>;
  readonly #conserves: boolean;
  /** Functions that run later, whose calls are below 0. */
  readonly #laterCalls: number;
  readonly #isTypesafe: boolean;
  /** Whether reads may take older writes. */
  readonly #asksReads: boolean;
  /** Footprints: what is read and what is written, a bit for each word. By call plus `#laterCalls`. */
  #reads: number[] = [];
  #writes: number[] = [];
  #settled: { readonly reads: readonly number[]; readonly writes: readonly number[] } = {
    reads: [],
    writes: [],
  };
  /** By thread, then position: the footprint of all that the thread has left. What runs later comes last. */
  #readsFrom: number[][] = [];
  #writesFrom: number[][] = [];
  /** By node: what its access reads, what it writes, and whether the footprint of its op has both. */
  readonly #readAt: number[] = [];
  readonly #writtenAt: number[] = [];
  readonly #noted: boolean[] = [];
  /** Whether a footprint has grown since `begin`: what was explored may lack something. */
  hasGrown = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#laterCalls = machine.trees.laterCalls;
    const { subject } = machine.trees;
    this.#isTypesafe = subject.kind === 'scheme' && subject.time?.isTypesafe === true;
    this.#asksReads = subject.kind === 'scheme' && subject.orders === 'reads';
    this.#roles = machine.trees.subject.ops as Scheme['ops'];
    this.#conserves = (machine.trees.subject as Scheme).conserves !== undefined;
  }

  /** Keeps what is known by now as where every program begins, so that none depends on those before it. */
  settle(): void {
    this.#settled = { reads: [...this.#reads], writes: [...this.#writes] };
  }

  /** Call it before a program is explored for the first time. */
  reset(): void {
    const { reads, writes } = this.#settled;
    const isSettled = this.#reads.every((mask, at) => mask === reads[at] && this.#writes[at] === writes[at]);
    if (isSettled) return;
    this.#reads = [...reads];
    this.#writes = [...writes];
    this.#noted.length = 0;
  }

  /** Call it whenever the exploration of a program begins, perhaps anew. */
  begin({ threads }: Program): void {
    this.hasGrown = false;
    const later = Array.from({ length: this.#laterCalls }, (_, which) => [-1 - which]);
    const calls = [...threads, ...later];
    this.#readsFrom = calls.map((ofThread) => this.#suffixes(ofThread, this.#reads));
    this.#writesFrom = calls.map((ofThread) => this.#suffixes(ofThread, this.#writes));
  }

  /** Whether nobody else can observe the next access of a thread. */
  isLocal(thread: number): boolean {
    const { threadCount, position, schedulable, trees } = this.#machine;
    const node = this.#machine.node[thread]!;
    // Of two that could take the same over, the one that comes too late has nothing more to do: its op is void, and makes no
    // access that could be noted. Footprints would never grow by what it would have done, and the search not be made again.
    if (trees.kind[node] === Access.TAKE_OVER) return false;
    // Whoever begins an op ends the time at which the count is held against the holds: an op of another thread that ends
    // before that has its count looked at, and one that ends after it has not.
    if (this.#conserves && trees.isRoot[node]) return false;
    const writes = this.#written(node);
    // Where the count stands names the boundary also of ops that never look at it.
    if (writes & COUNT) return false;
    const due = this.#asksReads && this.#machine.isBarrierDue(thread) ? BARRIERS : 0;
    const touched = this.#read(node) | writes | due;
    for (let other = 0; other < schedulable; other++) {
      if (other === thread) continue;
      const at = other >= threadCount ? 0 : position[other]!;
      if ((this.#writesFrom[other]![at]! & touched) | (this.#readsFrom[other]![at]! & (writes | due)))
        return false;
      if ((touched & BARRIERS) !== 0 && this.#machine.isBarrierDue(other)) return false;
    }
    return true;
  }

  /** Notes the access that a thread is about to make. */
  note(thread: number): void {
    const node = this.#machine.node[thread]!;
    if (this.#noted[node]) return;
    this.#noted[node] = true;
    const call = this.#machine.trees.callOf(node) + this.#laterCalls;
    const reads = this.#reads[call] ?? 0;
    const writes = this.#writes[call] ?? 0;
    this.#reads[call] = reads | this.#read(node);
    this.#writes[call] = writes | this.#written(node);
    if (this.#reads[call] !== reads || this.#writes[call] !== writes) this.hasGrown = true;
  }

  #read(node: number): number {
    this.#readAt[node] ??= this.#readBy(node);
    return this.#readAt[node];
  }

  #written(node: number): number {
    this.#writtenAt[node] ??= this.#writtenBy(node);
    return this.#writtenAt[node];
  }

  #readBy(node: number): number {
    // What has to do with time is taken to be in order with all that was written.
    if (this.#asksReads && IS_OF_TIME[this.#machine.trees.kind[node]!]) return EVERYTHING;
    return (
      this.#readByAccess(node) |
      this.#barriers(node) |
      (this.#isLookup(this.#machine.trees.callOf(node)) ? LIST : 0)
    );
  }

  #readByAccess(node: number): number {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    // What is begun with is read where it lies, and that may be in an object that has been freed.
    const touches = kind === Access.LATER_BEGIN || (trees.b[node]! & TOUCHES_OBJECT) !== 0;
    if (IS_OF_TIME[kind]) return touches ? TIME | OBJECT : TIME;
    // Whether the free of memory that is reused concerns them depends on who sits in sections.
    if (kind === Access.FREE && this.#isTypesafe) return READS[kind]! | TIME;
    if (kind === Access.USE) return OBJECT | (trees.b[node] === PayloadUse.READ ? PAYLOAD : 0);
    if (!isOfWord(kind)) return READS[kind] ?? 0;
    const word = trees.word[node]!;
    // Whatever touches the count, or another word in the object, touches its memory, and that may have been freed.
    const object = this.#machine.isInObject(word) ? OBJECT : 0;
    const isBlind = kind === Access.STORE && word !== WordIndex.COUNT;
    return object | (isBlind ? 0 : this.#bits(word));
  }

  #writtenBy(node: number): number {
    return this.#writtenByAccess(node) | this.#barriers(node);
  }

  /** Full barriers of several threads follow each other in one order, and what a thread may read depends on it. */
  #barriers(node: number): number {
    if (!this.#asksReads) return 0;
    const { trees } = this.#machine;
    const isFull = isFullBarrier(trees, node) || GRACE.includes(trees.kind[node]!);
    return isFull ? BARRIERS : 0;
  }

  #writtenByAccess(node: number): number {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    const put = trees.isRoot[node] === 1 && this.#isPut(trees.callOf(node)) ? HELD : 0;
    if (kind === Access.USE) return put | (trees.b[node] === PayloadUse.WRITE ? PAYLOAD : 0);
    if (ONLY_READS[kind]) return put;
    if (isOfWord(kind)) return put | this.#bits(trees.word[node]!);
    if (IS_OF_TIME[kind]) return put | TIME | (kind === Access.LATER_BEGIN && this.#isTypesafe ? OBJECT : 0);
    if (kind === Access.FREE && this.#isTypesafe) return put | WRITES[kind]! | CALLBACKS;
    return put | (WRITES[kind] ?? 0);
  }

  /** Two neighbours that are accessed as one are both touched. */
  #bits(word: number): number {
    const { layout } = this.#machine.trees;
    const cells = layout?.wide?.get(word);
    return cells && layout!.pairs.includes(word) ? bit(cells.low) | bit(cells.high) : bit(word);
  }

  /** Whether the object is still to be found when a lookup returns tells a plain miss from a refusal. */
  #isLookup(call: number): boolean {
    if (call < 0) return false;
    const { role } = this.#roles[this.#machine.trees.alphabet.call(call).op]!;
    return role === 'get' || role === 'enter';
  }

  #isPut(call: number): boolean {
    return call >= 0 && this.#roles[this.#machine.trees.alphabet.call(call).op]!.role === 'put';
  }

  /** What is left to do at each position of a thread: the union of the footprints of its calls from there on. */
  #suffixes(calls: readonly number[], masks: readonly number[]): number[] {
    const from = new Array<number>(calls.length + 1).fill(0);
    for (let at = calls.length - 1; at >= 0; at--)
      from[at] = from[at + 1]! | (masks[calls[at]! + this.#laterCalls] ?? 0);
    return from;
  }
}

/** To return counts as an access of the count, which is never local: it ends the op. */
function isOfWord(kind: number): boolean {
  return kind === Access.RETURN || NAMES_WORD[kind]!;
}

/** Where a grace period begins and ends, which is a full barrier. */
const GRACE: readonly number[] = [Access.RCU_CALL, Access.RCU_CALLBACK, Access.IDLE_NOTE, Access.IDLE_CHECK];

/** What accesses of time may read and write: all of it, for they are few, and none is worth an order of its own. */
const TIME = RCU | CALLBACKS | SLEEPERS;

/** What accesses other than those of plain words read, by kind. */
const READS: Readonly<Record<number, number>> = {
  [Access.RCU_CALL]: RCU | CALLBACKS | OBJECT,
  [Access.RCU_CALLBACK]: RCU | CALLBACKS | OBJECT,
  [Access.IDLE_NOTE]: IDLE | RCU,
  [Access.IDLE_CLEAR]: IDLE,
  [Access.IDLE_CHECK]: IDLE | RCU,
  [Access.FREE]: OBJECT | HELD,
  [Access.TAKE_OVER]: HELD,
  [Access.START]: OBJECT,
  [Access.STOP]: OBJECT | HELD,
};

/** And what they write. A lock writes: who waits for it is held up. */
const WRITES: Readonly<Record<number, number>> = {
  [Access.RCU_LOCK]: RCU,
  [Access.RCU_UNLOCK]: RCU,
  [Access.RCU_CALL]: CALLBACKS,
  [Access.RCU_CALLBACK]: CALLBACKS,
  [Access.IDLE_NOTE]: IDLE,
  [Access.IDLE_CLEAR]: IDLE,
  [Access.FREE]: OBJECT,
  [Access.TAKE_OVER]: HELD,
  [Access.START]: OBJECT,
  [Access.STOP]: OBJECT,
};
