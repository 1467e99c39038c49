import { SCHEME_WORDS, WordIndex } from '../../fuzz/run/access.ts';
import { lockHolders } from '../../fuzz/run/scheme-locks.ts';
import { wordNamesOf } from '../../fuzz/run/word-names.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';

/** Words that a reader may follow. The others are notes of refuzz itself, which lanes and facts show better. */
const SHOWN: readonly number[] = [
  WordIndex.COUNT,
  WordIndex.LIST,
  WordIndex.LOCK,
  WordIndex.MUTEX,
  WordIndex.TIMER,
  WordIndex.NOTED,
  WordIndex.PENDING,
  WordIndex.FREED,
];

const LISTS: readonly string[] = ['nowhere', 'live', 'trash'];
const LOCKS: ReadonlySet<number> = new Set([WordIndex.LOCK, WordIndex.MUTEX, WordIndex.TIMER]);

/** The words of a subject that are shown, by number. A counter has one. */
export function shownWords(subject: Subject): readonly number[] {
  if (subject.kind === 'counter') return [WordIndex.COUNT];
  return [...SHOWN, ...(subject.words ?? []).map((_, at) => SCHEME_WORDS + at)];
}

/**
 * The name of a word in a heading. Most are those of `show`; the callbacks that wait are no RCU section,
 * which the lanes have.
 */
export function wordTitle(subject: Subject, word: number): string {
  if (word === WordIndex.COUNT) return subject.kind === 'counter' ? 'word' : 'count';
  if (word === WordIndex.PENDING) return 'callbacks';
  return wordNamesOf(subject)[word]!;
}

/** Whether a word is a lock. @param lockedHere own words that some access takes as a lock */
export function isLockWord(word: number, lockedHere: ReadonlySet<number>): boolean {
  return LOCKS.has(word) || lockedHere.has(word);
}

/**
 * What a word holds, as people say it: who has a lock, where the object is linked, whether it is there.
 *
 *     count 1        1
 *     lock 2         thread 1
 *     list 2         trash
 *
 * @param laneOf the name of a thread, RCU among them
 */
export function wordText(
  word: number,
  value: number,
  lockedHere: ReadonlySet<number>,
  laneOf: (thread: number) => string,
): string {
  if (isLockWord(word, lockedHere)) {
    const who = lockHolders(value).map(laneOf);
    return who.length === 0 ? 'free' : who.join(', ');
  }
  if (word === WordIndex.LIST) return LISTS[value] ?? formatValue(value);
  if (word === WordIndex.NOTED) return value === 0 ? 'no' : 'noted';
  if (word === WordIndex.FREED)
    return value === 0 ? 'allocated' : value === 1 ? 'freed' : `freed ${value} times`;
  return formatValue(value);
}
