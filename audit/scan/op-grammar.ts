import type { CounterType, Site } from '../census/counter.ts';

/**
 * The grammar of the names of ops. A name is one by its parts, not by how it begins: `atomic_check` of DRM and
 * `atomic_notifier_chain` are none.
 */

/** What the value is that an op gives. */
export type Gives = 'nothing' | 'truth' | 'new' | 'old';

/** A name, taken apart. */
export interface OpName {
  readonly family: 'atomic' | 'local' | 'refcount' | 'kref' | 'rcuref';
  /** The types that it may work on. */
  readonly type: CounterType;
  /** Without family, order and prefixes: `dec_and_test`, `fetch_add`. */
  readonly verb: string;
  readonly order?: Site['order'];
  /** Which argument is the counter, from 0. */
  readonly counter: number;
  readonly gives: Gives;
}

/** Verbs of `atomic_*` and `local_*`: where the counter stands, and what they give. */
const ATOMIC: Readonly<Record<string, readonly [counter: number, gives: Gives]>> = {
  read: [0, 'new'],
  cond_read: [0, 'new'],
  set: [0, 'nothing'],
  inc: [0, 'nothing'],
  dec: [0, 'nothing'],
  add: [1, 'nothing'],
  sub: [1, 'nothing'],
  inc_return: [0, 'new'],
  dec_return: [0, 'new'],
  add_return: [1, 'new'],
  sub_return: [1, 'new'],
  fetch_inc: [0, 'old'],
  fetch_dec: [0, 'old'],
  fetch_add: [1, 'old'],
  fetch_sub: [1, 'old'],
  inc_and_test: [0, 'truth'],
  dec_and_test: [0, 'truth'],
  sub_and_test: [1, 'truth'],
  add_negative: [1, 'truth'],
  add_unless: [0, 'truth'],
  fetch_add_unless: [0, 'old'],
  inc_not_zero: [0, 'truth'],
  inc_not_zero_hint: [0, 'truth'],
  inc_unless_negative: [0, 'truth'],
  dec_unless_positive: [0, 'truth'],
  dec_if_positive: [0, 'new'],
  xchg: [0, 'old'],
  cmpxchg: [0, 'old'],
  try_cmpxchg: [0, 'truth'],
  and: [1, 'nothing'],
  or: [1, 'nothing'],
  xor: [1, 'nothing'],
  andnot: [1, 'nothing'],
  fetch_and: [1, 'old'],
  fetch_or: [1, 'old'],
  fetch_xor: [1, 'old'],
  fetch_andnot: [1, 'old'],
  set_mask: [1, 'nothing'],
  clear_mask: [1, 'nothing'],
  dec_and_lock: [0, 'truth'],
  dec_and_lock_irqsave: [0, 'truth'],
  dec_and_raw_lock: [0, 'truth'],
  dec_and_raw_lock_irqsave: [0, 'truth'],
  dec_and_mutex_lock: [0, 'truth'],
};

/**
 * What `refcount_t` has is less than what `atomic_t` has, and that is its point: no `dec_return`, no `xchg`, no
 * bits.
 */
const REFCOUNT: typeof ATOMIC = {
  read: [0, 'new'],
  set: [0, 'nothing'],
  inc: [0, 'nothing'],
  dec: [0, 'nothing'],
  add: [1, 'nothing'],
  inc_not_zero: [0, 'truth'],
  add_not_zero: [1, 'truth'],
  dec_and_test: [0, 'truth'],
  sub_and_test: [1, 'truth'],
  dec_not_one: [0, 'truth'],
  dec_if_one: [0, 'truth'],
  dec_and_lock: [0, 'truth'],
  dec_and_lock_irqsave: [0, 'truth'],
  dec_and_mutex_lock: [0, 'truth'],
  dec_and_rtnl_lock: [0, 'truth'],
};

/**
 * A `kref` is a `refcount_t` with one way to use it. `put` hands the object to a release function, and says
 * whether it did.
 */
