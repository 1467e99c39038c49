import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { agreementOf, classOf, disagreementText, independentJudge, refuzzJudge } from './agreement.ts';
import { pairOf } from './pairs.ts';
import { shrunk } from './shrink.ts';

const PAIRS = Number(process.env.JUDGE_PAIRS ?? 300);
const FROM = Number(process.env.JUDGE_FROM ?? 0);

test(`refuzz and the independent judge agree on ${PAIRS} pairs`, { timeout: 36e5 }, () => {
  const [expects, judge] = [independentJudge(), refuzzJudge()];
  const pairs = Array.from({ length: PAIRS }, (_, at) => pairOf(FROM + at, 3));
  const started = Date.now();
  const { decided, undecided, verdicts, disagreements } = agreementOf(pairs, expects, judge);
  const classes = new Map<string, number>();
  for (const one of disagreements) classes.set(classOf(one), (classes.get(classOf(one)) ?? 0) + 1);
  const sorted = (map: ReadonlyMap<string, number>) => [...map].sort((a, b) => b[1] - a[1]);
  const text = [
    `${decided} programs, ${disagreements.length} disagreements, ${Date.now() - started} ms`,
    JSON.stringify(sorted(undecided)),
    JSON.stringify(sorted(verdicts)),
    ...sorted(classes).map(([name, times]) => `${times} × ${name}`),
    ...disagreements.slice(0, 10).map((one) => `\n${disagreementText(shrunk(one, expects, judge))}`),
  ].join('\n');
  writeFileSync(process.env.JUDGE_OUT ?? '/tmp/judge-out.txt', text);
  expect(disagreements.length).toBe(0);
});
