import type { Amount, CounterType, Op, Site } from '../census/counter.ts';

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

const RCUREF: typeof ATOMIC = {
  init: [0, 'nothing'],
  get: [0, 'truth'],
  put: [0, 'truth'],
  put_rcusafe: [0, 'truth'],
  read: [0, 'new'],
};

const NAME = /^(?:raw_|arch_|__)*(atomic64|atomic_long|atomic|local|refcount|kref|rcuref)_([a-z_]+)$/;
const ORDER = /_(relaxed|acquire|release)$/;
const TYPE_OF: Readonly<Record<string, CounterType>> = {
  atomic: 'atomic_t',
  atomic_long: 'atomic_long_t',
  atomic64: 'atomic64_t',
  local: 'local_t',
  refcount: 'refcount_t',
  kref: 'kref',
  rcuref: 'rcuref_t',
};

const known = new Map<string, OpName | null>();

/** The op that a name is, or null. */
export function opNamed(name: string): OpName | null {
  let found = known.get(name);
  if (found === undefined) {
    found = parse(name);
    // Trees have a few hundred names that look like ops, and hostile ones have any number.
    if (known.size < 5000) known.set(name, found);
  }
  return found;
}

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

/** An op as the census names it. */
export interface Canonical {
  readonly op: Op;
  readonly amounts: readonly Amount[];
  /** What is to be added to what the result is compared with: 1 for `fetch_inc`, as the census compares the new value. */
  readonly shift: Amount;
  readonly gives: Gives;
  /** For `cmpxchg` and `fetch_add_unless`: a result equal to this says that it succeeded, or, with `not`, that it did not. */
  readonly success?: { readonly value: Amount; readonly not: boolean };
}

const minus = (amount: Amount): Amount =>
  typeof amount === 'number' ? -amount : amount.startsWith('-') ? amount.slice(1).trim() : `-${amount}`;

/** A step up or down by an amount: `sub` of -2 is `add` of 2, and steps of one have names. */
function step(down: boolean, amount: Amount, suffix: string): { op: Op; amounts: Amount[] } {
  let by = amount;
  let isDown = down;
  if ((typeof by === 'number' && by < 0) || (typeof by === 'string' && /^-\s*[A-Za-z_]/.test(by))) {
    by = minus(by);
    isDown = !isDown;
  }
  if (by === 1) return { op: `${isDown ? 'dec' : 'inc'}${suffix}` as Op, amounts: [] };
  return { op: `${isDown ? 'sub' : 'add'}${suffix}` as Op, amounts: [by] };
}

/** Names an op by what it does, from its name and its arguments without the counter. See `Op`. */
export function canonical(name: OpName, args: readonly Amount[]): Canonical {
  const { verb, gives } = name;
  const first = args[0] ?? '';
  const plain = { shift: 0, gives } as const;
  if (name.family === 'kref' || name.family === 'rcuref') return ofObject(name, args);
  switch (verb) {
    case 'add':
    case 'sub':
      return { ...plain, ...step(verb === 'sub', first, '') };
    case 'add_return':
    case 'sub_return':
      return { ...plain, ...step(verb === 'sub_return', first, '_return') };
    case 'fetch_inc':
      return { op: 'inc_return', amounts: [], shift: 1, gives };
    case 'fetch_dec':
      return { op: 'dec_return', amounts: [], shift: -1, gives };
    case 'fetch_add':
    case 'fetch_sub':
      return {
        ...step(verb === 'fetch_sub', first, '_return'),
        shift: verb === 'fetch_sub' ? minus(first) : first,
        gives,
      };
    case 'sub_and_test':
      return first === 1
        ? { ...plain, op: 'dec_and_test', amounts: [] }
        : { ...plain, op: verb, amounts: [first] };
    case 'add_not_zero':
      return first === 1
        ? { ...plain, op: 'inc_not_zero', amounts: [] }
        : { ...plain, op: verb, amounts: [first] };
    case 'add_unless':
    case 'fetch_add_unless':
      return { ...unless(first, args[1] ?? ''), ...plain, ...unlessSuccess(verb, args[1]) };
    case 'cmpxchg':
    case 'try_cmpxchg':
      return { ...exchange(verb, first, args[1] ?? ''), ...plain };
    case 'cond_read':
      return { ...plain, op: 'read', amounts: [] };
    case 'read':
    case 'inc':
    case 'dec':
    case 'inc_return':
    case 'dec_return':
    case 'inc_and_test':
    case 'dec_and_test':
    case 'inc_not_zero':
    case 'dec_not_one':
    case 'dec_if_one':
    case 'inc_unless_negative':
    case 'dec_unless_positive':
    case 'dec_if_positive':
      return { ...plain, op: verb, amounts: [] };
    default:
      return { ...plain, op: others(verb), amounts: args };
  }
}

function unless(by: Amount, limit: Amount): { op: Op; amounts: Amount[] } {
  if (by === 1 && limit === 0) return { op: 'inc_not_zero', amounts: [] };
  if (by === -1 && limit === 1) return { op: 'dec_not_one', amounts: [] };
  if (limit === 0) return { op: 'add_not_zero', amounts: [by] };
  return { op: 'add_unless', amounts: [by, limit] };
}

/** `fetch_add_unless` gives the old value: it did nothing if that is the limit. */
function unlessSuccess(verb: string, limit: Amount | undefined): Pick<Canonical, 'success'> {
  return verb === 'fetch_add_unless' && limit !== undefined ? { success: { value: limit, not: true } } : {};
}

/** `try_cmpxchg` has a pointer to the old value: what that is, is not known here. */
function exchange(verb: string, old: Amount, to: Amount): Pick<Canonical, 'op' | 'amounts' | 'success'> {
  const success = verb === 'cmpxchg' ? { success: { value: old, not: false } } : {};
  if (old === 1 && to === 0) return { op: 'dec_if_one', amounts: [], ...success };
  return { op: 'cmpxchg', amounts: [old, to], ...success };
}

function others(verb: string): Op {
  if (verb === 'set' || verb === 'xchg' || verb === 'add_negative') return verb;
  if (verb.startsWith('dec_and_')) return 'dec_and_lock';
  if (verb === 'inc_not_zero_hint') return 'inc_not_zero';
  const bits = verb.replace('fetch_', '').replace('set_mask', 'or').replace('clear_mask', 'andnot');
  return bits as Op;
}

/** `kref` starts at one, and its put calls a function; `rcuref` starts at what it is told. */
function ofObject({ family, verb, gives }: OpName, args: readonly Amount[]): Canonical {
  const plain = { shift: 0, gives, amounts: [] } as const;
  switch (verb) {
    case 'init':
      return { ...plain, op: 'init', amounts: [family === 'kref' ? 1 : (args[0] ?? '')] };
    case 'get':
      return { ...plain, op: family === 'kref' ? 'inc' : 'inc_not_zero' };
    case 'get_unless_zero':
      return { ...plain, op: 'inc_not_zero' };
    case 'read':
      return { ...plain, op: 'read' };
    case 'sub':
      return args[0] === 1
        ? { ...plain, op: 'dec_and_test' }
        : { ...plain, op: 'sub_and_test', amounts: args.slice(0, 1) };
    case 'put_mutex':
    case 'put_lock':
    case 'put_spinlock_irqsave':
      return { ...plain, op: 'dec_and_lock', amounts: args.slice(1) };
    default:
      return { ...plain, op: 'dec_and_test' };
  }
}
