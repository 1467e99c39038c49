import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../subject/values.ts';
import { ATOMIC, onlyOne } from './documented-atomic.ts';
import {
  at,
  constant,
  type Effect,
  effect,
  KEPT,
  type Layer,
  on,
  onSum,
  onUnsigned,
  otherwise,
  plus,
  type Row,
} from './documented-layers.ts';

const SAT = constant(REFCOUNT_SATURATED);
/** The kernel's texts, written out again: a table that imported them would share a mistake with the counter. */
const SATURATED_TEXT = 'saturated; leaking memory';
const ADD_ON_ZERO = 'addition on 0; use-after-free';
const INC_ON_ZERO = 'increment on 0; use-after-free';
const UNDERFLOW = 'underflow; use-after-free';
const HIT_ZERO = 'decrement hit 0; leaking memory';

/**
 * "add: old==0→ADD_UAF, else old<0 or old+i<0→ADD_OVF": on positive counts, the sum as 32 bits. No sum of two
 * positive integers lies above 2 * INT_MAX.
 */
function addV55(i: number, atZero: Effect, result: undefined | boolean): Layer[] {
  const overflow = effect(SAT, result, SATURATED_TEXT);
  return [
    at(0, atZero),
    on(INT_MIN, -1, overflow),
    onSum(i, INT_MAX + 1, 2 * INT_MAX, overflow),
    onSum(i, INT_MIN, -1, overflow),
    otherwise(effect(plus(i), result)),
  ];
}

/**
 * "add_not_zero: stops at 0; old<0 or old+i<0→ADD_NOT_ZERO_OVF", at 0 too; "returns (old!=0)". So at 0
 * `add_not_zero(-1)` returns false, and saturates nevertheless.
 */
function addNotZeroV55(i: number): Layer[] {
  return addV55(i, i < 0 ? effect(SAT, false, SATURATED_TEXT) : effect(KEPT, false), true);
}

/** "sub_and_test: old>0 && old==i→true; old<=0 or old-i<0→SUB_UAF". The order matters: 0 from 0 is an underflow. */
function subAndTestV55(i: number): Layer[] {
  const underflow = effect(SAT, false, UNDERFLOW);
  return [
    on(INT_MIN, 0, underflow),
    at(i, effect(constant(0), true)),
    onSum(-i, INT_MIN, -1, underflow),
    onSum(-i, INT_MAX + 1, 2 * INT_MAX + 1, underflow),
    otherwise(effect(plus(-i), false)),
  ];
}

/** refcount_t since v5.5, by op: include/linux/refcount.h saturates in the middle of the negative half. */
export const REFCOUNT_V55: Readonly<Record<string, Row>> = {
  read: ATOMIC.read!,
  set: ATOMIC.set!,
  set_release: ATOMIC.set!,
  add: (i) => addV55(i, effect(SAT, undefined, ADD_ON_ZERO), undefined),
  inc: () => addV55(1, effect(SAT, undefined, ADD_ON_ZERO), undefined),
  add_not_zero: addNotZeroV55,
  add_not_zero_acquire: addNotZeroV55,
  inc_not_zero: () => addNotZeroV55(1),
  inc_not_zero_acquire: () => addNotZeroV55(1),
  sub_and_test: subAndTestV55,
  dec_and_test: () => subAndTestV55(1),
  // "old<=1": 0 and the bad half have the text about hitting 0 as well.
  dec: () => [on(INT_MIN, 1, effect(SAT, undefined, HIT_ZERO)), otherwise(effect(plus(-1), undefined))],
  dec_if_one: onlyOne,
  dec_not_one: () => [at(REFCOUNT_SATURATED, effect(KEPT, true)), ...decNotOne()],
};

/** As lib/refcount.c has it, apart from the saturation value: at 0 it warns, and stores nothing. All three have it. */
function decNotOne(): Layer[] {
  return [
    at(1, effect(KEPT, false)),
    at(0, effect(KEPT, true, UNDERFLOW)),
    otherwise(effect(plus(-1), true)),
  ];
}

const UINT_MAX = 0xffffffff;

