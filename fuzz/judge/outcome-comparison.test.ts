import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { counterTarget, decided } from '../../test/c/c-subjects.ts';
import { NEAR_COPIES } from '../../test/c/near-copies.ts';
import { campaignOf } from '../campaign/campaign.ts';
import { formatCase, parseCase } from '../case/case-file.ts';
import { makeCase } from '../case/make-case.ts';
import { replayCase } from '../case/replay-case.ts';
import type { Finding } from '../minimize/finding.ts';
import { harnessOf } from '../run/harness.ts';
import { OutcomeComparison, type StrangeOutcome } from './outcome-comparison.ts';
import { strangeness } from './strangeness.ts';

const PLENTY = 1e6;
/** Iterations in which a copy that can be told is told; the slowest took fewer than half of them. */
const BUDGET = 400;

const TWIN: Counter = { ...refcountV55, name: 'twin', documented: 'twin' };
const OPS = ['inc', 'inc_not_zero', 'dec', 'dec_and_test', 'dec_if_one', 'read'];

const against = (subject: Counter): Target =>
  counterTarget(refcountV55, subject, { ops: OPS, arguments: [], oracles: ['lockstep', 'outcomes'] });

function findings(target: Target, seed: number): Finding[] {
  const campaign = campaignOf(harnessOf(target), { seed, known: new Set(), limits: { maxOps: 4 } });
  const found: Finding[] = [];
  for (let iteration = 0; iteration < BUDGET; iteration++) found.push(...campaign.iterate(iteration));
  return found;
}

describe('refcount/v5.5 and itself', () => {
  test('have nothing to tell them apart', () => {
    const tally = decided(against(TWIN), 2, 2);
    expect(tally).toMatchObject({ undecided: 0, differing: 0, losing: 0, signatures: {} });
    expect(findings(against(TWIN), 1)).toEqual([]);
  });

  test('are undecided where there are more states than the limit', () => {
    const harness = harnessOf(against(TWIN));
    const inc = harness.alphabet.id('inc');
    const program = { start: 0, threads: [[inc], [inc]] };
    expect(new OutcomeComparison(harness).compare(program, 2)).toBeUndefined();
    expect(new OutcomeComparison(harness).compare(program, PLENTY)).toMatchObject({ lost: 0, added: 0 });
  });
});

describe.each(NEAR_COPIES)('$counter.name', ({ counter, op, threads, onlyLoses }) => {
  const target = against(counter);

  test(threads === 0 ? 'differs nowhere' : 'differs with as few threads as it takes, in the op', () => {
    if (threads !== 1) {
      const fewer = decided(target, Math.max(1, threads - 1), 1);
      expect(fewer).toMatchObject({ undecided: 0, differing: 0, losing: 0, signatures: {} });
    }
    const { differing, losing, undecided, signatures } = decided(target, 2, 1);
    expect(undecided).toBe(0);
    expect(differing + losing > 0).toBe(threads > 0);
    expect(differing === 0).toBe(threads === 0 || onlyLoses === true);
    if (differing > 0) expect(Object.values(signatures).map(({ divergence }) => divergence.op)).toContain(op);
  });

  test.each([1, 2])('by a campaign from seed %i; cases replay from their files', (seed) => {
    const found = findings(target, seed);
    if (threads === 0 || onlyLoses) return expect(found).toEqual([]);
    expect(found.map((finding) => finding.case.expect.divergence.op)).toContain(op);
    for (const finding of found) {
      const stored = formatCase(finding.case);
      const read = parseCase('case.yaml', stored);
      expect(formatCase(read)).toBe(stored);
      expect(
        replayCase(() => harnessOf(target), read),
        stored,
      ).toEqual({ kind: 'same' });
    }
  });
});

describe('two threads', () => {
  const { counter } = NEAR_COPIES.find(({ op }) => op === 'dec_if_one')!;
  const target = against(counter);
  const harness = harnessOf(target);
  const call = (op: string) => harness.alphabet.id(op);
  /** Both see the one reference, and both say that they took the last. */
  const program = { start: 1, threads: [[call('dec_if_one')], [call('dec_if_one')]] };

  test('that can do what the reference cannot have a cheapest schedule, and a name for it', () => {
    const answer = new OutcomeComparison(harness).compare(program, PLENTY)!;
    expect(answer.added).toBe(1);
    expect(answer.lost).toBe(0);
    const [[signature, { divergence, schedule }]] = [...answer.divergences] as [[string, StrangeOutcome]];
    const expected = { op: 'dec_if_one', boundary: 'zero', kind: 'result', judgement: 'changes' } as const;
    expect(divergence).toEqual(expected);
    expect(signature).toBe(signatureOf(expected));
    expect(schedule).toHaveLength(4);
    expect(strangeness(harness, program, schedule)).toEqual(expected);
    const stored = makeCase(harness, divergence, program, schedule, { by: 'hand' });
    expect(stored.expect.subject.results).toEqual([[true], [true]]);
    expect(replayCase(() => harnessOf(target), stored)).toEqual({ kind: 'same' });
  });

  test('that do what the reference can as well have none', () => {
    expect(strangeness(harness, program, [0, 0, 1])).toBeUndefined();
  });

  test('that lack an outcome of the reference are told to', () => {
    const turned = harnessOf({ ...target, reference: counter, subject: refcountV55 });
    const answer = new OutcomeComparison(turned).compare(program, PLENTY);
    expect(answer).toMatchObject({ lost: 1, added: 0 });
    expect(answer!.divergences.size).toBe(0);
  });

  test('break something where every op must look indivisible', () => {
    const { documented: _, ...strict } = counter;
    const answer = new OutcomeComparison(harnessOf(against(strict))).compare(program, PLENTY)!;
    expect([...answer.divergences.values()].map(({ divergence }) => divergence.judgement)).toEqual([
      'breaks',
    ]);
  });
});
