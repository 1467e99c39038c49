import { Access, IS_OF_LOCK } from './access.ts';
import { ownerCell, sequenceOf } from './lock-cells.ts';
import { waitsForLock } from './scheme-locks.ts';
import type { TransitionTrees } from './transition-trees.ts';
import { readWide, waitsForWide } from './wide-words.ts';

/** What is to be known of an op's trees, and of the scheme that they are of. */
type Trees = Pick<TransitionTrees, 'kind' | 'word' | 'a' | 'layout' | 'wideValues'>;

/**
 * Whether the access of a node cannot be made while the words are as they are: it waits for a lock, or for a value. Accesses
 * that wait for something else are not asked about.
 *
 * To wait is no state: a thread that cannot go on stays where it is, and an explorer does not choose it. So a thread that no
 * other can ever let go on is found as any deadlock is, whatever it waits for.
 *
 *     await('at-least', 1, -1) on 0     waits; on 1 it goes on, and leaves 0
 */
export function waitsForWord(trees: Trees, node: number, words: Int32Array): boolean {
  const { kind, word, a, layout, wideValues } = trees;
  const cells = layout?.wide?.get(word[node]!);
  if (cells) return waitsForWide(kind[node]!, readWide(words, cells), wideValues.valueOf(a[node]!));
  const value = words[word[node]!]!;
  const wanted = a[node]!;
  switch (kind[node]) {
    case Access.AWAIT_EQUAL:
      return value !== wanted;
    case Access.AWAIT_OTHER:
      return value === wanted;
    case Access.AWAIT_AT_LEAST:
      return value < wanted;
    case Access.AWAIT_CLEAR:
      return (value & wanted) !== 0;
    case Access.AWAIT_SET:
      return (value & wanted) === 0;
    case Access.SEQ_BEGIN:
      return (words[sequenceOf(layout, word[node]!)]! & 1) === 1;
    default:
      return IS_OF_LOCK[kind[node]!]! && waitsForLock(kind[node]!, words[ownerCell(layout, word[node]!)]!);
  }
}
