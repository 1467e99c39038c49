import { describe, expect, test } from 'vitest';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../targets/subject/values.ts';
import { type Called, Holdings } from './holdings.ts';

const HELD = { saturation: [REFCOUNT_SATURATED], inSaturation: (value: number) => value < 0 };

/** One line of a run: the thread, its call, and what it returned; `?` for a call that goes on. */
function isSound(start: number, ...run: readonly string[]): boolean {
  const holdings = new Holdings(HELD);
  holdings.begin(start);
  for (const line of run) {
    const [, thread, op, a, b, result] = /^(\d) (\w+)(?:\((-?\w+)(?:, (-?\w+))?\))?(?: (.+))?$/.exec(line)!;
    const call: Called = { op: op!, a: Number(a ?? 0), b: Number(b ?? 0) };
    holdings.calls(Number(thread), call);
    if (result === '?') continue;
    holdings.returned(
      Number(thread),
      call,
      result === 'true' || result === 'false' ? result === 'true' : undefined,
    );
  }
  return holdings.isSound;
}

describe('threads put what they got', () => {
  test.each([
    ['a put of the only reference', 1, ['0 dec_and_test true']],
    ['what was got, by the same thread', 0, ['0 inc_not_zero true', '0 dec']],
    ['two references of the start, by two threads', 2, ['0 dec_and_test false', '1 dec_and_test true']],
    ['both by one thread', 2, ['1 dec', '1 dec_and_test true']],
    ['inc by somebody who holds one, and both put', 1, ['0 inc', '0 dec', '0 dec_and_test true']],
    ['several at once', 3, ['0 sub_and_test(2) false', '1 dec']],
    ['looking and asking need nothing', 0, ['0 read', '1 inc_not_zero false', '1 add_not_zero(5) false']],
    ['dec_if_one that does nothing keeps it', 2, ['0 dec_if_one false', '0 dec', '1 dec']],
    ['add_unless at 0', 1, ['0 add_unless(2, 0) true', '0 sub(2)', '1 dec']],
    ['one that fits once another was put', INT_MAX, ['0 dec', '1 inc']],
    ['as many as fit', INT_MAX - 1, ['0 inc', '1 read']],
  ] as const)('sound: %s', (_, start, run) => {
    expect(isSound(start, ...run)).toBe(true);
  });

  test.each([
    ['a put of nothing', 0, ['0 dec_and_test']],
    ['one reference put twice', 1, ['0 dec_and_test true', '0 dec']],
    ['by two threads', 1, ['0 dec', '1 dec_and_test true']],
    ['what was refused', 1, ['1 dec', '0 inc_not_zero false', '0 dec']],
    ['what another thread got', 0, ['0 inc_not_zero true', '1 dec']],
    ['more than are held', 1, ['0 sub_and_test(2)']],
    ['inc on 0', 0, ['0 inc']],
    ['inc by somebody who holds nothing', 1, ['0 dec ?', '1 inc']],
    ['a negative amount', 5, ['0 add(-1)']],
    ['overwriting', 5, ['0 set(7)']],
    ['exchanging', 5, ['0 cmpxchg(5, 6)']],
    ['add_unless elsewhere', 5, ['0 add_unless(2, 3) true']],
    ['one more than fits', INT_MAX, ['0 inc']],
    ['while one that is put is still there', INT_MAX, ['0 dec ?', '1 inc']],
    ['together more than fit', INT_MAX - 1, ['0 inc ?', '1 inc']],
    ['a start below 0', -1, ['0 read']],
    ['a start in saturation', INT_MIN, ['0 read']],
  ] as const)('misuse: %s', (_, start, run) => {
    expect(isSound(start, ...run)).toBe(false);
  });

  test('misuse stays, whatever comes after it, and until the next program', () => {
    const holdings = new Holdings(HELD);
    holdings.begin(0);
    holdings.calls(0, { op: 'dec', a: 0, b: 0 });
    holdings.calls(1, { op: 'read', a: 0, b: 0 });
    expect(holdings.isSound).toBe(false);
    holdings.begin(1);
    expect(holdings.isSound).toBe(true);
  });

  test('threads that are exchanged take along what they hold', () => {
    const holdings = new Holdings(HELD);
    holdings.begin(0);
    holdings.calls(0, { op: 'inc_not_zero', a: 0, b: 0 });
    holdings.returned(0, { op: 'inc_not_zero', a: 0, b: 0 }, true);
    expect(holdings.compareThreads(0, 1)).toBeGreaterThan(0);
    holdings.swapThreads(0, 1);
    expect(holdings.compareThreads(0, 1)).toBeLessThan(0);
    holdings.calls(1, { op: 'dec', a: 0, b: 0 });
    expect(holdings.isSound).toBe(true);
  });
});
