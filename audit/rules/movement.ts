import type { Amount, Op, Site } from '../census/counter.ts';

/** Which way an op moves a counter. `jump`: to a value that does not depend on the old one. */
export type Way = 'up' | 'down' | 'either' | 'jump' | 'bits' | 'stays';

const WAYS: Readonly<Record<Op, Way>> = {
  ...{ init: 'jump', set: 'jump', xchg: 'jump', cmpxchg: 'jump', read: 'stays' },
  ...{ inc: 'up', inc_return: 'up', inc_and_test: 'up', inc_not_zero: 'up', inc_unless_negative: 'up' },
  ...{ dec: 'down', dec_return: 'down', dec_and_test: 'down', dec_and_lock: 'down', dec_not_one: 'down' },
  ...{ dec_if_one: 'down', dec_if_positive: 'down', dec_unless_positive: 'down' },
  ...{ add: 'up', add_return: 'up', add_not_zero: 'up', add_unless: 'up', add_negative: 'up' },
  ...{ sub: 'down', sub_return: 'down', sub_and_test: 'down' },
  ...{ and: 'bits', or: 'bits', xor: 'bits', andnot: 'bits', bitop: 'bits' },
};

/** The ops whose first amount says by how much. */
const OF_AMOUNTS: ReadonlySet<Op> = new Set([
  ...(['add', 'add_return', 'add_not_zero', 'add_unless', 'add_negative'] as const),
  ...(['sub', 'sub_return', 'sub_and_test'] as const),
]);

/** The ops that say true or false; all others give a value, or nothing. */
const TRUTHS: ReadonlySet<Op> = new Set([
  ...(['inc_and_test', 'dec_and_test', 'sub_and_test', 'add_negative', 'dec_and_lock'] as const),
  ...(['inc_not_zero', 'add_not_zero', 'add_unless', 'dec_not_one', 'dec_if_one'] as const),
  ...(['inc_unless_negative', 'dec_unless_positive'] as const),
]);

/** Says whether an op gives a truth value. */
export function isTruth(op: Op): boolean {
  return TRUTHS.has(op);
}

/** By how much an op moves, in the direction that its name says; 1 for `inc` and `dec`, a text where it is no constant. */
export function stepOf({ op, amounts }: Site): Amount {
  return OF_AMOUNTS.has(op) ? (amounts[0] ?? '?') : 1;
}

/**
 * Which way a site moves its counter. A negative amount turns an op round, as in `add_negative(-1)`, and an amount that
 * is a sum or a difference may go either way:
 *
 *     add(-2)          down
 *     sub(len)         down
 *     add(new - old)   either
 */
export function wayOf(site: Site): Way {
  const way = WAYS[site.op];
  if (!OF_AMOUNTS.has(site.op)) return way;
  const step = stepOf(site);
  if (typeof step === 'number') return step < 0 ? opposite(way) : way;
  const text = step.replaceAll('->', '.');
  if (/^-\s*[\w(]/.test(text) && !/[^-\s]\s*[-+]/.test(text)) return opposite(way);
  return /[\w)]\s*-\s*[\w(]|\?/.test(text) ? 'either' : way;
}

function opposite(way: Way): Way {
  return way === 'up' ? 'down' : 'up';
}

/** A step of one, whichever way. */
export function isByOne(site: Site): boolean {
  const step = stepOf(site);
  return step === 1 || step === -1;
}

/** The value that `init` or `set` gives, a number or a text; `kref_init` has no amount, and gives 1. */
export function valueSet({ op, amounts, written }: Site): Amount | undefined {
  if (op !== 'init' && op !== 'set') return undefined;
  return amounts[0] ?? (/^kref|KREF/.test(written) ? 1 : undefined);
}