const KREF: typeof ATOMIC = {
  init: [0, 'nothing'],
  get: [0, 'nothing'],
  put: [0, 'truth'],
  sub: [0, 'truth'],
  get_unless_zero: [0, 'truth'],
  read: [0, 'new'],
  put_mutex: [0, 'truth'],
  put_lock: [0, 'truth'],
  put_spinlock_irqsave: [0, 'truth'],
};

/** An `rcuref_t` refuses gets once it was dead, so its `get` is an `inc_not_zero`. */
const RCUREF: typeof ATOMIC = {
  init: [0, 'nothing'],
  get: [0, 'truth'],
  put: [0, 'truth'],
  put_rcusafe: [0, 'truth'],
  read: [0, 'new'],
};

/**
 * `raw_atomic_long_fetch_add_relaxed` is a prefix, a family, a verb and an order. Which verbs there are, is in the
 * tables: a
 * name with another one is not an op, and there are hundreds such in DRM, LSM and networking.
 */
const NAME = /^(?:raw_|arch_|__)*(atomic64|atomic_long|atomic|local|refcount|kref|rcuref)_([a-z_]+)$/;
/** Orders are told apart, as a conversion to `refcount_t` changes them. */
const ORDER = /_(relaxed|acquire|release)$/;
/** Which type a family works on. `local64_t` is left out: nothing is counted in it that could be a reference. */
const TYPE_OF: Readonly<Record<string, CounterType>> = {
  atomic: 'atomic_t',
  atomic_long: 'atomic_long_t',
  atomic64: 'atomic64_t',
  local: 'local_t',
  refcount: 'refcount_t',
  kref: 'kref',
  rcuref: 'rcuref_t',
};

/** Names that were asked for: a tree has four million words that begin with one of five letters. */
const known = new Map<string, OpName | null>();

/**
 * The op that a name is, or null.
 *
 *     atomic_long_fetch_add_relaxed    atomic, atomic_long_t, fetch_add, relaxed; the counter is the second argument
 *     raw_atomic_dec_and_test          as without `raw_`
 *     refcount_dec_return              null: there is no such thing
 */
export function opNamed(name: string): OpName | null {
  // Megabytes of `atomic_aaaa…` are no op, and not worth remembering.
  if (name.length > 60) return null;
  let found = known.get(name);
  if (found === undefined) {
    found = parse(name);
    // Trees have a few hundred names that look like ops, and hostile ones have any number.
    if (known.size < 5000) known.set(name, found);
  }
  return found;
}

/** Takes a name apart. `dec_and_test` ends like no order, so what is left after the order is a verb or nothing. */
function parse(name: string): OpName | null {
  const parts = NAME.exec(name);
  if (parts === null) return null;
  const [, prefix, rest] = parts as unknown as [string, string, string];
  const order = ORDER.exec(rest)?.[1] as Site['order'];
  const verb = order === undefined ? rest : rest.replace(ORDER, '');
  const family = prefix.startsWith('atomic') ? 'atomic' : (prefix as OpName['family']);
  const table =
    family === 'refcount' ? REFCOUNT : family === 'kref' ? KREF : family === 'rcuref' ? RCUREF : ATOMIC;
  if (!Object.hasOwn(table, verb)) return null;
  const [counter, gives] = table[verb]!;
  return { family, type: TYPE_OF[prefix]!, verb, ...(order && { order }), counter, gives };
}

/** What initialisers are called, and the type that they make. */
export const INITIALISERS: Readonly<Record<string, CounterType>> = {
  ATOMIC_INIT: 'atomic_t',
  ATOMIC_LONG_INIT: 'atomic_long_t',
  ATOMIC64_INIT: 'atomic64_t',
  LOCAL_INIT: 'local_t',
  REFCOUNT_INIT: 'refcount_t',
  KREF_INIT: 'kref',
  RCUREF_INIT: 'rcuref_t',
};
