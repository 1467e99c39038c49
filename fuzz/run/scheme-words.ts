import { BOUNDARIES } from '../../oracles/boundary.ts';
import { PackedFields } from '../../oracles/packed-fields.ts';
import { MOST_LATER } from '../../targets/subject/later.ts';
import { MAX_THREADS } from '../program/program.ts';
import { WordIndex } from './access.ts';
import { swapped, swappedCallers } from './scheme-facts.ts';
import { swappedLock } from './scheme-locks.ts';

// The words of a scheme that hold something of every thread, and what may stand in them. Functions that run later count as
// threads, the last ones: the RCU callback, for one.

const { HELD, NESTING, NESTED, TOUCHED, NOTE_WAITS, CALL_WAITS, PINNED, FACTS, CALLER } = WordIndex;

/** Words like HELD and NESTING: how many references a thread holds, in how many RCU sections it sits; 0 to 15 each. */
export const COUNTS = new PackedFields({ bits: 4, fields: MAX_THREADS + MOST_LATER });
/** TOUCHED: the boundary at which the thread's present op first touched the counter, plus one; 0 before it did. */
const BOUNDARY_CODES = new PackedFields({ bits: 4, fields: MAX_THREADS + MOST_LATER });
/** PINNED, NOTE_WAITS and CALL_WAITS: sets of threads. */
const SETS = new PackedFields({ bits: 1, fields: MAX_THREADS + MOST_LATER });

/** The most references that a thread can hold, and the most RCU sections that it can sit in. */
export const MOST_COUNTED = COUNTS.most;

if (BOUNDARIES.length > BOUNDARY_CODES.most) throw new Error('internal: too many boundaries for TOUCHED');

/** How many references a thread holds; in a scheme of readers, how many sections it has entered by a lookup. */
export function heldBy(words: Int32Array, thread: number, word: number = HELD): number {
  return COUNTS.of(words[word]!, thread);
}

/** @param by 1 when a thread comes to hold a reference, -1 when it gives one up. @param word that counts the kind of hold */
export function changeHeld(words: Int32Array, thread: number, by: 1 | -1, word: number = HELD): void {
  words[word] = COUNTS.with(words[word]!, thread, heldBy(words, thread, word) + by);
}

/** Exchanges two threads in a word that counts a kind of hold. */
export function swapHeld(words: Int32Array, word: number, one: number, other: number): void {
  words[word] = COUNTS.swapped(words[word]!, one, other);
}

/** In how many RCU sections, one inside the other, a thread sits. */
export function sectionsOf(words: Int32Array, thread: number): number {
  return COUNTS.of(words[NESTING]!, thread);
}

/** @param by 1 when a thread enters an RCU section, -1 when it leaves one */
export function changeSections(words: Int32Array, thread: number, by: 1 | -1): void {
  words[NESTING] = COUNTS.with(words[NESTING]!, thread, sectionsOf(words, thread) + by);
}

/** Notes in how many RCU sections a thread sits as its op begins. */
export function noteSections(words: Int32Array, thread: number): void {
  words[NESTED] = COUNTS.with(words[NESTED]!, thread, sectionsOf(words, thread));
}

/** How many RCU sections more a thread sits in than when its present op began. */
export function sectionsGained(words: Int32Array, thread: number): number {
  return sectionsOf(words, thread) - COUNTS.of(words[NESTED]!, thread);
}

/** The lowest thread that holds a reference, or -1. */
export function firstHolder(words: Int32Array): number {
  for (let thread = 0; thread < MAX_THREADS; thread++) if (heldBy(words, thread) > 0) return thread;
  return -1;
}

/**
 * The set of threads that sit in RCU sections, or in those of another domain. A state may have readers that the program has
 * no thread for: they never leave.
 */
export function readers(words: Int32Array, nesting: number = NESTING): number {
  let set = 0;
  for (let deep = words[nesting]!, one = 1; deep !== 0; deep >>>= 4, one <<= 1) if (deep & 15) set |= one;
  return set;
}

/** A thread has left its last RCU section: neither the idle note nor the queued callback waits for it any more. */
export function stopWaitingFor(words: Int32Array, thread: number): void {
  words[NOTE_WAITS] = SETS.with(words[NOTE_WAITS]!, thread, 0);
  words[CALL_WAITS] = SETS.with(words[CALL_WAITS]!, thread, 0);
}

/**
 * Where an op first touched the counter.
 *
 * @param touched the TOUCHED word, now or as it was before an access
 * @returns an index of BOUNDARIES, or -1 while the thread's present op has not touched it
 */
export function touchedBy(touched: number, thread: number): number {
  return BOUNDARY_CODES.of(touched, thread) - 1;
}

/** Notes the boundary of an access of the counter, if it is the first that the thread's present op makes. */
export function noteTouch(words: Int32Array, thread: number, boundary: number): void {
  if (touchedBy(words[TOUCHED]!, thread) < 0)
    words[TOUCHED] = BOUNDARY_CODES.with(words[TOUCHED]!, thread, boundary + 1);
}

/** Notes that the thread's present op has pinned the counter by a store. */
export function notePinned(words: Int32Array, thread: number): void {
  words[PINNED] = SETS.with(words[PINNED]!, thread, 1);
}

/** Whether the present op of another thread has pinned the counter. */
export function isPinnedByOther(words: Int32Array, thread: number): boolean {
  return SETS.with(words[PINNED]!, thread, 0) !== 0;
}

/** Forgets what was noted of the thread's present op: it has returned. */
export function forgetOp(words: Int32Array, thread: number): void {
  words[TOUCHED] = BOUNDARY_CODES.with(words[TOUCHED]!, thread, 0);
  words[PINNED] = SETS.with(words[PINNED]!, thread, 0);
  words[NESTED] = COUNTS.with(words[NESTED]!, thread, 0);
}

/** Exchanges two threads in every word that holds something of each. @param locks words that serve as locks */
export function swapInWords(words: Int32Array, one: number, other: number, locks: readonly number[]): void {
  for (const word of [HELD, NESTING, NESTED]) words[word] = COUNTS.swapped(words[word]!, one, other);
  words[TOUCHED] = BOUNDARY_CODES.swapped(words[TOUCHED]!, one, other);
  for (const word of [NOTE_WAITS, CALL_WAITS, PINNED]) words[word] = SETS.swapped(words[word]!, one, other);
  words[FACTS] = swapped(words[FACTS]!, one, other);
  words[CALLER] = swappedCallers(words[CALLER]!, one, other);
  for (const word of locks) words[word] = swappedLock(words[word]!, one, other);
}
