import type { Test, Use } from '../census/counter.ts';
import type { CallFact, SiteFact, UseFact } from '../scan/facts.ts';
import { merged } from './branches.ts';

/**
 * A caller's tests of a truth: `!= 0` and `== 1` say nothing, `== 0` and `!= 1` swap the branches. Whatever else it is
 * compared with, is kept, as `put(x) < 0` may be a mistake.
 */
export function asOps(use: Use, isTruth: boolean): Use {
  if (!isTruth) return use;
  const [first] = use.tests;
  const says = first === undefined ? undefined : truthOf(first);
  if (says === undefined) return use;
  const plain = { ...use, tests: use.tests.filter((one) => truthOf(one) === undefined) };
  return says ? plain : flipped(plain);
}

/** Whether a comparison of a truth asks for it, or for its opposite; undefined for what makes no sense. */
function truthOf({ relation, with: amount }: Test): boolean | undefined {
  if ((relation !== '==' && relation !== '!=') || (amount !== 0 && amount !== 1)) return undefined;
  return (relation === '==') === (amount === 1);
}

/**
 * What a wrapper returns is used as its caller uses it. That compares what the wrapper gave, which may have been a
 * comparison already, or the opposite of what the op said:
 *
 *     static bool busy(atomic_t *v) { return !dec_and_test(v); }
 *     if (busy(&b->users)) return; kfree(b);        the op says true where the caller goes on
 */
export function callersUse(site: SiteFact, call: CallFact): UseFact {
  const own = site.u.t ?? [];
  const isOpposite = isTruth(site) && own.length === 1 && own[0]!.relation === '==' && own[0]!.with === 0;
  const isTold = isTruth(site) || own.length > 0;
  const [first] = call.u.t ?? [];
  const isFlipped = (isTold && first !== undefined && truthOf(first) === false) !== isOpposite;
  const all = [
    ...(isOpposite ? [] : own),
    ...(call.u.t ?? []).filter((one) => !isTold || truthOf(one) === undefined),
  ];
  const { y: whenTrue, n: whenFalse, t: _, ...rest } = call.u;
  const [y, n] = isFlipped ? [whenFalse, whenTrue] : [whenTrue, whenFalse];
  const part = site.u.part === 1 || rest.part === 1;
  return {
    ...rest,
    ...(all.length > 0 && { t: all }),
    ...(y && { y }),
    ...(n && { n }),
    ...(part && { part: 1 as const }),
  };
}

/** Ops that give a truth value: `if (op(v))` is all there is to test. */
const TRUTHS = /_and_test|_not_zero|add_negative|_unless|not_one|if_one|_and_lock|try_cmpxchg/;

/** Whether an op gives one. */
export function isTruth({ op }: SiteFact): boolean {
  return TRUTHS.test(op) && op !== 'dec_if_positive';
}

/** What happens where it says true, happens where it says false. */
export function flipped(use: Use): Use {
  const { whenTrue, whenFalse, ...rest } = use;
  return { ...rest, ...(whenFalse && { whenTrue: whenFalse }), ...(whenTrue && { whenFalse: whenTrue }) };
}

/**
 * The uses of two callers as one: their tests, and what happens on their branches. If one of them tests the
 * result, it is tested.
 */
export function join(one: Use, other: Use): Use {
  const yes = merged(one.whenTrue, other.whenTrue);
  const no = merged(one.whenFalse, other.whenFalse);
  const result = one.result === 'tested' || other.result === 'tested' ? 'tested' : one.result;
  const seen = new Set<string>();
  const tests = [...one.tests, ...other.tests].filter((test) => {
    const key = JSON.stringify(test);
    return !seen.has(key) && seen.add(key);
  });
  return {
    result,
    tests: tests.slice(0, 12),
    ...(yes && { whenTrue: yes }),
    ...(no && { whenFalse: no }),
    isPartOfCondition: one.isPartOfCondition && other.isPartOfCondition,
  };
}
