import { InputError } from '../../targets/subject/input-error.ts';
import type { SchemeLayout } from './scheme-layout.ts';

/**
 * Where a lock says who has it: in its word, but where that can be read as a half of a pair. An op that loads both at once
 * sees the lock as a value, and must see the same whichever thread has it: threads that are alike could not be exchanged
 * otherwise. So such a word holds 0 or 1, and its owner stands elsewhere.
 */
export function ownerCell(layout: SchemeLayout | undefined, lock: number): number {
  return layout?.owners?.get(lock) ?? lock;
}

/** Where the sequence of a lock lies. @throws InputError where the scheme has none for it */
export function sequenceOf(layout: SchemeLayout | undefined, word: number): number {
  if (layout?.sequences === undefined || word < layout.own)
    throw new InputError('a scheme', 'reads the sequence of a lock that has none: see Scheme.hasSequences');
  return layout.sequences + word - layout.own;
}
