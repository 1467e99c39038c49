import { describe, expect, test } from 'vitest';
import { readLitmusTest } from './read-test.ts';
import { runLitmusTest } from './run-test.ts';

const read = (text: string) => readLitmusTest('a.litmus', text);
const run = (text: string) => runLitmusTest(read(text), 100_000);
/** A test with these threads, and what each state comes to. */
const states = (init: string, threads: readonly string[], end: string) =>
  run(`C t\n{ ${init} }\n${threads.map((body, index) => `P${index}${body}`).join('\n')}\n${end}`).states.map(
    ({ text }) => text,
  );

describe('the dialect', () => {
  test('comments of both languages, strings, declarations of any form', () => {
    const test = read(`C some-name+with.signs (* a comment (* in it another *) *)
"a string with { a brace"
(* Result: Never *)
{ int x = 1; y; int *p = &x; q = y; atomic_t a = ATOMIC_INIT(2); spinlock_t l; [z] = -3; 0:r1 = x; 1:r2 = 5 }
P0(int *x, struct foo **p) // of C
{ /* nothing */ }
P1(void) { }
locations [x; 1:r2;]
filter (x = 1)
~exists (x = 2 \\/ not (y = 0 /\\ 1:r2 = 5))`);
    expect(test.name).toBe('some-name+with.signs');
    expect([...test.words.keys()]).toEqual(['x', 'y', 'p', 'q', 'a', 'l', 'z']);
    expect(test.words.get('p')).toEqual({ pointsTo: 'x' });
    expect(test.words.get('z')).toBe(-3);
    expect(test.registers).toHaveLength(2);
    expect(test.expected).toEqual({ observation: 'Never', isRace: false, line: 3 });
    expect(test.condition.quantifier).toBe('~exists');
  });

  test('a pointer is followed, compared and shown by name', () => {
    expect(
      states(
        'int x = 3; int *p = &x;',
        ['(int **p) { int *r0 = READ_ONCE(*p); int r1 = READ_ONCE(*r0); WRITE_ONCE(*r0, r1 + 1); }'],
        'exists (0:r0 = x /\\ 0:r1 = 3 /\\ x = 4)',
      ),
    ).toEqual(['0:r0=x; 0:r1=3; x=4;']);
  });

  test.each([
    ['atomic_add_return(2, v)', 7, 7],
    ['atomic_fetch_add_relaxed(2, v)', 5, 7],
    ['atomic_fetch_andnot(4, v)', 5, 1],
    ['atomic_fetch_xor_release(1, v)', 5, 4],
    ['atomic_sub_and_test(5, v)', 1, 0],
    ['atomic_dec_and_test(v)', 0, 4],
    ['atomic_add_negative(-6, v)', 1, -1],
    ['atomic_add_unless(v, 1, 5)', 0, 5],
    ['atomic_add_unless(v, 1, 4)', 1, 6],
    ['atomic_inc_not_zero(v)', 1, 6],
    ['atomic_cmpxchg_acquire(v, 5, 9)', 5, 9],
    ['atomic_cmpxchg(v, 4, 9)', 5, 5],
    ['xchg_release(v, 8)', 5, 8],
    ['atomic_long_inc_return_acquire(v)', 6, 6],
    ['spin_is_locked(l)', 0, 5],
    ['spin_trylock(l)', 1, 5],
  ])('%s of 5 is %i and leaves %i', (call, returned, left) => {
    expect(
      states(
        'atomic_t v = 5;',
        [`(atomic_t *v, spinlock_t *l) { int r0 = ${call}; }`],
        'exists (0:r0=0 /\\ v=0)',
      ),
    ).toEqual([`0:r0=${returned}; v=${left};`]);
  });

  test('the right side of && is reached only when the left side holds', () => {
    const body =
      '(int *x, int *y) { int r0 = 0; if (READ_ONCE(*x) && xchg(y, 1) == 0) { r0 = 1; } else r0 = 2; }';
    expect(states('x = 1;', [body], 'exists (0:r0=1 /\\ y=1)')).toEqual(['0:r0=1; y=1;']);
    expect(states('x = 0;', [body], 'exists (0:r0=1 /\\ y=1)')).toEqual(['0:r0=2; y=0;']);
  });

  test('filter leaves executions out, and forall asks of all that are left', () => {
    const text = (end: string) =>
      `C t\n{}\nP0(int *x) { WRITE_ONCE(*x, 1); }\nP1(int *x) { int r0 = READ_ONCE(*x); }\n${end}`;
    expect(run(text('forall (1:r0=1)'))).toMatchObject({ isOk: false, positive: 1, negative: 1 });
    expect(run(text('filter (1:r0=1) forall (1:r0=1)'))).toMatchObject({ isOk: true, observation: 'Always' });
  });

  test('a thread that waits for itself is a deadlock', () => {
    const text = 'C t\n{}\nP0(spinlock_t *l) { spin_lock(l); spin_lock(l); }\nexists (true)';
    expect(run(text).observation).toBe('DEADLOCK');
    const rcu =
      'C t\n{}\nP0(int *x) { rcu_read_lock(); synchronize_rcu(); rcu_read_unlock(); }\nexists (true)';
    expect(run(rcu).observation).toBe('DEADLOCK');
  });
});

