import type { BitChange, Condition } from '../../targets/subject/word.ts';
import { Access } from './access.ts';

// Words are asked in words, and trees hold numbers.

/** By read-modify-write of bits: its kind of access. */
export const OF_BITS: Readonly<Record<BitChange, number>> = {
  and: Access.FETCH_AND,
  or: Access.FETCH_OR,
  xor: Access.FETCH_XOR,
};
/** By condition: the kind of access that waits for it. */
export const UNTIL: Readonly<Record<Condition, number>> = {
  equal: Access.AWAIT_EQUAL,
  other: Access.AWAIT_OTHER,
  'at-least': Access.AWAIT_AT_LEAST,
  clear: Access.AWAIT_CLEAR,
  set: Access.AWAIT_SET,
};
