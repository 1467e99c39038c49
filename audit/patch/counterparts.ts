import type { Op } from '../census/counter.ts';
import { opNamed } from '../scan/op-grammar.ts';
import type { Relation } from './call-text.ts';
import type { Asked, Target } from './target.ts';

/*
 * What each op of `atomic_t` becomes, and what is lost with it. The orders are those of the kernel's own page on the two
 * (`refcount-vs-atomic`): an op of `atomic_t` that gives a value is a full barrier, and none of `refcount_t` is.
 */

/** How a remark begins that tells of a lost barrier: one that was none is not lost. */
export const FULL = 'was a full barrier;';
const OF_A_PUT = `${FULL} now a release, and an acquire where it gives true`;
const OF_A_GET = `${FULL} now stores alone are ordered after it, where it gives true`;
const OF_A_REFUSAL = `${FULL} now a release, and stores alone are ordered after it`;
const UNASKED = 'must not take the last reference: refcount_dec warns at 0';

/** Where it depends on the comparison or on the amounts, a function decides. */
type Find = Target | ((asked: Asked) => Target | undefined);

/**
 * Whether a comparison of a value that is at least 0 asks if it is 0; undefined if it asks something else.
 *
 * `x < 1` asks the same as `x == 0` of a value that is never negative; `x == 1` asks something else altogether.
 */
function asksForZero(relation: Relation, value: number): boolean | undefined {
  const asked = `${relation}${value}`;
  if (asked === '==0' || asked === '<=0' || asked === '<1') return true;
  return asked === '!=0' || asked === '>0' || asked === '>=1' ? false : undefined;
}

/**
 * An op that gives a value which is only asked whether it is the last one becomes one that says so.
 *
 * @param change what the op adds: values before it are told from those after it by this
 */
function last(target: Target, change: (asked: Asked) => number): (asked: Asked) => Target | undefined {
  return (asked) => {
    const { comparison, bias, call } = asked;
    if (!comparison) return undefined;
    const isOld = opNamed(call.name)?.gives === 'old';
    const shift = bias + (isOld ? change(asked) : 0);
    const truth =
      comparison.kind === 'constant'
        ? asksForZero(comparison.relation, comparison.value + shift)
        : // A bare value asks for 0 itself, which is the last one only where nothing is shifted.
          shift === 0
          ? comparison.kind === 'zero'
          : undefined;
    return truth === undefined ? undefined : { ...target, truth };
  };
}

/**
 * A compare-and-exchange that gives the old value: it succeeded where that is what was expected.
 *
 *     cmpxchg(&x, 1, 0) == 1      refcount_dec_if_one(&x)
 *     cmpxchg(&x, 1, 0) == 2      none: it compares with what was never expected
 */
function succeeded(target: Target, expected: number): (asked: Asked) => Target | undefined {
  return ({ comparison, call }) => {
    if (opNamed(call.name)?.gives !== 'old' || !comparison) return undefined;
    if (comparison.kind !== 'constant') {
      return expected === 0 ? { ...target, truth: comparison.kind === 'zero' } : undefined;
    }
    if (comparison.value !== expected) return undefined;
    const { relation } = comparison;
    return relation === '==' || relation === '!=' ? { ...target, truth: relation === '==' } : undefined;
  };
}

/** Targets that several ops have. Each remark tells what is weaker than it was, and not what is as strong. */
const PUT: Target = { name: 'refcount_dec_and_test', remarks: [OF_A_PUT] };
const GET: Target = { name: 'refcount_inc_not_zero', remarks: [OF_A_GET] };
const DEC_IF_ONE: Target = { name: 'refcount_dec_if_one', remarks: [OF_A_REFUSAL] };
const VOID_DEC: Target = { name: 'refcount_dec', remarks: [UNASKED] };

/** Whether the answer is thrown away, which the ops of `refcount_t` that have one do not allow. */
function isVoid({ site }: Asked): boolean {
  return site.use.result === 'void';
}

/**
 * The first argument of `add` and `sub`, the amount; never a negative constant, of which there are no counterparts.
 *
 *     atomic_add(n, &x)           refcount_add(n, &x), with a remark on the sign of `n`
 *     atomic_add(-1, &x)          none: an amount below 0 is no reference that is taken
 */