const THREAD = 'P0(int *x)\n{\n\tint r0 = READ_ONCE(*x);\n}\n';

test.each([
  ['', 'a.litmus:1:1: a litmus test of the kernel begins with "C" and its name'],
  ['X86 SB\n', 'a.litmus:1:1: a litmus test of the kernel begins with "C"'],
  ['C \n{}\n', 'a.litmus:1:1: the test has no name'],
  ['C t\n', 'has no "{"'],
  ['C t\n(* open\n{}', 'a comment without its "*)"'],
  ['C t\n{ int a[2]; }\n', 'a.litmus:2:8: arrays are not supported'],
  ['C t\n{}\nexists (x=1)', 'a.litmus:3:1: expected a thread'],
  ['C t\n{}\nP1(int *x) { }\n', 'a.litmus:3:1: expected P0, found P1'],
  [`C t\n{}\n${THREAD}`, 'the test asks nothing'],
  [`C t\n{}\n${THREAD}exists (z=1)`, 'a.litmus:7:9: no thread has a word "z"; a register is written "0:z"'],
  [`C t\n{}\n${THREAD}exists (1:r0=1)`, 'a.litmus:7:9: there is no P1'],
  [`C t\n{}\n${THREAD}exists (0:r0=1) more`, 'expected the end of the file, found "more"'],
  ['C t\n{}\nP0(int *x)\n{\n\twhile (1) { }\n}\nexists (true)', 'a.litmus:5:2: loops are not supported'],
  [
    'C t\n{}\nP0(int *x)\n{\n\tsmp_mp();\n}\nexists (true)',
    'a.litmus:5:2: smp_mp is no function that litmus tests have',
  ],
  ['C t\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x);\n}\nexists (true)', 'WRITE_ONCE has 1 arguments, and takes 2'],
  [
    'C t\n{}\nP0(int *x)\n{\n\tWRITE_ONCE(*x, r9);\n}\nexists (true)',
    'a.litmus:5:17: r9 is no parameter of the thread',
  ],
  ['C t\n{}\nP0(int *x)\n{\n\tx = 1;\n}\nexists (true)', 'x is a pointer to a word; write *x for the word'],
  [
    'C t\n{}\nP0(int *x)\n{\n\trcu_read_unlock();\n}\nexists (true)',
    'rcu_read_unlock has no rcu_read_lock() before it',
  ],
  [
    'C t\n{}\nP0(int *s)\n{\n\tsrcu_read_unlock(s, 0);\n}\nexists (true)',
    'srcu_read_unlock needs the index that srcu_read_lock returned',
  ],
  [
    `C t\n{}\nP0(int *x)\n{\n\tint r0 = READ_ONCE(*x);\n${'\tif (r0) barrier();\n'.repeat(11)}}\nexists (true)`,
    'a.litmus:16:2: if (r0) is reached on more than 1024 paths',
  ],
  ['C t\n{}\nP0(int *x)\n{\n\tREAD_ONCE(*x)\n}\nexists (true)', 'a.litmus:6:1: expected ";", found "}"'],
  ['C t\n{}\nP0(int *x)\n{\n', 'a thread without its "}"'],
])('wrong input %#', (text, message) => {
  expect(() => run(text)).toThrow(message);
});

test('no file throws anything but errors of input', () => {
  const whole = `C t\n{ x=1; int *p=&x; }\nP0(int *x, int **p) { int r0 = READ_ONCE(*x); if (r0 == 1) smp_store_release(x, 2); }\nexists (0:r0=1 /\\ x=2)`;
  for (let end = 0; end < whole.length; end++)
    for (const text of [whole.slice(0, end), whole.slice(0, end) + whole.slice(end + 1)])
      try {
        run(text);
      } catch (error) {
        expect((error as Error).name, text).toBe('InputError');
      }
});
