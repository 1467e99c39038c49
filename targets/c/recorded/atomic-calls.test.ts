import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterOf } from '../../../test/c/c-subjects.ts';
import { NotingWord } from '../../../test/c/noting-word.ts';
import type { Counter } from '../../subject/subject.ts';
import { type AtomicCall, atomicCall, truncated } from './atomic-calls.ts';

function callOf(name: string): AtomicCall {
  const call = atomicCall(name);
  if (!call) throw new Error(`${name} is no call on a word`);
  return call;
}

const ADDRESS = 1024;
const RELAXED = 0;

describe('the name of a call', () => {
  test.each([
    'printf',
    '__tsan_read4',
    '__tsan_atomic_thread_fence',
    '__tsan_atomic32_spin',
    '__tsan_atomic32',
    '__tsan_atomic64_load',
    '__tsan_atomic128_fetch_add',
  ])('%s is none', (name) => {
    expect(atomicCall(name)).toBeUndefined();
  });

  test.each([
    ['__tsan_atomic8_load', 1],
    ['__tsan_atomic16_store', 2],
    ['__tsan_atomic32_compare_exchange_val', 4],
    ['__tsan_atomic32_compare_exchange_strong', 4],
    ['__tsan_atomic8_fetch_nand', 1],
  ])('%s accesses %i bytes', (name, size) => {
    expect(callOf(name).size).toBe(size);
  });
});

/** What each makes of an old value, said a second time. */
const CHANGES: Readonly<Record<string, (old: number, value: number) => number>> = {
  exchange: (_, value) => value,
  fetch_add: (old, value) => old + value,
  fetch_sub: (old, value) => old - value,
  fetch_and: (old, value) => old & value,
  fetch_or: (old, value) => old | value,
  fetch_xor: (old, value) => old ^ value,
  fetch_nand: (old, value) => ~(old & value),
};

describe.each([8, 16, 32])('with %i bits', (bits) => {
  const inBits = (value: number) => (bits === 32 ? value | 0 : value & (2 ** bits - 1));

  test.each(
    Object.keys(CHANGES),
  )('%s returns the old value and leaves the new one, in a word and a cell', (kind) => {
    const call = callOf(`__tsan_atomic${bits}_${kind}`);
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (first, value) => {
        const old = inBits(first);
        const after = inBits(CHANGES[kind]!(old, inBits(value)));
        const word = new NotingWord(old);
        expect(call.onWord(word, [ADDRESS, inBits(value), RELAXED])).toBe(old);
        expect(word.value).toBe(after);
        expect(word.seen).toHaveLength(1);
        expect(call.onCell(old, [ADDRESS, inBits(value), RELAXED])).toEqual({ value: after, result: old });
      }),
    );
  });

  test('a compare-exchange replaces what is expected, and returns what it saw', () => {
    const call = callOf(`__tsan_atomic${bits}_compare_exchange_val`);
    const high = inBits(-1);
    for (const [old, expected] of [
      [high, -1],
      [high, high],
      [5, 5],
    ] as const) {
      const word = new NotingWord(old);
      expect(call.onWord(word, [ADDRESS, expected, 7, RELAXED, RELAXED])).toBe(old);
      expect(word.value).toBe(7);
      expect(call.onCell(old, [ADDRESS, expected, 7])).toEqual({ value: 7, result: old });
    }
    const word = new NotingWord(5);
    expect(call.onWord(word, [ADDRESS, 6, 7, RELAXED, RELAXED])).toBe(5);
    expect(word.value).toBe(5);
    expect(call.onCell(5, [ADDRESS, 6, 7])).toEqual({ value: 5, result: 5 });
  });

  test('a store leaves no more bits than there are, and returns nothing', () => {
    const call = callOf(`__tsan_atomic${bits}_store`);
    const word = new NotingWord(0);
    expect(call.onWord(word, [ADDRESS, -2, RELAXED])).toBeUndefined();
    expect(word.value).toBe(truncated(-2, bits / 8));
    expect(call.onCell(0, [ADDRESS, -2])).toEqual({ value: truncated(-2, bits / 8), result: undefined });
  });
});

describe('the memory order', () => {
  test.each([
    [0, 'relaxed'],
    // Consume: no compiler makes less of it than acquire.
    [1, 'acquire'],
    [2, 'acquire'],
    [3, 'release'],
    [4, 'full'],
    [5, 'full'],
  ])('number %i is %s', (number, order) => {
    const word = new NotingWord(1);
    callOf('__tsan_atomic32_load').onWord(word, [ADDRESS, number]);
    callOf('__tsan_atomic32_store').onWord(word, [ADDRESS, 2, number]);
    callOf('__tsan_atomic32_fetch_add').onWord(word, [ADDRESS, 1, number]);
    callOf('__tsan_atomic32_compare_exchange_val').onWord(word, [ADDRESS, 3, 4, number, 0]);
    callOf('__tsan_atomic32_fetch_or').onWord(word, [ADDRESS, 8, number]);
    expect(word.seen).toEqual([
      `load ${order}`,
      `store 2 ${order}`,
      `add 1 ${order}`,
      `cas 3 4 ${order}`,
      `or 8 ${order}`,
    ]);
    expect(word.value).toBe(12);
  });
});

