import type { Amount, Op } from '../census/counter.ts';
import type { Gives, OpName } from './op-grammar.ts';

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

/** The amount with the other sign; `-BIAS` becomes `BIAS`. */
const minus = (amount: Amount): Amount =>
  typeof amount === 'number' ? -amount : amount.startsWith('-') ? amount.slice(1).trim() : `-${amount}`;

/** What `add` and `sub` come to. A step up or down by an amount: `sub` of -2 is `add` of 2, and steps of one have names. */
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

/**
 * Names an op by what it does, from its name and its arguments without the counter. See `Op`.
 *
 *     atomic_sub(-1, v)             inc
 *     atomic_fetch_sub(1, v)        dec_return, and what it is compared with is to be taken down by 1
 *     atomic_cmpxchg(v, 1, 0)       dec_if_one, which succeeded if it gives 1
 *     kref_put(k, release)          dec_and_test
 */
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

/**
 * `add_unless(v, a, u)` adds unless the value is u. With u = 0 it is the get of an RCU lookup; with another u it
 * says that the
 * scheme has its dead or its last state elsewhere, which is what an audit looks for:
 *
 *     add_unless(1, 0)    inc_not_zero     dead at 0
 *     add_unless(-1, 1)   dec_not_one      the last one is put under a lock
 *     add_unless(1, -1)   add_unless       dead at -1, as inet_peer was
 */
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

/** Verbs that mean one thing, whatever their arguments are. */
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