/** Unsigned. Arriving at UINT_MAX, or passing it, saturates and warns; being there already is silent. */
function addV411(i: number, atZero: Effect, result: undefined | boolean): Layer[] {
  return [
    at(0, atZero),
    at(-1, effect(KEPT, result)),
    ...onUnsigned(UINT_MAX - (i >>> 0), UINT_MAX, effect(constant(-1), result, SATURATED_TEXT)),
    otherwise(effect(plus(i), result)),
  ];
}

/** Unsigned: an `i` above the old value is refused, with a warning; at UINT_MAX nothing moves. */
function subAndTestV411(i: number): Layer[] {
  return [
    at(-1, effect(KEPT, false)),
    at(i, effect(constant(0), true)),
    ...onUnsigned(0, (i >>> 0) - 1, effect(KEPT, false, UNDERFLOW)),
    otherwise(effect(plus(-i), false)),
  ];
}

/** refcount_t of v4.11 to v5.4 with REFCOUNT_FULL, by op: compare-exchange loops that saturate at UINT_MAX. */
export const REFCOUNT_V411: Readonly<Record<string, Row>> = {
  read: ATOMIC.read!,
  set: ATOMIC.set!,
  add: (i) => addV411(i, effect(KEPT, undefined, ADD_ON_ZERO), undefined),
  inc: () => addV411(1, effect(KEPT, undefined, INC_ON_ZERO), undefined),
  add_not_zero: (i) => addV411(i, effect(KEPT, false), true),
  inc_not_zero: () => addV411(1, effect(KEPT, false), true),
  sub_and_test: subAndTestV411,
  dec_and_test: () => subAndTestV411(1),
  dec: () => [
    at(-1, effect(KEPT, undefined)),
    at(0, effect(KEPT, undefined, UNDERFLOW)),
    at(1, effect(constant(0), undefined, HIT_ZERO)),
    otherwise(effect(plus(-1), undefined)),
  ],
  dec_if_one: onlyOne,
  dec_not_one: () => [at(-1, effect(KEPT, true)), ...decNotOne()],
};

/**
 * `js` behind the locked instruction: a sum that is negative as 32 bits traps. The handler reports the overflow
 * flag: a sum above INT_MAX. A sum below INT_MIN comes out positive, and nobody sees it. `inc`:
 *
 *     0…INT_MAX-1     old + 1
 *     INT_MAX         0xC0000000   overflow
 *     INT_MIN…-2      0xC0000000
 *     -1              0
 */
function lockedX86(by: number, result: undefined | boolean): Layer[] {
  return [
    onSum(by, INT_MAX + 1, 2 * INT_MAX + 1, effect(SAT, result, 'overflow')),
    onSum(by, INT_MIN, -1, effect(SAT, result)),
    otherwise(effect(plus(by), result)),
  ];
}

/** "raises the exception before storing when c<0 || c==INT_MAX || c+i<c". That a silent flag is left there is assumed. */
function addNotZeroX86(i: number): Layer[] {
  return [
    at(0, effect(KEPT, false)),
    onSum(i, INT_MAX + 1, 2 * INT_MAX, effect(SAT, true, 'overflow')),
    on(INT_MIN, -1, effect(SAT, true)),
    at(INT_MAX, effect(SAT, true)),
    ...(i < 0 ? [on(1, INT_MAX, effect(SAT, true))] : []),
    otherwise(effect(plus(i), true)),
  ];
}

/** The sum is exact: for `i` = INT_MIN it is old + 2^31, an overflow from 0 on. */
function subAndTestX86(i: number): Layer[] {
  return [at(i, effect(constant(0), true)), ...lockedX86(-i, false)];
}

/** refcount_t of v4.14 to v5.4 in x86 assembly, by op: an exception handler saturates after the fact. */
export const REFCOUNT_X86: Readonly<Record<string, Row>> = {
  read: ATOMIC.read!,
  set: ATOMIC.set!,
  add: (i) => lockedX86(i, undefined),
  inc: () => lockedX86(1, undefined),
  add_not_zero: addNotZeroX86,
  inc_not_zero: () => addNotZeroX86(1),
  sub_and_test: subAndTestX86,
  dec_and_test: () => subAndTestX86(1),
  dec: () => [at(1, effect(SAT, undefined, 'hit zero')), ...lockedX86(-1, undefined)],
  dec_if_one: onlyOne,
  dec_not_one: () => [at(-1, effect(KEPT, true)), ...decNotOne()],
};
