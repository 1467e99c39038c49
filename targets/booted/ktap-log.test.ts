import { describe, expect, test } from 'vitest';
import { readKtap } from './ktap-log.ts';

const log = (text: string) => readKtap(text.split('\n'))!;

/** As Linux 6.12 logs it, with a warning of the code under test between. */
const SUITE = `repro_test: loading out-of-tree module taints kernel.
KTAP version 1
1..1
    KTAP version 1
    # Subtest: repro_test
    # module: repro_test
    1..3
------------[ cut here ]------------
refcount_t: underflow; use-after-free.
    ok 1 as_recorded
    # as_the_reference: EXPECTATION FAILED at repro_test.c:70
    Expected 1 == 0, but
    not ok 2 as_the_reference
    ok 3 on_x86 # SKIP not here
# repro_test: pass:1 fail:1 skip:1 total:3
# Totals: pass:1 fail:1 skip:1 total:3
not ok 1 repro_test`;

test('reads what a kernel logs, and puts aside what is no KTAP', () => {
  const { tests, problems, others } = log(SUITE);
  expect(problems).toEqual([]);
  expect(others).toHaveLength(4);
  const [suite] = tests;
  expect(suite).toMatchObject({ name: 'repro_test', status: 'failed' });
  expect(suite!.subtests.map(({ name, status, directive }) => [name, status, directive])).toEqual([
    ['as_recorded', 'ok', ''],
    ['as_the_reference', 'failed', ''],
    ['on_x86', 'skipped', 'SKIP not here'],
  ]);
  expect(suite!.subtests[1]!.diagnostics).toEqual([
    'as_the_reference: EXPECTATION FAILED at repro_test.c:70',
  ]);
});

test('a log without KTAP is none', () => {
  expect(readKtap(['hello', 'ok 1 looks like it'])).toBeUndefined();
});

describe('a log that is no success is none', () => {
  test.each([
    ['breaks off', SUITE.split('\n').slice(0, 10).join('\n'), 'planned'],
    ['lacks the result of the suite', SUITE.split('\n').slice(0, -1).join('\n'), 'planned'],
    ['lacks a test', SUITE.replace('    ok 3 on_x86 # SKIP not here\n', ''), '3 tests planned, 2'],
    ['counts wrongly', SUITE.replace('ok 2 as', 'ok 4 as'), 'number 4'],
    ['has a suite that is better than its tests', SUITE.replace('not ok 1 repro', 'ok 1 repro'), 'not'],
    ['has a suite of another name', SUITE.replace('Subtest: repro_test', 'Subtest: x'), 'those of x'],
    ['has no plan', 'KTAP version 1\nok 1 a', 'no plan'],
    ['has two', 'KTAP version 1\n1..1\n1..1\nok 1 a', 'a second plan'],
    ['has nothing at all', 'KTAP version 1', 'no plan'],
  ])('one that %s', (_, text, problem) => {
    expect(log(text).problems.join('; ')).toContain(problem);
  });
});
