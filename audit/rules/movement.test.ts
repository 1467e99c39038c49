import { expect, test } from 'vitest';
import { madeSite } from '../../test/audit/made-counter.ts';
import type { Op } from '../census/counter.ts';
import { isByOne, valueSet, wayOf } from './movement.ts';

/** Amounts as they are written, and which way they go. */
const WAYS: readonly (readonly [op: Op, amount: number | string | undefined, way: string])[] = [
  ['inc', undefined, 'up'],
  ['dec_if_positive', undefined, 'down'],
  ['add', 2, 'up'],
  ['add', -2, 'down'],
  ['sub', -2, 'up'],
  ['add', 'len', 'up'],
  ['sub', 'len', 'down'],
  ['add', '-len', 'down'],
  ['add', 'new - old', 'either'],
  // A member is no difference.
  ['add', 'skb->truesize', 'up'],
  ['add', '-(a->len)', 'down'],
  ['sub', 'nohdr ? BIG : 1', 'either'],
  ['add_unless', -1, 'down'],
  ['add_negative', -1, 'down'],
  ['cmpxchg', 0, 'jump'],
  ['or', 4, 'bits'],
];

test.each(WAYS)('%s by %s goes %s', (op, amount, way) => {
  expect(wayOf(madeSite({ op, amounts: amount === undefined ? [] : [amount] }))).toBe(way);
});

test('a step of one is one up or one down', () => {
  expect(isByOne(madeSite({ op: 'inc' }))).toBe(true);
  expect(isByOne(madeSite({ op: 'add_unless', amounts: [-1, 0] }))).toBe(true);
  expect(isByOne(madeSite({ op: 'add', amounts: ['len'] }))).toBe(false);
});

test('a kref starts at 1 without saying so', () => {
  expect(valueSet(madeSite({ op: 'init', written: 'kref_init' }))).toBe(1);
  expect(valueSet(madeSite({ op: 'set', amounts: ['n'] }))).toBe('n');
  expect(valueSet(madeSite({ op: 'inc' }))).toBeUndefined();
});
