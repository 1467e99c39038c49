import { INT_MAX, INT_MIN } from '../subject/values.ts';
import {
  at,
  constant,
  type DocumentedRule,
  effect,
  KEPT,
  type Layer,
  on,
  onNegative,
  onSum,
  otherwise,
  plus,
  type Row,
} from './documented-layers.ts';

/** Documentation/atomic_t.txt: wrapping, silent, unconditional but for what the name says. */
export const ATOMIC: Readonly<Record<string, Row>> = {
  // As a result, KEPT is the old value and `plus` the new one.
  read: () => [otherwise(effect(KEPT, KEPT))],
  set: (value) => [otherwise(effect(constant(value), undefined))],
  set_release: (value) => [otherwise(effect(constant(value), undefined))],
  xchg: (value) => [otherwise(effect(constant(value), KEPT))],
  cmpxchg: (old, value) => [at(old, effect(constant(value), constant(old))), otherwise(effect(KEPT, KEPT))],
  try_cmpxchg: (old, value) => [at(old, effect(constant(value), true)), otherwise(effect(KEPT, false))],

  add: (i) => [otherwise(effect(plus(i), undefined))],
  sub: (i) => [otherwise(effect(plus(-i), undefined))],
  inc: () => [otherwise(effect(plus(1), undefined))],
  dec: () => [otherwise(effect(plus(-1), undefined))],
  add_return: (i) => [otherwise(effect(plus(i), plus(i)))],
  sub_return: (i) => [otherwise(effect(plus(-i), plus(-i)))],
  inc_return: () => [otherwise(effect(plus(1), plus(1)))],
  dec_return: () => [otherwise(effect(plus(-1), plus(-1)))],
  fetch_add: (i) => [otherwise(effect(plus(i), KEPT))],
  fetch_sub: (i) => [otherwise(effect(plus(-i), KEPT))],
  fetch_inc: () => [otherwise(effect(plus(1), KEPT))],
  fetch_dec: () => [otherwise(effect(plus(-1), KEPT))],

  sub_and_test: (i) => [at(i, effect(constant(0), true)), otherwise(effect(plus(-i), false))],
  dec_and_test: () => [at(1, effect(constant(0), true)), otherwise(effect(plus(-1), false))],
  inc_and_test: () => [at(-1, effect(constant(0), true)), otherwise(effect(plus(1), false))],
  add_negative: (i) => [...onNegative(i, effect(plus(i), true)), otherwise(effect(plus(i), false))],

  add_unless: (i, unless) => unlessIs(unless, i),
  fetch_add_unless: (i, unless) => [at(unless, effect(KEPT, KEPT)), otherwise(effect(plus(i), KEPT))],
  add_not_zero: (i) => unlessIs(0, i),
  add_not_zero_acquire: (i) => unlessIs(0, i),
  inc_not_zero: () => unlessIs(0, 1),
  inc_not_zero_acquire: () => unlessIs(0, 1),
  dec_not_one: () => unlessIs(1, -1),
  dec_if_one: () => onlyOne(),
  // By the old value: at INT_MAX it adds, and wraps to INT_MIN.
  inc_unless_negative: () => [on(0, INT_MAX, effect(plus(1), true)), otherwise(effect(KEPT, false))],
  dec_unless_positive: () => [on(INT_MIN, 0, effect(plus(-1), true)), otherwise(effect(KEPT, false))],
  dec_if_positive: () => [
    at(INT_MIN, effect(constant(INT_MAX), constant(INT_MAX))),
    on(INT_MIN, 0, effect(KEPT, plus(-1))),
    otherwise(effect(plus(-1), plus(-1))),
  ],
};

/** Stays, and false, at one value; adds, and true, at any other. */
function unlessIs(unless: number, by: number): Layer[] {
  return [at(unless, effect(KEPT, false)), otherwise(effect(plus(by), true))];
}

/** 1 → 0 and true; any other value stays, and false. */
export function onlyOne(): Layer[] {
  return [at(1, effect(constant(0), true)), otherwise(effect(KEPT, false))];
}

const OVERFLOW = 'refcount overflow detected; process killed';
const UNDERFLOW = 'refcount underflow detected; process killed';
const AT_TOP = constant(INT_MAX);
const AT_BOTTOM = constant(INT_MIN);

/**
 * "Detection condition = OF only", "counter pinned". Ops in the section for overflow pin at INT_MAX and those in the
 * one for underflow at INT_MIN, whichever way the sum left the integers. `sub_return(1)`, an `xadd` of -1:
 *
 * | old              | word    | returns | warns    |
 * |------------------|---------|---------|----------|
 * | INT_MIN          | INT_MAX | INT_MAX | overflow |
 * | any other        | old - 1 | old - 1 |          |
 *
 * @param by the exact distance, not cut to 32 bits: -INT_MIN leaves the integers from 0 on
 */
function trapped(by: number, pin: DocumentedRule, text: string, result: Layer['effect']['result']): Layer[] {
  return [
    onSum(by, INT_MAX + 1, 2 ** 32, effect(pin, result, text)),
    onSum(by, -(2 ** 32), INT_MIN - 1, effect(pin, result, text)),
    otherwise(effect(plus(by), result)),
  ];
}

/** An addition, in the section for overflow. */
const added = (by: number, result: Layer['effect']['result']) => trapped(by, AT_TOP, OVERFLOW, result);
/** A subtraction, in the one for underflow. */
const taken = (by: number, result: Layer['effect']['result']) => trapped(-by, AT_BOTTOM, UNDERFLOW, result);

/** "xadd paths return the old+i computed value to the caller while memory is pinned", `sub_return` among them. */
export const PAX: Readonly<Record<string, Row>> = {
  read: ATOMIC.read!,
  set: ATOMIC.set!,
  xchg: ATOMIC.xchg!,
  dec_if_one: onlyOne,

  add: (i) => added(i, undefined),
  inc: () => added(1, undefined),
  sub: (i) => taken(i, undefined),
  dec: () => taken(1, undefined),
  add_return: (i) => added(i, plus(i)),
  sub_return: (i) => added(-i | 0, plus(-i)),
  inc_return: () => added(1, plus(1)),
  dec_return: () => added(-1, plus(-1)),
  fetch_add: (i) => added(i, KEPT),

  sub_and_test: (i) => [at(i, effect(constant(0), true)), ...taken(i, false)],
  dec_and_test: () => [at(1, effect(constant(0), true)), ...taken(1, false)],
  inc_and_test: () => [at(-1, effect(constant(0), true)), ...added(1, false)],
  add_negative: (i) => [
    onSum(i, INT_MAX + 1, 2 ** 32, effect(AT_TOP, true, OVERFLOW)),
    onSum(i, INT_MIN, -1, effect(plus(i), true)),
    ...added(i, false),
  ],

  inc_not_zero: () => [at(0, effect(KEPT, false)), ...added(1, true)],
  dec_not_one: () => [at(1, effect(KEPT, false)), ...added(-1, true)],
  inc_unless_negative: () => [on(INT_MIN, -1, effect(KEPT, false)), ...added(1, true)],
  dec_unless_positive: () => [on(1, INT_MAX, effect(KEPT, false)), ...taken(1, true)],
  dec_if_positive: () => [on(INT_MIN + 1, 0, effect(KEPT, plus(-1))), ...taken(1, plus(-1))],
};
