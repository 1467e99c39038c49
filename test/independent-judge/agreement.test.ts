import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agreementOf, independentJudge, refuzzJudge } from './agreement.ts';
import { pairOf } from './pairs.ts';
import { reportOf } from './report.ts';

// More of them, from another place, with the report kept:
//
//     JUDGE_PAIRS=20000 JUDGE_FROM=300 JUDGE_REPORT=report.txt npx vitest run test/independent-judge/agreement.test.ts
const PAIRS = Number(process.env.JUDGE_PAIRS ?? 300);
const FROM = Number(process.env.JUDGE_FROM ?? 0);
const REPORT = process.env.JUDGE_REPORT;
const PROGRAMS = 3;

test(`refuzz says of ${PAIRS} random pairs of protocols what the definitions say`, {
  timeout: 24 * 36e5,
}, () => {
  const [expects, judge] = [independentJudge(), refuzzJudge()];
  const pairs = (function* () {
    for (let number = FROM; number < FROM + PAIRS; number++) yield pairOf(number, PROGRAMS);
  })();
  const agreement = agreementOf(pairs, expects, judge);
  const report = reportOf(agreement, expects, judge, REPORT ? 30 : 3);
  if (REPORT) writeFileSync(REPORT, `${report}\n`);
  expect(agreement.disagreements.length, report).toBe(0);
  // Pairs that all behave alike would prove little, and programs that nobody decides nothing.
  const different = agreement.decided - (agreement.verdicts.get('equivalent') ?? 0);
  expect(different).toBeGreaterThan(PAIRS / 10);
  expect(agreement.decided).toBeGreaterThan(PAIRS * PROGRAMS * 0.9);
});
