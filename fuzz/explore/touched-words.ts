import type { Scheme } from '../../targets/subject/subject.ts';
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
import { BEGINS_GRACE, isFullBarrier } from '../run/ordered-access.ts';
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
/** The bit of the count. */
export const COUNT = bit(WordIndex.COUNT);
const LIST = bit(WordIndex.LIST);
const OBJECT = bit(WordIndex.FREED);
const RCU = bit(WordIndex.NESTING);
const CALLBACKS = bit(WordIndex.PENDING);
const SLEEPERS = bit(WordIndex.CALL_WAITS);
const IDLE = bit(WordIndex.NOTED);
const HELD = bit(WordIndex.HELD);
/** The bit of the order of full barriers. */
export const BARRIERS = bit(WordIndex.WARNED);
const PAYLOAD = bit(WordIndex.FACTS);
const EVERYTHING = -1;

/** What the accesses of a scheme read and write, in the bits above. */
export class TouchedWords {
  readonly #machine: Machine;
  readonly #roles: Readonly<Record<string, Scheme['ops'][string]>>;
  readonly #isTypesafe: boolean;
  /** Whether reads may take older writes. */
  readonly #asksReads: boolean;
  /** By node. */
  readonly #readAt: number[] = [];
  readonly #writtenAt: number[] = [];
  #generation = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    const { subject } = machine.trees;
    this.#isTypesafe = subject.kind === 'scheme' && subject.time?.isTypesafe === true;
    this.#asksReads = subject.kind === 'scheme' && subject.orders === 'reads';
    this.#roles = machine.trees.subject.ops as Scheme['ops'];
  }

  /** Call it whenever an exploration begins. @returns whether nodes have other numbers than before: what was kept by them means nothing */
  begin(): boolean {
    const { generation } = this.#machine.trees;
    if (generation === this.#generation) return false;
    this.#generation = generation;
    this.#readAt.length = 0;
    this.#writtenAt.length = 0;
    return true;
  }

  /** What the access of a node reads: a bit each. */
  read(node: number): number {
    this.#readAt[node] ??= this.#readBy(node);
    return this.#readAt[node];
  }

  /** What it writes. */
  written(node: number): number {
    this.#writtenAt[node] ??= this.#writtenBy(node);
    return this.#writtenAt[node];
  }

  #readBy(node: number): number {
    // What has to do with time is taken to be in order with all that was written.
    if (this.#asksReads && IS_OF_TIME[this.#machine.trees.kind[node]!]) return EVERYTHING;
    return (
      this.#readByAccess(node) |
      this.barriers(node) |
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
    return this.#writtenByAccess(node) | this.barriers(node);
  }

  /** Full barriers of several threads follow each other in one order, and what a thread may read depends on it. */
  barriers(node: number): number {
    if (!this.#asksReads) return 0;
    const { trees } = this.#machine;
    const isFull = isFullBarrier(trees, node) || BEGINS_GRACE.includes(trees.kind[node]!);
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
}

/** To return counts as an access of the count, which is never local: it ends the op. */
function isOfWord(kind: number): boolean {
  return kind === Access.RETURN || NAMES_WORD[kind]!;
}

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
