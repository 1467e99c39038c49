import type { Warning } from '../subject/word.ts';

/** The conditions refcount_t reports, with the kernel's texts. Kinds differ by generation, the texts do not. */
export const SATURATED_TEXT = 'saturated; leaking memory';
export const ADD_OVF: Warning = { kind: 'ADD_OVF', text: SATURATED_TEXT };
export const ADD_NOT_ZERO_OVF: Warning = { kind: 'ADD_NOT_ZERO_OVF', text: SATURATED_TEXT };
export const ADD_UAF: Warning = { kind: 'ADD_UAF', text: 'addition on 0; use-after-free' };
export const SUB_UAF: Warning = { kind: 'SUB_UAF', text: 'underflow; use-after-free' };
export const DEC_LEAK: Warning = { kind: 'DEC_LEAK', text: 'decrement hit 0; leaking memory' };

/** v4.11 told an increment from an addition. */
export const INC_ON_ZERO: Warning = { kind: 'INC0', text: 'increment on 0; use-after-free' };
