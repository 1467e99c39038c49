import type { Branch, Freeing, Site, Test } from '../census/counter.ts';
import { isTruth, wayOf } from './movement.ts';

/**
 * Which values a comparison tells apart. `<`, `>` and their like cut between two neighbours, and are named by the lower
 * one; `==` and `!=` pick one value out.
 *
 *     dec_return(x) == 0    at 0          dec_return(x) <= 0    cut above 0
 *     dec_return(x) < 0     cut above -1  read(x) > 1           cut above 1
 */
export interface Cut {
  readonly kind: 'at' | 'above';
  readonly value: number | string;
}

/** Where a comparison cuts. */
export function cutOf({ relation, with: value }: Test): Cut {
  if (relation === '==' || relation === '!=') return { kind: 'at', value };
  const isBelow = relation === '<' || relation === '>=';
  if (typeof value === 'string') return { kind: 'above', value };
  return { kind: 'above', value: isBelow ? value - 1 : value };
}

/** Comparisons that decide something: an assertion checks the protocol, and is no part of it. */
export function deciding(site: Site): readonly Test[] {
  return site.use.tests.filter((test) => !test.isAssertion);
}

/** Does the comparison hold for a value? Unknown where it is with something that is no constant. */
export function holds({ relation, with: than }: Test, value: number): boolean | undefined {
  if (typeof than === 'string') return undefined;
  const answers = { '==': value === than, '!=': value !== than, '<': value < than, '<=': value <= than };
  return relation === '>' ? value > than : relation === '>=' ? value >= than : answers[relation];
}

/**
 * What happens where the op left, or read, this value. The branches of a use belong to its first comparison, and
 * polarity has been taken off: `if (dec_return(x)) return; free(p);` has a comparison `!= 0` and frees where it is false.
 */
export function branchAt(site: Site, value: number): Branch | undefined {
  const [test] = site.use.tests;
  const isTrue = test === undefined ? value !== 0 : holds(test, value);
  if (isTrue === undefined) return undefined;
  return isTrue ? site.use.whenTrue : site.use.whenFalse;
}

/** What happens where an op that gives a truth value says so; `if (dec_and_test(x) == 0)` is turned back. */
export function branchWhen(site: Site, isTrue: boolean): Branch | undefined {
  if (site.use.tests.length > 0) return branchAt(site, isTrue ? 1 : 0);
  return isTrue ? site.use.whenTrue : site.use.whenFalse;
}

/** A put that asks whether it was the last one. */
export interface Ending {
  readonly site: Site;
  /** For which values the last put is the last: `dec_return == 0`, `<= 0`, `< 0`. */
  readonly at: 'zero' | 'zero or below' | 'below zero';
  /** What the last put does; left out where it cannot be told, as in `return dec_and_test(x);`. */
  readonly last: Branch | undefined;
  /** What any other put does. */
  readonly other: Branch | undefined;
}

/** The ops that ask by themselves. */
const ASK: ReadonlySet<string> = new Set(['dec_and_test', 'sub_and_test', 'dec_and_lock', 'dec_if_one']);

/**
 * The site as a last put, or undefined where it moves up, or asks nothing, or asks in an assertion only. `dec_return`
 * asks by its comparison.
 */
export function endingOf(site: Site): Ending | undefined {
  const { result, tests } = site.use;
  if (wayOf(site) !== 'down' || result === 'void' || result === 'asserted') return undefined;
  if (ASK.has(site.op)) {
    return { site, at: 'zero', last: branchWhen(site, true), other: branchWhen(site, false) };
  }
  if (site.op === 'add_negative') {
    return { site, at: 'below zero', last: branchWhen(site, true), other: branchWhen(site, false) };
  }
  if (isTruth(site.op) || !/_return$/.test(site.op)) return undefined;
  return tests.flatMap((test) => endingBy(site, test) ?? [])[0];
}

function endingBy(site: Site, test: Test): Ending | undefined {
  if (test.isAssertion) return undefined;
  const { kind, value } = cutOf(test);
  if (value === 0) {
    const at = kind === 'at' ? 'zero' : 'zero or below';
    return { site, at, last: branchAt(site, 0), other: branchAt(site, 1) };
  }
  // `== -1` and `< 0` ask the same, as a counter goes down by one.
  if (value === -1) return { site, at: 'below zero', last: branchAt(site, -1), other: branchAt(site, 0) };
  return undefined;
}

/** What a branch frees of the object that the counter lies in. */
export function ownFrees(branch: Branch | undefined): readonly Freeing[] {
  return branch?.frees.filter((free) => free.isSameObject) ?? [];
}

/**
 * Nothing else has a say in what an op decides. A question whether there is an object at all has none, as without one
 * there is no counter either:
 *
 *     if (p && dec_and_test(&p->refs))                     alone
 *     if (dec_and_test(&p->refs) && list_empty(&p->l))     not alone
 */
export function decidesAlone({ use, text, object, written }: Site): boolean {
  if (!use.isPartOfCondition) return true;
  const [before, after, ...more] = text.split(/&&|\|\|/);
  if (after === undefined || more.length > 0 || text.includes('||') || object === '') return false;
  const asked = before!
    .replace(/^.*?\b(if|while|return)\b/, '')
    .replace(/[\s()]/g, '')
    .replace(/!=NULL$/, '');
  return asked === object.replace(/[\s()]/g, '') && after.trimStart().replace(/^\(+/, '').startsWith(written);
}

/** The last put frees the object, and nothing else has a say: no `&&`, no further `if`, no early return in the callee. */
export function freesAlways({ site, last }: Ending): boolean {
  if (!decidesAlone(site)) return false;
  return last?.isFreedOnEachWay === true || ownFrees(last).some((free) => !free.isConditional);
}

/** Names of functions after which an object is no more. `kfree` and `put_final`, and not `freeze` or `freed`. */
const ENDS =
  /(^|[_>.]|k)(free|destroy|release|delete|dealloc|dispose|reap|final|dtor|destruct|kill|cleanup)(_|$)/i;

/**
 * The last put calls a function on the object whose name says that it ends there: the way from there to the free is out
 * of sight (a function pointer, another tree), or has conditions of its own (`if (n > 8) kfree(p); else cache_free(p);`).
 */
export function freesByName({ site, last }: Ending): boolean {
  const root = /^[A-Za-z_]\w*/.exec(site.object)?.[0];
  if (!decidesAlone(site) || root === undefined) return false;
  const calls = last?.calls ?? [];
  return calls.some(({ callee, args, isNested }) => !isNested && ENDS.test(callee) && args.includes(root));
}

/** A branch refuses: it returns an error or NULL, or jumps to where that is done. */
export function refuses(branch: Branch | undefined): boolean {
  return /^(return\s*)?(\(?\s*-\s*E[A-Z]+|ERR_PTR|NULL|false|0\b|-1)|^goto|-E(BUSY|AGAIN|USERS|NOSPC|MFILE|NFILE|NOMEM)/.test(
    branch?.leaves ?? '',
  );
}
