import { describe, expect, test } from 'vitest';
import { parseProgram } from '../fuzz/case/program-text.ts';
import { deciderOf } from '../fuzz/judge/decide.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { atomic } from '../targets/counters/atomic.ts';
import { pax } from '../targets/counters/pax.ts';
import { refcountV411 } from '../targets/counters/refcount-v4.11.ts';
import { refcountV55 } from '../targets/counters/refcount-v5.5.ts';
import { refcountX86 } from '../targets/counters/refcount-x86.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { survey, targetLike } from '../test/mutants/campaigns.ts';
import { MUTANTS } from '../test/mutants/mutants.ts';

const V55 = targetLike('refcount-v5.5', { oracles: ['last-put'] });

const untold = MUTANTS.find(({ oracle }) => oracle === 'last-put')!.subject as Counter;
/** Answers that the last put was not the last, also when it is alone. */
const mute: Counter = {
  ...refcountV55,
  name: 'mute',
  ops: {
    ...refcountV55.ops,
    dec_and_test: {
      arity: 0,
      run: (count) => {
        count.fetchSub(1, 'release');
        return false;
      },
    },
  },
};

function signatures(harness: Harness, text: string): string[] {
  return [...deciderOf(harness).rawFindings(parseProgram(harness, text))!.keys()];
}

function harnessFor(subject: Counter): Harness {
  return harnessOf({ ...V55, subject });
}

describe('somebody must be told that the last reference is gone', () => {
  const LEAK = ['dec_and_test-zero-result-breaks'];

  test.each([
    ['two puts at once', '2: dec_and_test | dec_and_test', LEAK],
    ['a reference taken and put again on the way', '1: inc, dec_and_test | dec_and_test', LEAK],
    ['one of them is told', '1: dec_and_test', []],
    ['the count does not reach 0', '3: dec_and_test | dec_and_test', []],
    // dec takes a reference and says nothing: who is the last need not be known.
    ['an op that never tells', '3: dec_and_test | dec | dec_and_test', []],
    // The count may rise from 0 again, by misuse: whoever was last then, it is another story.
    ['it was 0 before', '0: inc_not_zero | dec_and_test', []],
    ['set puts any count there', '2: dec_and_test | dec_and_test, set(2)', []],
  ])('%s', (_, program, expected) => {
    expect(signatures(harnessFor(untold), program)).toEqual(expected);
  });

  test('also when one op alone is not', () => {
    const harness = harnessFor(mute);
    expect(signatures(harness, '1: dec_and_test')).toEqual(LEAK);
    expect(signatures(harness, '2: dec_and_test')).toEqual([]);
    expect(signatures(harness, '2: dec_and_test | dec_and_test')).toEqual(LEAK);
  });
});

describe('no sound counter is accused', () => {
  const sound = [
    refcountV55,
    refcountV411,
    refcountX86,
    pax,
    atomic,
    { ...atomic, reading: 'unsigned' as const },
  ];

  test.each(sound.map((subject) => [subject.name, subject] as const))('%s', (_, subject) => {
    const ops = V55.ops.filter((op) => Object.hasOwn(subject.ops, op));
    const campaign = survey({ ...V55, subject, ops }, 3000, { seed: 1, limits: { maxOps: 4 } });
    expect([...campaign.hits.keys()]).toEqual([]);
    expect(campaign.counts.decided).toBeGreaterThan(100);
  });
});
