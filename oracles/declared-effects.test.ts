import { describe, expect, test } from 'vitest';
import { readEffect } from '../targets/subject/ideal-effect.ts';
import type { Counter, CounterOp } from '../targets/subject/subject.ts';
import { INT_MAX } from '../targets/subject/values.ts';
import { amountsOf, mayRefuse } from './holdings.ts';
import { declareIdeals, hasRule, idealStep, overwrites } from './ideal.ts';
import { ledgerOf, mayTellLast, tellsLast } from './ledger.ts';

/** Ops of the kernel, and how they would be declared. */
const TWINS: readonly (readonly [op: string, arity: 0 | 1 | 2, effect: string])[] = [
  ['inc', 0, '+1'],
  ['dec', 0, '-1'],
  ['add', 1, '+n'],
  ['sub', 1, '- amount'],
  ['inc_return', 0, '+1 returns new'],
  ['dec_return', 0, '-1 returns new'],
  ['add_return', 1, '+i returns new'],
  ['fetch_add', 1, '+i, returns old'],
  ['fetch_sub', 1, '-i returns old'],
  ['fetch_dec', 0, '-1 returns old'],
  ['dec_and_test', 0, '-1 returns new == 0'],
  ['sub_and_test', 1, '-n, returns new == 0'],
  ['add_negative', 1, '+n returns new < 0'],
  ['inc_not_zero', 0, '+1 unless 0'],
  ['add_not_zero', 1, '+n unless old == 0'],
  ['dec_not_one', 0, '-1 unless 1'],
  ['dec_if_one', 0, '-1 if 1'],
  ['inc_unless_negative', 0, '+1 unless old < 0'],
  ['dec_unless_positive', 0, '-1 unless > 0'],
  ['set', 1, '= n'],
  ['read', 0, 'reads returns old'],
];

const COUNTS = [-2, -1, 0, 1, 2, 3, 7, INT_MAX - 1, INT_MAX];
const ARGUMENTS = [-1, 0, 1, 2, 3];

function counter(name: string, ops: readonly (readonly [string, 0 | 1 | 2, string])[]): Counter {
  const made = ops.map(([op, arity, ideal]): [string, CounterOp] => [op, { arity, ideal, run: () => {} }]);
  return { kind: 'counter', name, reading: 'signed', ops: Object.fromEntries(made), about: '' };
}

describe('an op that declares what a kernel op does', () => {
  declareIdeals(
    counter(
      'twins',
      TWINS.map(([op, arity, effect]) => [`own_${op}`, arity, effect]),
    ),
  );

  test.each(TWINS)('%s is judged as that is', (op, arity) => {
    const own = `own_${op}`;
    expect(hasRule(own)).toBe(true);
    expect(overwrites(own)).toBe(overwrites(op));
    expect(mayTellLast(own)).toBe(mayTellLast(op));
    for (const a of arity === 0 ? [0] : ARGUMENTS) {
      for (const count of COUNTS) {
        const ideal = idealStep(op, a, 0, count, 'signed');
        expect(idealStep(own, a, 0, count, 'signed')).toEqual(ideal);
        expect(ledgerOf(own)?.gained(a, ideal.result)).toBe(ledgerOf(op)?.gained(a, ideal.result));
        expect(tellsLast(own, a, ideal.result)).toBe(tellsLast(op, a, ideal.result));
      }
    }
  });

  test.each(
    TWINS.filter(([op]) => !['inc_unless_negative', 'dec_unless_positive', 'add_negative'].includes(op)),
  )('%s gets and puts as many references', (op, arity) => {
    for (const a of arity === 0 ? [0] : [1, 2, 3]) {
      expect(amountsOf({ op: `own_${op}`, a, b: 0 })).toEqual(amountsOf({ op, a, b: 0 }));
      expect(amountsOf({ op: `own_${op}`, a, b: 0 }, true)).toEqual(amountsOf({ op, a, b: 0 }, true));
    }
    expect(mayRefuse(`own_${op}`)).toBe(mayRefuse(op));
  });
});

describe('what says nothing is refused', () => {
  test.each([
    ['n', 1, /write \+n, -n, = n or reads first/],
    ['+n', 0, /"n" is no number, and no argument of the op/],
    ['+n', 2, /"n" is no number/],
    ['+1 unless new == 0', 0, /compare "old"/],
    ['+1 until 0', 0, /"until 0" is neither/],
    ['-1 returns many', 0, /"returns many" is neither/],
  ])('%s of %i arguments', (text, arity, message) => {
    expect(readEffect(text, arity)).toMatch(message);
  });

  test('one name means one thing', () => {
    declareIdeals(counter('one', [['charge', 1, '+n']]));
    declareIdeals(counter('same', [['charge', 1, '+n']]));
    expect(() => declareIdeals(counter('other', [['charge', 1, '-n']]))).toThrow(
      'other: the ideal effect of "charge" is "-n", and of one it is "+n"; give one of them another name',
    );
  });

  test('what a kernel op means is known', () => {
    expect(() => declareIdeals(counter('own', [['inc', 0, '+2']]))).toThrow(/"inc" is the kernel's/);
  });
});
