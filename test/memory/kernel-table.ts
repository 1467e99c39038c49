import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { runLitmusTest } from '../../fuzz/litmus/run-test.ts';

/** What an op of the kernel's table orders. */
export type Orders = 'earlier accesses' | 'later reads' | 'later writes' | 'all';

/**
 * An op as a statement of litmus tests, which leaves in `got` whether it succeeded. `refcount_t` is written as
 * include/linux/refcount.h has it since v5.5: there is no other way to say what it orders.
 */
export interface TabledOp {
  readonly name: string;
  /** What x holds, so that it succeeds. */
  readonly start: number;
  /** Before what follows on success; `{` is closed behind it. */
  readonly code: string;
}

const op = (name: string, start: number, code: string): TabledOp => ({ name, start, code });
const returning = (name: string, start: number, call: string, test: string, more = '') =>
  op(name, start, `got = ${call}; if (${test}) { ${more}`);

const READ = [
  op('atomic_read', 1, 'got = atomic_read(x); {'),
  op('refcount_read', 1, 'got = atomic_read(x); {'),
];
const SET = [op('atomic_set', 1, 'atomic_set(x, 2); {'), op('refcount_set', 1, 'atomic_set(x, 2); {')];
const INC = [
  op('atomic_inc', 1, 'atomic_inc(x); {'),
  op('refcount_inc', 1, 'got = atomic_fetch_add_relaxed(1, x); {'),
];
const DEC = [
  op('atomic_dec', 2, 'atomic_dec(x); {'),
  op('refcount_dec', 2, 'got = atomic_fetch_sub_release(1, x); {'),
];
const INC_NOT_ZERO = [
  returning('atomic_inc_not_zero', 1, 'atomic_inc_not_zero(x)', 'got'),
  returning('refcount_inc_not_zero', 1, 'atomic_cmpxchg_relaxed(x, 1, 2)', 'got == 1'),
];
const DEC_AND_TEST = [
  returning('atomic_dec_and_test', 1, 'atomic_dec_and_test(x)', 'got'),
  returning('refcount_dec_and_test', 1, 'atomic_fetch_sub_release(1, x)', 'got == 1', 'smp_rmb();'),
  returning('refcount_dec_and_test (v4.11)', 1, 'atomic_fetch_sub_release(1, x)', 'got == 1'),
];
const DEC_IF_ONE = [
  returning('atomic_cmpxchg(1, 0)', 1, 'atomic_cmpxchg(x, 1, 0)', 'got == 1'),
  returning('refcount_dec_if_one', 1, 'atomic_cmpxchg_release(x, 1, 0)', 'got == 1'),
];
const DEC_AND_LOCK = [
  returning('atomic_dec_and_lock', 1, 'atomic_dec_and_test(x)', 'got', 'spin_lock(l);'),
  returning(
    'refcount_dec_and_lock',
    1,
    'atomic_fetch_sub_release(1, x)',
    'got == 1',
    'smp_rmb(); spin_lock(l);',
  ),
];

/** By the headings of Documentation/core-api/refcount-vs-atomic.rst. */
export const ROWS: readonly (readonly [heading: string, ops: readonly TabledOp[]])[] = [
  ['non-RMW ops: read', READ],
  ['non-RMW ops: set', SET],
  ['non-value-returning: increment', INC],
  ['non-value-returning: decrement', DEC],
  ['value-returning: increment on success', INC_NOT_ZERO],
  ['value-returning: decrement, last', DEC_AND_TEST],
  ['value-returning: 1 to 0', DEC_IF_ONE],
  ['lock-based: decrement, last', DEC_AND_LOCK],
];

/**
 * A probe: what stands before the op and behind it on success, another thread, and what must never be seen if the op orders
 * it. Each is the classic test of its kind.
 */
const PROBES: Readonly<
  Record<Orders, readonly [before: string, behind: string, other: string, never: string]>
> = {
  // Who sees the op's write (it leaves another value than the start) sees the earlier one.
  'earlier accesses': [
    'WRITE_ONCE(*y, 1);',
    '',
    'int r1 = atomic_read(x); smp_rmb(); int r2 = READ_ONCE(*y);',
    '1:r1=LEFT /\\ 1:r2=0',
  ],
  // The op reads what another has released; a later read must not be older than that.
  'later reads': [
    '',
    'int r1 = READ_ONCE(*y);',
    'WRITE_ONCE(*y, 1); smp_mb(); int r2 = atomic_xchg_relaxed(x, START);',
    'SEEN /\\ 0:r1=0',
  ],
  'later writes': [
    '',
    'WRITE_ONCE(*y, 1);',
    'int r1 = READ_ONCE(*y); smp_mb(); int r2 = atomic_xchg_relaxed(x, START);',
    'SEEN /\\ 1:r1=1',
  ],
  all: [
    'WRITE_ONCE(*y, 1);',
    'int r1 = READ_ONCE(*z);',
    'WRITE_ONCE(*z, 1); smp_mb(); int r2 = READ_ONCE(*y);',
    '0:r1=0 /\\ 1:r2=0 /\\ 0:done=1',
  ],
};

/** What an op leaves of its start, for those that the table has. */
function leftBy({ name, start }: TabledOp): number {
  if (name.includes('read')) return start;
  if (name.includes('set')) return 2;
  return name.includes('inc') ? start + 1 : start - 1;
}

/**
 * Whether an op orders something, by every execution of the probe. Where the op has to read what another thread has written,
 * x starts at 7, with which no op of the table succeeds, and the other thread writes what it succeeds with.
 */
export function orders(tabled: TabledOp, what: Orders): boolean {
  const [before, behind, other, never] = PROBES[what];
  const needsOther = never.includes('SEEN');
  const isUnchanged = leftBy(tabled) === tabled.start;
  // What it leaves cannot be told from the start: nobody can read from it.
  if (what === 'earlier accesses' && (isUnchanged || tabled.name.includes('read'))) return false;
  const condition = never
    .replace('LEFT', String(leftBy(tabled)))
    .replace('SEEN', '0:done=1 /\\ 1:r2=7 /\\ 0:first=START')
    .replace('0:first=START', `x=${leftBy(tabled)}`);
  const text = `C probe

{ x=${needsOther ? 7 : tabled.start}; y=0; z=0; l=0; }

P0(atomic_t *x, int *y, int *z, spinlock_t *l)
{
	int got;
	int done;
	int r1;
	done = 0;
	${before}
	${tabled.code} ${behind.replace('int r1', 'r1')} done = 1; }
}

P1(atomic_t *x, int *y, int *z)
{
	int r1;
	int r2;
	${other.replaceAll('int r', 'r').replace('START', String(tabled.start))}
}

exists (${condition})
`;
  const answer = runLitmusTest(readLitmusTest('probe.litmus', text), 1_000_000);
  return answer.positive === 0;
}

/** The row of an op: what it orders, in words. */
export function orderedBy(tabled: TabledOp): string {
  if (orders(tabled, 'all')) return 'full order';
  const parts: string[] = [];
  if (orders(tabled, 'earlier accesses')) parts.push('release');
  if (orders(tabled, 'later reads')) parts.push('acquire on success');
  else if (orders(tabled, 'later writes')) parts.push('control dependency on success');
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** The table as docs/memory.md has it. */
export function kernelTable(): string {
  const lines = ROWS.flatMap(([heading, ops]) =>
    ops.map((tabled, at) => `| ${at === 0 ? heading : ''} | \`${tabled.name}\` | ${orderedBy(tabled)} |`),
  );
  return ['| kind of op | op | what it orders |', '|---|---|---|', ...lines].join('\n');
}
