import { constant, type Operand } from '../memory/event.ts';
import type { CallSite, KernelCall } from './kernel-call.ts';
import { computed, type Valued, withCheck, withFence, withRead, withWriteOf } from './path.ts';

/** How strongly a read-modify-write orders; `full` has a full fence on either side. */
type Order = 'full' | 'relaxed' | 'acquire' | 'release';

/*
 * By the middle of their names. `inc` and `dec` have no argument and get one all the same, so that all are of one form.
 * Arithmetic wraps at 32 bits, as that of atomic_t does.
 */
const OPERATIONS: Readonly<Record<string, (old: number, by: number) => number>> = {
  add: (old, by) => (old + by) | 0,
  sub: (old, by) => (old - by) | 0,
  inc: (old) => (old + 1) | 0,
  dec: (old) => (old - 1) | 0,
  and: (old, by) => old & by,
  or: (old, by) => old | by,
  xor: (old, by) => old ^ by,
  andnot: (old, by) => old & ~by,
};

/**
 * The atomic ops of the kernel, by name. What returns a value is fully ordered unless its suffix says otherwise; what
 * returns none orders nothing; and what may fail orders nothing when it does.
 *
 *     atomic_inc                    relaxed, and smp_rmb does not order its read
 *     atomic_fetch_add_release      a release
 *     atomic_cmpxchg                full, or a plain marked read when it fails
 *
 * @returns undefined for a name that is none of them
 */
export function atomicCall(name: string): KernelCall | undefined {
  const parts = /^(?:(?:raw_)?atomic(?:64|_long)?_)?(.+?)(?:_(relaxed|acquire|release))?$/.exec(name);
  if (!parts) return undefined;
  const [, op, suffix] = parts as unknown as [string, string, string | undefined];
  const order = (suffix ?? 'full') as Order;
  // xchg and cmpxchg work on any word, the others on atomic_t alone.
  if (op === 'xchg') return exchange(order);
  if (op === 'cmpxchg') return compareExchange(order);
  if (!/^(?:raw_)?atomic/.test(name)) return undefined;
  if (op === 'read') return suffix === undefined || suffix === 'acquire' ? loadOf(suffix) : undefined;
  if (op === 'set') return suffix === undefined || suffix === 'release' ? storeOf(suffix) : undefined;
  if (suffix === undefined) {
    const test = testing(op);
    if (test) return test;
  }
  return arithmetic(op, suffix, order);
}

/** `atomic_read` is READ_ONCE by another name, `atomic_read_acquire` is smp_load_acquire. */
function loadOf(suffix: string | undefined): KernelCall {
  const order = suffix === 'acquire' ? 'acquire' : 'once';
  return { args: ['value'], does: ({ path, args: [place], at }) => [withRead(path, place!, order, at)] };
}

/** `atomic_set` is WRITE_ONCE by another name, `atomic_set_release` is smp_store_release. */
function storeOf(suffix: string | undefined): KernelCall {
  const order = suffix === 'release' ? 'release' : 'once';
  return {
    args: ['value', 'value'],
    does: ({ path, args: [place, value], at }) => [
      { path: withWriteOf(path, place!, value!, order, at), value: constant(0) },
    ],
  };
}

/** A read-modify-write; its value is what it read. */
function update(
  site: CallSite,
  place: Operand,
  order: Order,
  make: (old: Operand) => Operand,
  isNoReturn = false,
): Valued {
  const { at } = site;
  const before = order === 'full' ? withFence(site.path, 'mb', at) : site.path;
  const { path, value } = withRead(before, place, order === 'acquire' ? 'acquire' : 'once', at, {
    isNoReturn,
    isAtomic: true,
  });
  const written = withWriteOf(path, place, make(value), order === 'release' ? 'release' : 'once', at, {
    of: before.events.length,
  });
  return { path: order === 'full' ? withFence(written, 'mb', at) : written, value };
}

/**
 * `xchg(x, 1)` takes a pointer to any word, `atomic_xchg(v, 1)` one to an atomic_t. What is written does not depend on what is
 * read, so a later read of the same thread may have the new value ahead of time.
 */
function exchange(order: Order): KernelCall {
  return {
    args: ['value', 'value'],
    does: (site) => [update(site, site.args[0]!, order, () => site.args[1]!)],
  };
}

