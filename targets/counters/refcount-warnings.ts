import type { Warning } from '../subject/word.ts';

/** The conditions refcount_t reports, with the kernel's texts. Kinds differ by generation; texts are compared. */
export const SATURATED_TEXT = 'saturated; leaking memory';
/** An addition left the positive range. */
export const ADD_OVF: Warning = { kind: 'ADD_OVF', text: SATURATED_TEXT };
/** The same in the forms that refuse a count of 0. */
export const ADD_NOT_ZERO_OVF: Warning = { kind: 'ADD_NOT_ZERO_OVF', text: SATURATED_TEXT };
/** An addition met 0: whoever added had no reference. */
export const ADD_UAF: Warning = { kind: 'ADD_UAF', text: 'addition on 0; use-after-free' };
/** A subtraction took more than there was. */
export const SUB_UAF: Warning = { kind: 'SUB_UAF', text: 'underflow; use-after-free' };
/** A plain `dec` took the last reference, and nobody learns that it is time to free. */
export const DEC_LEAK: Warning = { kind: 'DEC_LEAK', text: 'decrement hit 0; leaking memory' };

/** Only v4.11 has a text of its own for an increment. */
export const INC_ON_ZERO: Warning = { kind: 'INC0', text: 'increment on 0; use-after-free' };
