import { InputError } from '../../targets/subject/input-error.ts';
import { Access, IS_OF_LOCK } from './access.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { waitsForLock } from './scheme-locks.ts';
import type { TransitionTrees } from './transition-trees.ts';

/** What is to be known of an op's trees, and of the scheme that they are of. */
type Trees = Pick<TransitionTrees, 'kind' | 'word' | 'a' | 'layout'>;

/**
 * Whether the access of a node cannot be made while the words are as they are: it waits for a lock, or for a value. Accesses
 * that wait for something else are not asked about.
 */
export function waitsForWord({ kind, word, a, layout }: Trees, node: number, words: Int32Array): boolean {
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
      return IS_OF_LOCK[kind[node]!]! && waitsForLock(kind[node]!, value);
  }
}

/** Where the sequence of a lock lies. @throws InputError where the scheme has none for it */
export function sequenceOf(layout: SchemeLayout | undefined, word: number): number {
  if (layout?.sequences === undefined || word < layout.own)
    throw new InputError('a scheme', 'reads the sequence of a lock that has none: see Scheme.hasSequences');
  return layout.sequences + word - layout.own;
}
