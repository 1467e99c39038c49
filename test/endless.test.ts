import { expect, test } from 'vitest';
import { answerReport } from '../export/report/answer-report.ts';
import { plainStyle } from '../export/show/style.ts';
import { campaignOf } from '../fuzz/campaign/campaign.ts';
import { parseProgram } from '../fuzz/case/program-text.ts';
import { answerProgram } from '../fuzz/check/answer.ts';
import { ScopeChecker } from '../fuzz/check/check-scope.ts';
import { comparePair } from '../fuzz/judge/lockstep.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { atomic } from '../targets/counters/atomic.ts';
import { refcountV55 } from '../targets/counters/refcount-v5.5.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { REFCOUNT_SATURATED } from '../targets/subject/values.ts';
import type { Word } from '../targets/subject/word.ts';
import { targetLike } from './mutants/campaigns.ts';

/** `while (dec_not_one(r));`, as drivers release all but the last reference. It never ends on a saturated counter. */
function releasing(counter: Counter): Counter {
  const round = (count: Word) => counter.ops.dec_not_one!.run(count, 0, 0) === false;
  const dec = { arity: 0 as const, run: (count: Word) => count.repeat(() => round(count)) };
  return { ...counter, ops: { ...counter.ops, dec } };
}

function harnessWith(reference: Counter, subject: Counter, initial: readonly number[]): Harness {
  const ops = ['dec', 'inc', 'read'];
  return harnessOf(targetLike('refcount-v5.5', { reference, subject, ops, initial, arguments: [] }));
}

const both = harnessWith(releasing(atomic), releasing(refcountV55), [3]);
const once = harnessWith(atomic, releasing(refcountV55), [REFCOUNT_SATURATED]);

test('a loop that ends is an op like any other', () => {
  const { reference, subject, divergences } = comparePair(both, both.alphabet.parse('dec'), 5);
  expect([reference.value, subject.value, divergences]).toEqual([1, 1, []]);
});

test('its tree is as long as the values differ, not as the loop runs', () => {
  const { subject: trees, alphabet } = harnessWith(releasing(atomic), releasing(refcountV55), [3]);
  const call = alphabet.parse('dec');
  trees.specification.atomically(call, 40);
  const size = trees.size;
  for (let value = 2; value < 40; value++) trees.specification.atomically(call, value);
  expect(trees.size).toBe(size);
});

test('an op that never returns is not judged', () => {
  const compare = () => comparePair(once, once.alphabet.parse('dec'), REFCOUNT_SATURATED);
  expect(compare).toThrow('dec on 0xC0000000 never returns');
  const far = () => comparePair(both, both.alphabet.parse('dec'), 5000);
  expect(far).toThrow('does not return in 1000 accesses');
});

test('a livelock is reported, and is no verdict', () => {
  const program = parseProgram(once, 'SATURATED: dec');
  const answer = answerProgram(
    harnessWith(releasing(refcountV55), releasing(refcountV55), [3]),
    program,
    1000,
  );
  expect(answer.verdict).toBe('unknown');
  expect(answer.subject).toMatchObject({ states: 1, transitions: 1, interleavings: undefined });
  expect(answerReport(both, program, answer, plainStyle).join('\n')).toContain('a livelock');
});

test('another thread may end the loop, and that is decided', () => {
  const answer = answerProgram(both, parseProgram(both, '3: dec | inc'), 1000);
  expect(answer.verdict).not.toBe('unknown');
  expect(answer.subject!.interleavings).toBeGreaterThan(1n);
});

test('a scope counts such programs as undecided', () => {
  const checker = new ScopeChecker(once, { threads: 2, ops: 1 }, 1000);
  const tally = checker.check(0, checker.scope.programs);
  expect(tally.undecided).toBeGreaterThan(0);
  expect(tally.undecided).toBeLessThan(tally.programs);
});

test('a campaign counts them, and goes on', () => {
  const campaign = campaignOf(once, { seed: 1, known: new Set(), limits: { maxOps: 3 } });
  for (let iteration = 0; iteration < 100; iteration++) for (const _ of campaign.iterate(iteration));
  expect(campaign.counts.iterations).toBe(100);
  expect(campaign.counts.undecided).toBeGreaterThan(0);
  expect(campaign.counts.undecided).toBeLessThan(100);
});
