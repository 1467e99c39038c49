/** Counters that a kernel has compiled in. `fault` is for tests: ops that bring the guest down. */
export type BootedFamily = 'refcount' | 'atomic' | 'kref' | 'fault';

/** How an op returns: nothing, a truth value, or a 32-bit integer. */
export type BootedKind = 'void' | 'bool' | 'int';

/** One call that a guest can make on its own counters. */
export interface BootedOp {
  readonly family: BootedFamily;
  readonly name: string;
  readonly arity: 0 | 1 | 2;
  readonly kind: BootedKind;
  /** The call in C, on `r` (a refcount_t), `v` (an atomic_t) or `k` (a struct kref), with `a` and `b`. */
  readonly call: string;
  /** A function that kernels of some releases lack; without it, all have the op that the module can be built for. */
  readonly needs?: string;
}

function op(
  family: BootedFamily,
  kind: BootedKind,
  name: string,
  arity: 0 | 1 | 2,
  call: string,
  needs?: string,
): BootedOp {
  return { family, name, arity, kind, call, ...(needs === undefined ? {} : { needs }) };
}

/**
 * What a guest can be asked for. An op's number is its place here; the guest's switch is generated from the same table
 * and belongs to the key of the module cache, so places may change from one version to the next.
 *
 * Names are those of the built-in counters: of `atomic`, the last ones are the idioms that the ops of refcount_t replace.
 */
export const BOOTED_OPS: readonly BootedOp[] = [
  op('refcount', 'int', 'read', 0, 'refcount_read(r)'),
  op('refcount', 'void', 'set', 1, 'refcount_set(r, a)'),
  op('refcount', 'void', 'set_release', 1, 'refcount_set_release(r, a)', 'refcount_set_release'),
  op('refcount', 'void', 'add', 1, 'refcount_add(a, r)'),
  op('refcount', 'void', 'inc', 0, 'refcount_inc(r)'),
  op('refcount', 'bool', 'add_not_zero', 1, 'refcount_add_not_zero(a, r)'),
  op('refcount', 'bool', 'inc_not_zero', 0, 'refcount_inc_not_zero(r)'),
  op(
    'refcount',
    'bool',
    'add_not_zero_acquire',
    1,
    'refcount_add_not_zero_acquire(a, r)',
    'refcount_add_not_zero_acquire',
  ),
  op(
    'refcount',
    'bool',
    'inc_not_zero_acquire',
    0,
    'refcount_inc_not_zero_acquire(r)',
    'refcount_inc_not_zero_acquire',
  ),
  op('refcount', 'bool', 'sub_and_test', 1, 'refcount_sub_and_test(a, r)'),
  op('refcount', 'bool', 'dec_and_test', 0, 'refcount_dec_and_test(r)'),
  op('refcount', 'void', 'dec', 0, 'refcount_dec(r)'),
  op('refcount', 'bool', 'dec_if_one', 0, 'refcount_dec_if_one(r)'),
  op('refcount', 'bool', 'dec_not_one', 0, 'refcount_dec_not_one(r)'),

  // kref_put wants a function to call at 0. The guest's does nothing: cells are used again.
  op('kref', 'int', 'read', 0, 'kref_read(k)'),
  op('kref', 'void', 'inc', 0, 'kref_get(k)'),
  op('kref', 'bool', 'inc_not_zero', 0, 'kref_get_unless_zero(k)'),
  op('kref', 'bool', 'dec_and_test', 0, 'kref_put(k, refuzz_release)'),

  op('atomic', 'int', 'read', 0, 'atomic_read(v)'),
  op('atomic', 'void', 'set', 1, 'atomic_set(v, a)'),
  op('atomic', 'void', 'set_release', 1, 'atomic_set_release(v, a)'),
  op('atomic', 'void', 'add', 1, 'atomic_add(a, v)'),
  op('atomic', 'void', 'sub', 1, 'atomic_sub(a, v)'),
  op('atomic', 'void', 'inc', 0, 'atomic_inc(v)'),
  op('atomic', 'void', 'dec', 0, 'atomic_dec(v)'),
  op('atomic', 'int', 'add_return', 1, 'atomic_add_return(a, v)'),
  op('atomic', 'int', 'sub_return', 1, 'atomic_sub_return(a, v)'),
  op('atomic', 'int', 'inc_return', 0, 'atomic_inc_return(v)'),
  op('atomic', 'int', 'dec_return', 0, 'atomic_dec_return(v)'),
  op('atomic', 'int', 'fetch_add', 1, 'atomic_fetch_add(a, v)'),
  op('atomic', 'int', 'fetch_sub', 1, 'atomic_fetch_sub(a, v)'),
  op('atomic', 'int', 'fetch_inc', 0, 'atomic_fetch_inc(v)'),
  op('atomic', 'int', 'fetch_dec', 0, 'atomic_fetch_dec(v)'),
  op('atomic', 'bool', 'sub_and_test', 1, 'atomic_sub_and_test(a, v)'),
  op('atomic', 'bool', 'dec_and_test', 0, 'atomic_dec_and_test(v)'),
  op('atomic', 'bool', 'inc_and_test', 0, 'atomic_inc_and_test(v)'),
  op('atomic', 'bool', 'add_negative', 1, 'atomic_add_negative(a, v)'),
  op('atomic', 'bool', 'add_unless', 2, 'atomic_add_unless(v, a, b)'),
  op('atomic', 'int', 'fetch_add_unless', 2, 'atomic_fetch_add_unless(v, a, b)'),
  op('atomic', 'bool', 'inc_not_zero', 0, 'atomic_inc_not_zero(v)'),
  op('atomic', 'bool', 'inc_unless_negative', 0, 'atomic_inc_unless_negative(v)'),
  op('atomic', 'bool', 'dec_unless_positive', 0, 'atomic_dec_unless_positive(v)'),
  op('atomic', 'int', 'dec_if_positive', 0, 'atomic_dec_if_positive(v)'),
  op('atomic', 'int', 'xchg', 1, 'atomic_xchg(v, a)'),
  op('atomic', 'int', 'cmpxchg', 2, 'atomic_cmpxchg(v, a, b)'),
  // The value seen is written back to `a`, a parameter of refuzz_run, where nobody reads it.
  op('atomic', 'bool', 'try_cmpxchg', 2, 'atomic_try_cmpxchg(v, &a, b)'),
  op('atomic', 'bool', 'add_not_zero', 1, 'atomic_add_unless(v, a, 0)'),
  op('atomic', 'bool', 'inc_not_zero_acquire', 0, 'atomic_inc_not_zero(v)'),
  op('atomic', 'bool', 'add_not_zero_acquire', 1, 'atomic_add_unless(v, a, 0)'),
  op('atomic', 'bool', 'dec_if_one', 0, 'atomic_cmpxchg(v, 1, 0) == 1'),
  op('atomic', 'bool', 'dec_not_one', 0, 'atomic_add_unless(v, -1, 1)'),

  op('fault', 'void', 'panic', 0, 'refuzz_panic()'),
  op('fault', 'void', 'oops', 0, 'refuzz_oops()'),
  op('fault', 'void', 'hang', 0, 'refuzz_hang()'),
  op('fault', 'void', 'flood', 0, 'refuzz_flood()'),
];