/** Compiled at most once, for all that is written in C. */
const SOURCE = `
struct tally { _Atomic int count; };
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(int, plus) { return counter->count += 3; }
REFUZZ_OP(int, plus_plus) { return counter->count++; }
REFUZZ_OP(int, minus_minus) { return --counter->count; }
REFUZZ_OP(void, assign, int n) { counter->count = n; }
REFUZZ_OP(int, value) { return counter->count; }
REFUZZ_OP(int, times) { return counter->count *= 2; }
REFUZZ_OP(int, or_acquire, int n) { return atomic_fetch_or_explicit(&counter->count, n, memory_order_acquire); }
REFUZZ_OP(int, and_release, int n) { return atomic_fetch_and_explicit(&counter->count, n, memory_order_release); }
REFUZZ_OP(int, xor_relaxed, int n) { return atomic_fetch_xor_explicit(&counter->count, n, memory_order_relaxed); }
REFUZZ_OP(int, nand, int n) { return __atomic_fetch_nand((int *)&counter->count, n, __ATOMIC_SEQ_CST); }
REFUZZ_OP(int, swap, int n) { return atomic_exchange_explicit(&counter->count, n, memory_order_acq_rel); }
REFUZZ_OP(bool, cas, int a, int b) { return atomic_compare_exchange_strong_explicit(&counter->count, &a, b, memory_order_release, memory_order_relaxed); }
REFUZZ_OP(int, old_sync) { return __sync_fetch_and_add((int *)&counter->count, 1); }
REFUZZ_OP(int, plain) { return *(volatile int *)&counter->count; }
REFUZZ_OP(void, plainly) { *(volatile int *)&counter->count = 9; }
REFUZZ_OP(int, local)
{
	_Atomic int mine = 5;
	_Atomic short low = 7;

	atomic_fetch_add(&mine, 2);
	atomic_fetch_sub(&low, 8);
	return mine + low + atomic_load_explicit(&counter->count, memory_order_relaxed);
}
REFUZZ_OP(bool, local_cas)
{
	_Atomic int mine = -5;
	int expected = -5;

	return atomic_compare_exchange_strong(&mine, &expected, 7) && mine == 7 && atomic_load(&counter->count);
}
`;

describe('C11, the builtins and plain accesses', () => {
  let made: Promise<Counter> | undefined;
  const counter = () => {
    made ??= counterOf(SOURCE);
    return made;
  };

  test.each([
    ['plus', 10, 0, 0, 13, 13, ['add 3 full']],
    ['plus_plus', 10, 0, 0, 10, 11, ['add 1 full']],
    ['minus_minus', 10, 0, 0, 9, 9, ['sub 1 full']],
    ['assign', 10, 4, 0, undefined, 4, ['store 4 full']],
    ['value', 10, 0, 0, 10, 10, ['load full']],
    // There is no such instruction: clang loads, and goes round a compare-exchange.
    ['times', 10, 0, 0, 20, 20, ['load full', 'cas 10 20 full']],
    ['or_acquire', 10, 5, 0, 10, 15, ['or 5 acquire']],
    ['and_release', 10, 6, 0, 10, 2, ['and 6 release']],
    ['xor_relaxed', 10, 2, 0, 10, 8, ['xor 2 relaxed']],
    ['nand', 10, 2, 0, 10, -3, ['update full']],
    ['swap', 10, -1, 0, 10, -1, ['exchange -1 full']],
    ['cas', 10, 10, 3, true, 3, ['cas 10 3 release']],
    ['cas', 10, 11, 3, false, 10, ['cas 11 3 release']],
    ['old_sync', 10, 0, 0, 10, 11, ['add 1 full']],
    ['plain', 10, 0, 0, 10, 10, ['load relaxed']],
    ['plainly', 10, 0, 0, undefined, 9, ['store 9 relaxed']],
    // Local variables are nobody else's: no access at all.
    ['local', 10, 0, 0, 16, 10, ['load relaxed']],
    // A cell of 4 bytes is read as unsigned, and -5 is -5 all the same.
    ['local_cas', 10, 0, 0, true, 10, ['load full']],
  ] as const)('%s on %i', async (op, start, a, b, result, after, seen) => {
    const word = new NotingWord(start);
    expect((await counter()).ops[op]!.run(word, a, b)).toBe(result);
    expect(word.value).toBe(after);
    expect(word.seen).toEqual(seen);
  });
});
