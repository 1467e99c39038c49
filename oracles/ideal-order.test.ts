import { expect, test } from 'vitest';
import { INT_MAX } from '../targets/subject/values.ts';
import { type Came, isIdealOutcome } from './ideal-order.ts';

const came = (op: string, result: Came['result'], a = 0): Came => ({ op, a, b: 0, result });
const SIGNED = { reading: 'signed' } as const;

test.each([
  ['nothing', 3, [], 3, true],
  ['nothing, and another word', 3, [], 2, false],
  ['one of two puts is the last', 2, [[came('dec_and_test', true)], [came('dec_and_test', false)]], 0, true],
  ['both are', 2, [[came('dec_and_test', true)], [came('dec_and_test', true)]], 0, false],
  ['refused after the last put', 1, [[came('dec_and_test', true)], [came('inc_not_zero', false)]], 0, true],
  ['refused before', 2, [[came('dec_and_test', false)], [came('inc_not_zero', false)]], 1, false],
  ['a put is lost', 3, [[came('dec', undefined)], [came('dec', undefined)]], 2, false],
  ['each thread in its own order', 1, [[came('read', 2), came('inc', undefined)]], 2, false],
  ['a count that does not fit', INT_MAX, [[came('inc', undefined)]], -INT_MAX - 1, false],
  ['a run that was stopped', 1, [[came('dec', 'non-terminating')]], 0, false],
] as const)('%s', (_, start, threads, final, expected) => {
  expect(isIdealOutcome(SIGNED, start, threads, final)).toBe(expected);
});

test('misuse counts where it is asked for, if there is no order without it', () => {
  const twice = [[came('dec_and_test', true)], [came('dec_and_test', false)]];
  expect(isIdealOutcome(SIGNED, 1, twice, -1)).toBe(true);
  expect(isIdealOutcome(SIGNED, 1, twice, -1, false)).toBe(false);
  const other = [[came('dec', undefined)], [came('inc', undefined)]];
  expect(isIdealOutcome(SIGNED, 1, other, 1, false)).toBe(true);
});

test('an unsigned word is read so', () => {
  const reads = [[came('read', -1)]];
  expect(isIdealOutcome({ reading: 'unsigned' }, -1, reads, -1)).toBe(true);
});