/** Whether it fails is decided beforehand, and checked when it reads. */
function either(
  site: CallSite,
  place: Operand,
  order: Order,
  make: (old: Operand) => Operand,
  succeeds: (old: Operand) => Operand,
): { readonly done: Valued; readonly failed: Valued } {
  const done = update(site, place, order, make);
  const failed = withRead(site.path, place, 'once', site.at, { isAtomic: true });
  return {
    done: { ...done, path: withCheck(done.path, succeeds(done.value), (it) => it !== 0) },
    failed: { ...failed, path: withCheck(failed.path, succeeds(failed.value), (it) => it === 0) },
  };
}

/**
 * `cmpxchg(x, old, new)` returns what it read. It succeeds when that is `old`. Both values may come from earlier reads, so
 * whether it did is a check like that of a branch.
 */
function compareExchange(order: Order): KernelCall {
  return {
    args: ['value', 'value', 'value'],
    does: (site) => {
      const [place, expected, wanted] = site.args as [Operand, Operand, Operand];
      const isEqual = (old: Operand) => computed([old, expected], (one, other) => Number(one === other));
      const { done, failed } = either(site, place, order, () => wanted, isEqual);
      return [done, failed];
    },
  };
}

/** `atomic_add_unless(v, a, u)` and its kin, which return whether they did, or what they read. */
function unless(
  args: number,
  by: (args: readonly Operand[]) => Operand,
  refused: (old: number, unless: number) => boolean,
  returns: 'whether' | 'old',
): KernelCall {
  return {
    args: (['value', 'value', 'value'] as const).slice(0, args),
    does: (site) => {
      const [place, , limit = constant(0)] = site.args as [Operand, Operand?, Operand?];
      const { done, failed } = either(
        site,
        place,
        'full',
        (old) => computed([old, by(site.args)], OPERATIONS.add!),
        (old) => computed([old, limit], (one, other) => Number(!refused(one, other))),
      );
      if (returns === 'old') return [done, failed];
      const answer = ({ path, value }: Valued, is: number): Valued => ({
        path,
        value: computed([value], () => is),
      });
      return [answer(done, 1), answer(failed, 0)];
    },
  };
}

/** Ops that return whether something holds. */
function testing(op: string): KernelCall | undefined {
  const test = /^(add|sub|inc|dec)_(and_test|negative)$/.exec(op);
  if (test && (test[2] === 'and_test') === (test[1] !== 'add')) {
    const holds = test[2] === 'and_test' ? (value: number) => value === 0 : (value: number) => value < 0;
    return changing(test[1]!, 'full', (old, by) => Number(holds(OPERATIONS[test[1]!]!(old, by))));
  }
  const isEqual = (old: number, limit: number) => old === limit;
  switch (op) {
    case 'add_unless':
      return unless(3, (args) => args[1]!, isEqual, 'whether');
    case 'fetch_add_unless':
      return unless(3, (args) => args[1]!, isEqual, 'old');
    case 'inc_not_zero':
      return unless(1, () => constant(1), isEqual, 'whether');
    case 'inc_unless_negative':
      return unless(
        1,
        () => constant(1),
        (old) => old < 0,
        'whether',
      );
    case 'dec_unless_positive':
      return unless(
        1,
        () => constant(-1),
        (old) => old > 0,
        'whether',
      );
    default:
      return undefined;
  }
}

/** `atomic_add`, `atomic_add_return…`, `atomic_fetch_add…`. */
function arithmetic(op: string, suffix: string | undefined, order: Order): KernelCall | undefined {
  const parts = /^(fetch_)?(add|sub|inc|dec|and|or|xor|andnot)(_return)?$/.exec(op);
  if (!parts || (parts[1] && parts[3])) return undefined;
  const name = parts[2]!;
  const isOfBits = /^(and|or|xor|andnot)$/.test(name);
  if (parts[1]) return changing(name, order, (old) => old);
  if (parts[3]) return isOfBits ? undefined : changing(name, order, OPERATIONS[name]!);
  return suffix === undefined ? changing(name, 'relaxed', undefined) : undefined;
}

/** @param returns of what was read and the argument; undefined for an op that returns nothing */
function changing(
  name: string,
  order: Order,
  returns: ((old: number, by: number) => number) | undefined,
): KernelCall {
  const hasArgument = name !== 'inc' && name !== 'dec';
  const operation = OPERATIONS[name]!;
  return {
    args: hasArgument ? ['value', 'value'] : ['value'],
    does: (site) => {
      const by = hasArgument ? site.args[0]! : constant(1);
      const place = site.args.at(-1)!;
      const done = update(site, place, order, (old) => computed([old, by], operation), returns === undefined);
      return [{ path: done.path, value: returns ? computed([done.value, by], returns) : constant(0) }];
    },
  };
}
