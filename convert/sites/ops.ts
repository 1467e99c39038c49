/** What an op does to the counter, and what it gives. `by` and the other texts are as they are written. */
export type Effect =
  | { readonly kind: 'read' }
  /** `value` of a set, or of an initialiser. */
  | { readonly kind: 'set'; readonly value: string }
  /** Adds or takes, whatever the count is. */
  | { readonly kind: 'add'; readonly sign: 1 | -1; readonly by: string; readonly gives: Gives }
  /** Adds unless the count is something that stands for no object any more. */
  | {
      readonly kind: 'get';
      readonly by: string;
      readonly gives: 'bool' | 'old';
      /** The largest count that it comes to; it is refused where it would come beyond. Undefined where there is no limit. */
      readonly limit?: string;
    }
  /** Takes one unless, or only if, it is the last. */
  | { readonly kind: 'drop'; readonly when: 'not last' | 'last'; readonly gives: 'bool' | 'new' }
  /** Takes one, and comes back with the lock if it was the last. */
  | { readonly kind: 'locked drop'; readonly lock: string }
  /** `from` becomes `to`. */
  | {
      readonly kind: 'claim';
      readonly from: string;
      readonly to: string;
      readonly gives: 'bool' | 'old';
    }
  /** There is no such op of refcount_t. */
  | { readonly kind: 'other' };

/** What an op that adds gives back: the count after it, before it, or whether that is zero, or negative. */
export type Gives = 'nothing' | 'new' | 'old' | 'isZero' | 'isNegative';

/** An op that sources call, by which argument is the counter. */
interface KnownOp {
  readonly counter: number;
  readonly effect: (args: readonly string[]) => Effect;
  /** What it orders: every op that gives something is a full barrier in atomic_t, unless its name says otherwise. */
  readonly order: Order;
}

/** What an op orders, from the weakest. */
export type Order = 'nothing' | 'control' | 'acquire' | 'release' | 'release and acquire' | 'full';

const add = (sign: 1 | -1, gives: Gives, by?: number) => (args: readonly string[]) => {
  const amount = by === undefined ? '1' : args[by]!;
  // To add -1 is to take 1.
  const [, taken] = /^\(?\s*-\s*(\d+)\s*\)?$/.exec(amount.trim()) ?? [];
  if (taken !== undefined && taken !== '0')
    return { kind: 'add', sign: sign === 1 ? -1 : 1, by: taken, gives } as const;
  return { kind: 'add', sign, by: amount, gives } as const;
};

/** The ops of atomic_t without their prefix and their order. */
const ATOMIC: Readonly<Record<string, Omit<KnownOp, 'order'>>> = {
  read: { counter: 0, effect: () => ({ kind: 'read' }) },
  set: { counter: 0, effect: ([, value]) => ({ kind: 'set', value: value! }) },
  inc: { counter: 0, effect: add(1, 'nothing') },
  dec: { counter: 0, effect: add(-1, 'nothing') },
  add: { counter: 1, effect: add(1, 'nothing', 0) },
  sub: { counter: 1, effect: add(-1, 'nothing', 0) },
  inc_return: { counter: 0, effect: add(1, 'new') },
  dec_return: { counter: 0, effect: add(-1, 'new') },
  add_return: { counter: 1, effect: add(1, 'new', 0) },
  sub_return: { counter: 1, effect: add(-1, 'new', 0) },
  fetch_inc: { counter: 0, effect: add(1, 'old') },
  fetch_dec: { counter: 0, effect: add(-1, 'old') },
  fetch_add: { counter: 1, effect: add(1, 'old', 0) },
  fetch_sub: { counter: 1, effect: add(-1, 'old', 0) },
  inc_and_test: { counter: 0, effect: add(1, 'isZero') },
  dec_and_test: { counter: 0, effect: add(-1, 'isZero') },
  sub_and_test: { counter: 1, effect: add(-1, 'isZero', 0) },
  add_negative: { counter: 1, effect: add(1, 'isNegative', 0) },
  inc_not_zero: { counter: 0, effect: () => ({ kind: 'get', by: '1', gives: 'bool' }) },
  inc_unless_negative: { counter: 0, effect: () => ({ kind: 'get', by: '1', gives: 'bool' }) },
  add_unless: { counter: 0, effect: (args) => unless(args, 'bool') },
  fetch_add_unless: { counter: 0, effect: (args) => unless(args, 'old') },
  dec_if_positive: { counter: 0, effect: () => ({ kind: 'drop', when: 'not last', gives: 'new' }) },
  dec_unless_positive: { counter: 0, effect: () => ({ kind: 'drop', when: 'last', gives: 'bool' }) },
  dec_and_lock: { counter: 0, effect: ([, lock]) => ({ kind: 'locked drop', lock: lock! }) },
  dec_and_mutex_lock: { counter: 0, effect: ([, lock]) => ({ kind: 'locked drop', lock: lock! }) },
  cmpxchg: { counter: 0, effect: ([, from, to]) => ({ kind: 'claim', from: from!, to: to!, gives: 'old' }) },
  try_cmpxchg: {
    counter: 0,
    effect: ([, from, to]) => ({ kind: 'claim', from: `*(${from})`, to: to!, gives: 'bool' }),
  },
  xchg: { counter: 0, effect: () => ({ kind: 'other' }) },
  and: { counter: 1, effect: () => ({ kind: 'other' }) },
  or: { counter: 1, effect: () => ({ kind: 'other' }) },
  xor: { counter: 1, effect: () => ({ kind: 'other' }) },
  andnot: { counter: 1, effect: () => ({ kind: 'other' }) },
  fetch_and: { counter: 1, effect: () => ({ kind: 'other' }) },
  fetch_or: { counter: 1, effect: () => ({ kind: 'other' }) },
};

