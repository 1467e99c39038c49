import { expect, test } from 'vitest';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import { constantsOf } from './constants.ts';

function counter(run: CounterOp['run'], constants?: readonly number[]): Counter {
  return { ...refcountV55, ops: { inc: { arity: 0, run } }, ...(constants && { constants }) };
}

test('literals of the ops, as 32-bit values, each once; small ones are left out', () => {
  const found = constantsOf(
    counter((count) => {
      const old = count.load('relaxed');
      if (old === 0x1234_5678 || old === 70_000 || old === 70_000 || old === 12) return 1;
      return old === (0xdeadbeef | 0) ? 2 : old === -65_537 ? 3 : 0;
    }),
  );
  expect(found.sort((a, b) => a - b)).toEqual([0xdeadbeef | 0, 65_537, 70_000, 0x12345678]);
});

test('names and fractions are none', () => {
  const a1000 = 1;
  expect(constantsOf(counter(() => a1000 + 1000.5))).toEqual([]);
});

test('a counter may name them itself', () => {
  expect(constantsOf(counter(() => 70_000, [99_999, 3]))).toEqual([99_999]);
});

test('no more than sixteen', () => {
  expect(
    constantsOf(
      counter(
        () => 0,
        Array.from({ length: 40 }, (_, n) => 1000 + n),
      ),
    ),
  ).toHaveLength(16);
});
