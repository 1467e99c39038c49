import { describe, expect, test } from 'vitest';
import { EMPTY_BRANCH, madeLastPut, madeSite } from '../../test/audit/made-counter.ts';
import type { Op, Test, Use } from '../census/counter.ts';
import { branchAt, cutOf, decidesAlone, endingOf, freesAlways, holds } from './outcome.ts';

const LAST = { ...EMPTY_BRANCH, leaves: 'last' };
const OTHER = { ...EMPTY_BRANCH, leaves: 'other' };

function compared(relation: Test['relation'], than: number | string): Test {
  return { relation, with: than, isAssertion: false, isAwaited: false };
}

function put(op: Op, test: Test | undefined, whenTrue = LAST, whenFalse = OTHER) {
  const use: Use = {
    result: 'tested',
    tests: test ? [test] : [],
    isPartOfCondition: false,
    whenTrue,
    whenFalse,
  };
  return endingOf(madeSite({ op, use }));
}

test('a comparison cuts where its answer changes', () => {
  expect(cutOf(compared('<', 0))).toEqual({ kind: 'above', value: -1 });
  expect(cutOf(compared('>', 1))).toEqual({ kind: 'above', value: 1 });
  expect(cutOf(compared('==', 1))).toEqual({ kind: 'at', value: 1 });
  // Two ways to say the same cut in the same place.
  for (let value = -3; value <= 3; value += 1) {
    expect(cutOf(compared('<', value))).toEqual(cutOf(compared('<=', value - 1)));
    expect(cutOf(compared('>=', value))).toEqual(cutOf(compared('>', value - 1)));
    for (let one = -4; one <= 4; one += 1) {
      expect(holds(compared('<', value), one)).toBe(one < value);
      expect(holds(compared('>=', value), one)).toBe(one >= value);
    }
  }
});

describe('a last put', () => {
  test('is told by its name, or by what its value is compared with', () => {
    expect(put('dec_and_test', undefined)).toMatchObject({ at: 'zero', last: LAST, other: OTHER });
    expect(put('dec_return', compared('==', 0))).toMatchObject({ at: 'zero', last: LAST });
    expect(put('dec_return', compared('<=', 0))).toMatchObject({ at: 'zero or below', last: LAST });
    expect(put('dec_return', compared('<', 0))).toMatchObject({ at: 'below zero', last: LAST });
    expect(put('dec_return', compared('==', -1))).toMatchObject({ at: 'below zero', last: LAST });
  });

  test('has its branch where the comparison is the other way round', () => {
    // if (dec_return(x)) return; free(p);
    expect(put('dec_return', compared('!=', 0), OTHER, LAST)).toMatchObject({ at: 'zero', last: LAST });
    expect(put('dec_return', compared('>', 0), OTHER, LAST)).toMatchObject({
      at: 'zero or below',
      last: LAST,
    });
    expect(put('dec_return', compared('>=', 0), OTHER, LAST)).toMatchObject({ at: 'below zero', last: LAST });
    // if (dec_and_test(x) == 0) return; free(p);
    expect(put('dec_and_test', compared('==', 0), OTHER, LAST)).toMatchObject({ last: LAST, other: OTHER });
  });

  test('is none where nothing is asked, or in an assertion only', () => {
    expect(endingOf(madeSite({ op: 'dec_return' }))).toBeUndefined();
    expect(put('dec_return', { ...compared('<', 0), isAssertion: true })).toBeUndefined();
    expect(put('dec_return', compared('==', 5))).toBeUndefined();
    expect(put('inc_return', compared('==', 0))).toBeUndefined();
  });

  test('frees for certain only if nothing else has a say', () => {
    const alone = madeLastPut();
    expect(freesAlways(endingOf(alone)!)).toBe(true);
    const both = madeLastPut({ use: { ...alone.use, isPartOfCondition: true } });
    expect(freesAlways(endingOf(both)!)).toBe(false);
    const free = { ...alone.use.whenTrue!.frees[0]!, isConditional: true };
    const nested = madeLastPut({ use: { ...alone.use, whenTrue: { ...EMPTY_BRANCH, frees: [free] } } });
    expect(freesAlways(endingOf(nested)!)).toBe(false);
  });
});

test('a branch is that of the value, not of the word "true"', () => {
  const use: Use = {
    result: 'tested',
    tests: [compared('!=', 0)],
    isPartOfCondition: false,
    whenTrue: OTHER,
    whenFalse: LAST,
  };
  const read = madeSite({ op: 'read', use });
  expect(branchAt(read, 0)).toBe(LAST);
  expect(branchAt(read, 3)).toBe(OTHER);
});

test('a question whether there is an object has no say', () => {
  const part: Use = { result: 'tested', tests: [], isPartOfCondition: true };
  const asks = (text: string) => decidesAlone(madeSite({ op: 'dec_and_test', text, use: part }));
  expect(asks('if (p && atomic_dec_and_test(&p->refs)) {')).toBe(true);
  expect(asks('} else if (p != NULL && (atomic_dec_and_test(&p->refs)))')).toBe(true);
  expect(asks('return p && atomic_dec_and_test(&p->refs);')).toBe(true);
  expect(asks('if (p->gone && atomic_dec_and_test(&p->refs))')).toBe(false);
  expect(asks('if (atomic_dec_and_test(&p->refs) && p)')).toBe(false);
  expect(asks('if (p && atomic_dec_and_test(&p->refs) && p->gone)')).toBe(false);
  expect(asks('if (p || atomic_dec_and_test(&p->refs))')).toBe(false);
});