/** `atomic_add_unless(v, -1, 1)` takes one unless it is the last. */
function unless([, by, value]: readonly string[], gives: 'bool' | 'old'): Effect {
  if (Number(by) === -1 && Number(value) === 1 && gives === 'bool')
    return { kind: 'drop', when: 'not last', gives };
  return { kind: 'get', by: by!, gives };
}

/** The ops of refcount_t, for sources that have been converted already, and are to be repaired. */
const REFCOUNT: Readonly<Record<string, Omit<KnownOp, 'order'>>> = {
  ...Object.fromEntries(
    ['read', 'set', 'inc', 'dec', 'add', 'dec_and_test', 'sub_and_test', 'inc_not_zero'].map((name) => [
      name,
      ATOMIC[name]!,
    ]),
  ),
  add_not_zero: { counter: 1, effect: ([by]) => ({ kind: 'get', by: by!, gives: 'bool' }) },
  dec_not_one: { counter: 0, effect: () => ({ kind: 'drop', when: 'not last', gives: 'bool' }) },
  dec_if_one: { counter: 0, effect: () => ({ kind: 'drop', when: 'last', gives: 'bool' }) },
  dec_and_lock: ATOMIC.dec_and_lock!,
  dec_and_mutex_lock: ATOMIC.dec_and_mutex_lock!,
};

/** What refcount_t's documentation promises of its ops. */
export const REFCOUNT_ORDER: Readonly<Record<string, Order>> = {
  read: 'nothing',
  set: 'nothing',
  inc: 'nothing',
  add: 'nothing',
  inc_not_zero: 'control',
  add_not_zero: 'control',
  inc_not_zero_limited_acquire: 'acquire',
  add_not_zero_limited_acquire: 'acquire',
  dec: 'release',
  dec_not_one: 'release',
  dec_if_one: 'release',
  dec_and_test: 'release and acquire',
  sub_and_test: 'release and acquire',
  dec_and_lock: 'release and acquire',
  dec_and_mutex_lock: 'release and acquire',
};

/** The op of a name that a source calls; undefined for a function that is none. */
export function knownOp(name: string): KnownOp | undefined {
  const [, prefix, bare] = /^(atomic|refcount)_(\w+)$/.exec(name) ?? [];
  if (prefix === 'refcount') {
    const op = REFCOUNT[bare!];
    return op && { ...op, order: REFCOUNT_ORDER[bare!]! };
  }
  if (prefix !== 'atomic') return undefined;
  const [, stem, suffix] = /^(.*?)(?:_(relaxed|acquire|release|irqsave))?$/.exec(bare!)!;
  const op = ATOMIC[stem!];
  return op && { ...op, order: orderOf(op.effect(['', '', '']), suffix) };
}

/** `Documentation/atomic_t.txt`: what gives nothing orders nothing, what gives something and names no order is a full barrier. */
function orderOf(effect: Effect, suffix: string | undefined): Order {
  if (suffix === 'acquire' || suffix === 'release') return suffix;
  if (suffix === 'relaxed' || effect.kind === 'read' || effect.kind === 'set') return 'nothing';
  return effect.kind === 'add' && effect.gives === 'nothing' ? 'nothing' : 'full';
}
