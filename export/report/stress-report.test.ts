import { expect, test } from 'vitest';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { JudgedOutcome, StressReport } from '../../fuzz/stress/stress.ts';
import { REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import { plainStyle } from '../show/style.ts';
import { stressReport } from './stress-report.ts';

const harness = harnessOf({
  name: 'mine',
  about: '',
  reference: findSubject('atomic')!,
  subject: findSubject('refcount/v5.5')!,
  threads: 2,
  ops: ['inc', 'read', 'dec_and_test'],
  initial: [0],
  arguments: [],
  oracles: ['lockstep', 'linearizable'],
});

const UAF = 'addition on 0; use-after-free';
const seen = (read: number, count: number, rest: Partial<JudgedOutcome> = {}): JudgedOutcome => ({
  results: [[undefined, false], [read]],
  warnings: [[[UAF], [UAF, 'another']], [[]]],
  final: REFCOUNT_SATURATED,
  count,
  standing: 'atomic',
  schedule: undefined,
  divergences: [],
  ...rest,
});

const report: StressReport = {
  number: 0,
  program: parseProgram(harness, '0: inc, dec_and_test | read'),
  runs: 131_072,
  outcomes: [
    seen(0, 120_000),
    seen(REFCOUNT_SATURATED, 10_000),
    seen(1, 1065, {
      standing: 'window',
      divergences: [{ op: 'read', boundary: 'zero', kind: 'result', judgement: 'transient' }],
    }),
    seen(3, 4, { standing: 'unknown' }),
    seen(2, 3, { standing: 'unreachable' }),
  ],
  rawFindings: [],
  stopped: 2,
  failure: undefined,
};

test('a row for each outcome, marked where indivisible ops do not have it', () => {
  expect(stressReport(harness, report, plainStyle).join('\n')).toMatchInlineSnapshot(`
    "mine  0: inc, dec_and_test | read   131 072 runs
    count    share     inc     dec_and_test  | read        word
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    120 000   91.55 %  void ¹  false ¹²      | 0           0xC0000000
     10 000    7.63 %  void ¹  false ¹²      | 0xC0000000  0xC0000000
      1 065    0.81 %  void ¹  false ¹²      | 1           0xC0000000  window: transient
          4  < 0.01 %  void ¹  false ¹²      | 3           0xC0000000  not judged
          3  < 0.01 %  void ¹  false ¹²      | 2           0xC0000000  UNREACHABLE: no schedule of the model ends so
    ¹ warns: addition on 0; use-after-free
    ² warns: another
    2 ops were stopped: they did not return"
  `);
});

test('a program without a tally says why', () => {
  const failed = { ...report, runs: 0, outcomes: [], stopped: 0, failure: 'thread 1 died: exit code 7' };
  expect(stressReport(harness, failed, plainStyle)).toEqual([
    'mine  0: inc, dec_and_test | read   0 runs',
    'no tally: thread 1 died: exit code 7',
  ]);
});

test('with very many outcomes the common atomic ones are shown, and all others', () => {
  const outcomes = [
    ...Array.from({ length: 40 }, (_, at) => seen(at, 100 - at)),
    seen(99, 1, { standing: 'window' }),
  ];
  const lines = stressReport(harness, { ...report, outcomes }, plainStyle);
  expect(lines.filter((line) => line.includes('| ') && line.includes(' %'))).toHaveLength(25);
  expect(lines).toContain('and 16 more, all atomic');
});
