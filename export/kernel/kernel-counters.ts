/** A counter of the kernel. */
export interface KernelCounter {
  /** Its name in the kernel. */
  readonly type: string;
  /** The file of the runtime that declares, sets and reads it, without its ending. */
  readonly file: string;
  readonly header: string;
  /** It warns in the log. */
  readonly warns: boolean;
  /** By op: a further file of the runtime that its statement needs. */
  readonly needs?: Readonly<Record<string, string>>;
  /** The statement that an op is, on the variable `counter`; a void one has no result. */
  readonly ops: Readonly<Record<string, (a: string, b: string) => string>>;
}

/** include/linux/refcount.h. The reproducer's `run_op` is made of these statements. */
const REFCOUNT: KernelCounter = {
  type: 'refcount_t',
  file: 'counter/refcount',
  header: 'linux/refcount.h',
  warns: true,
  ops: {
    read: () => 'return (int)refcount_read(&counter);',
    set: (n) => `refcount_set(&counter, ${n});`,
    set_release: (n) => `refcount_set_release(&counter, ${n});`,
    add: (i) => `refcount_add(${i}, &counter);`,
    inc: () => 'refcount_inc(&counter);',
    add_not_zero: (i) => `return refcount_add_not_zero(${i}, &counter);`,
    inc_not_zero: () => 'return refcount_inc_not_zero(&counter);',
    add_not_zero_acquire: (i) => `return refcount_add_not_zero_acquire(${i}, &counter);`,
    inc_not_zero_acquire: () => 'return refcount_inc_not_zero_acquire(&counter);',
    sub_and_test: (i) => `return refcount_sub_and_test(${i}, &counter);`,
    dec_and_test: () => 'return refcount_dec_and_test(&counter);',
    dec: () => 'refcount_dec(&counter);',
    dec_if_one: () => 'return refcount_dec_if_one(&counter);',
    dec_not_one: () => 'return refcount_dec_not_one(&counter);',
  },
};

/** include/linux/kref.h: a refcount_t that has four of its ops. */
const KREF: KernelCounter = {
  ...REFCOUNT,
  type: 'struct kref',
  file: 'counter/kref',
  header: 'linux/kref.h',
  needs: { dec_and_test: 'counter/kref-release' },
  ops: {
    read: () => 'return (int)kref_read(&counter);',
    inc: () => 'kref_get(&counter);',
    inc_not_zero: () => 'return kref_get_unless_zero(&counter);',
    dec_and_test: () => 'return kref_put(&counter, repro_release);',
  },
};

/** atomic_t, and for each op of refcount_t the idiom that it replaces. */
const ATOMIC: KernelCounter = {
  type: 'atomic_t',
  file: 'counter/atomic',
  header: 'linux/atomic.h',
  warns: false,
  ops: {
    read: () => 'return atomic_read(&counter);',
    set: (value) => `atomic_set(&counter, ${value});`,
    set_release: (value) => `atomic_set_release(&counter, ${value});`,
    ...Object.fromEntries(['inc', 'dec'].map((op) => [op, () => `atomic_${op}(&counter);`])),
    ...Object.fromEntries(['add', 'sub'].map((op) => [op, (i: string) => `atomic_${op}(${i}, &counter);`])),
    ...Object.fromEntries(
      ['add_return', 'sub_return', 'fetch_add', 'fetch_sub', 'sub_and_test', 'add_negative'].map((op) => [
        op,
        (i: string) => `return atomic_${op}(${i}, &counter);`,
      ]),
    ),
    ...Object.fromEntries(
      [
        ...['inc_return', 'dec_return', 'fetch_inc', 'fetch_dec', 'dec_and_test', 'inc_and_test'],
        ...['inc_not_zero', 'inc_unless_negative', 'dec_unless_positive', 'dec_if_positive'],
      ].map((op) => [op, () => `return atomic_${op}(&counter);`]),
    ),
    ...Object.fromEntries(
      ['add_unless', 'fetch_add_unless', 'cmpxchg'].map((op) => [
        op,
        (a: string, b: string) => `return atomic_${op}(&counter, ${a}, ${b});`,
      ]),
    ),
    xchg: (value) => `return atomic_xchg(&counter, ${value});`,
    try_cmpxchg: (old, value) => `return atomic_cmpxchg(&counter, ${old}, ${value}) == ${old};`,
    add_not_zero: (i) => `return atomic_add_unless(&counter, ${i}, 0);`,
    inc_not_zero_acquire: () => 'return atomic_inc_not_zero(&counter);',
    add_not_zero_acquire: (i) => `return atomic_add_unless(&counter, ${i}, 0);`,
    dec_if_one: () => 'return atomic_cmpxchg(&counter, 1, 0) == 1;',
    dec_not_one: () => 'return atomic_add_unless(&counter, -1, 1);',
  },
};

/** By the name of a subject. */
export const KERNEL_COUNTERS: Readonly<Record<string, KernelCounter>> = {
  'refcount/v5.5': REFCOUNT,
  'kernel/refcount': REFCOUNT,
  'kernel/kref': KREF,
  atomic: ATOMIC,
};

/** A 32-bit value as kernel C. Only what people know by its name, or better by its bits, is not decimal. */
export function kernelLiteral(value: number): string {
  if (value === 0x7fffffff) return 'INT_MAX';
  if (value === -0x80000000) return 'INT_MIN';
  // REFCOUNT_SATURATED, spelt as the header does.
  if (value === -0x40000000) return 'INT_MIN / 2';
  return value < 4096 ? String(value) : `0x${value.toString(16)}`;
}