function moving(name: string, remarks: readonly string[] = []): (asked: Asked) => Target | undefined {
  return ({ call, site }) => {
    const [amount] = site.amounts;
    if (call.args.length !== 2 || (typeof amount === 'number' && amount < 0)) return undefined;
    // The sign of an amount that is no constant is nobody's guess.
    const unknown = typeof amount === 'number' ? [] : ['the amount must not be negative'];
    return { name, args: [call.args[0]!], isCounterLast: true, remarks: [...unknown, ...remarks] };
  };
}

/**
 * Ops that give a truth value themselves, where it may not be thrown away.
 *
 * `refcount_dec_and_test` is declared so that a compiler warns where its answer is dropped; `atomic_dec_and_test` is not.
 */
function asked(target: Target): (asked: Asked) => Target | undefined {
  return (one) =>
    opNamed(one.call.name)?.gives !== 'truth'
      ? undefined
      : isVoid(one)
        ? { ...target, remarks: [...(target.remarks ?? []), 'its answer must be used now'] }
        : target;
}

/** Ops that take a lock with the last reference. Those on raw spinlocks have no counterpart. */
const LOCKED: Readonly<Record<string, string>> = {
  atomic_dec_and_lock: 'refcount_dec_and_lock',
  atomic_dec_and_lock_irqsave: 'refcount_dec_and_lock_irqsave',
  atomic_dec_and_mutex_lock: 'refcount_dec_and_mutex_lock',
};

/** The lock is handed on as it is: a pointer in both. */
function locking({ call }: Asked): Target | undefined {
  const name = LOCKED[call.name];
  if (name === undefined) return undefined;
  // The flags of the one are a name that a macro takes, those of the other a pointer.
  const args = call.args.slice(1).map((arg, at) => (at === 1 ? `&${arg}` : arg));
  return { name, args, remarks: [`${FULL} now a release, and the lock where it gives true`] };
}

/** By the op. What is missing has no counterpart. */
const AS_IT_IS: Readonly<Partial<Record<Op, Find>>> = {
  inc: { name: 'refcount_inc' },
  dec: VOID_DEC,
  add: moving('refcount_add'),
  inc_return: (one) =>
    isVoid(one) ? { name: 'refcount_inc', remarks: [`${FULL} now not ordered`] } : undefined,
  dec_return: (one) =>
    isVoid(one) ? { ...VOID_DEC, remarks: [UNASKED, `${FULL} now a release`] } : last(PUT, () => -1)(one),
  sub_return: (one) => {
    const target = moving('refcount_sub_and_test', [OF_A_PUT])(one);
    // The amount is no constant, so of old values nothing is known.
    return target && opNamed(one.call.name)?.gives === 'new' ? last(target, () => 0)(one) : undefined;
  },
  dec_and_test: asked(PUT),
  sub_and_test: (one) => {
    const target = moving('refcount_sub_and_test', [OF_A_PUT])(one);
    return target && asked(target)(one);
  },
  inc_not_zero: asked(GET),
  dec_not_one: asked({ name: 'refcount_dec_not_one', remarks: [OF_A_REFUSAL] }),
  dec_if_one: succeeded(DEC_IF_ONE, 1),
  dec_and_lock: locking,
};

/** The same where -1 becomes 0: an op that stopped at 0 has none, as it would have to stop at 1. */
const WITH_BIAS: Readonly<Partial<Record<Op, Find>>> = {
  inc: { name: 'refcount_inc' },
  dec: { name: 'refcount_dec', remarks: ['must not end below what was 0: refcount_dec warns there'] },
  add: moving('refcount_add'),
  dec_return: last(PUT, () => -1),
  add_negative: (one) => (one.site.amounts[0] === -1 ? asked(PUT)(one) : undefined),
  inc_unless_negative: asked(GET),
  add_unless: (one) => {
    const [amount, unless] = one.site.amounts;
    if (amount === 1 && unless === -1) return asked(GET)(one);
    if (amount === -1 && unless === 0)
      return asked({ name: 'refcount_dec_not_one', remarks: [OF_A_REFUSAL] })(one);
    return undefined;
  },
  cmpxchg: (one) => {
    const [from, to] = one.site.amounts;
    return from === 0 && to === -1 ? succeeded(DEC_IF_ONE, 0)(one) : undefined;
  },
};

/**
 * The counterpart of an op, with its comparison where that belongs to it.
 *
 * @returns undefined where it has none: an amount may be negative, a limit may be in the way, the value may go elsewhere
 */
export function counterpartOf(asked: Asked): Target | undefined {
  const find = (asked.bias === 1 ? WITH_BIAS : AS_IT_IS)[asked.site.op];
  return typeof find === 'function' ? find(asked) : find;
}