/**
 * The function that runs an op by its number, in C:
 *
 *     case 4: refcount_inc(r); return 0;
 *     case 10: return refcount_dec_and_test(r);
 *
 * A number without a case does nothing. Programs never contain one: `BootedKernel.opNumber` knows the same ops.
 *
 * @param refcountHeader the text of include/linux/refcount.h of the kernel that it is compiled for
 */
export function opsHeader(refcountHeader: string): string {
  const cases = BOOTED_OPS.flatMap((one, number) =>
    isIn(one, refcountHeader) ? [`\tcase ${number}: ${statement(one)}`] : [],
  );
  return [
    '/* Made from booted-ops.ts. */',
    'static __always_inline int refuzz_run(u32 op, refcount_t *r, atomic_t *v, struct kref *k, int a, int b)',
    '{',
    '\tswitch (op) {',
    ...cases,
    '\tdefault: return 0;',
    '\t}',
    '}',
    '',
  ].join('\n');
}

/** Whether a kernel with this refcount.h has an op. The text is searched, not parsed: a comment `name(…)` would do. */
export function isIn({ needs }: BootedOp, refcountHeader: string): boolean {
  return needs === undefined || new RegExp(`\\b${needs}\\s*\\(`).test(refcountHeader);
}

function statement({ kind, call }: BootedOp): string {
  return kind === 'void' ? `${call}; return 0;` : `return ${call};`;
}
