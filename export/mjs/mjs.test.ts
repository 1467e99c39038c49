import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { campaignOf } from '../../fuzz/campaign/campaign.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import type { RawFinding } from '../../fuzz/judge/raw-finding.ts';
import type { Finding } from '../../fuzz/minimize/finding.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { CORPUS, recordedText } from '../../test/reproducers/exported-corpus.ts';
import { ended } from '../../test/reproducers/processes.ts';
import { oneIn, sampleOf } from '../../test/thorough.ts';
import { exportMjs } from './mjs.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-mjs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const targets = loadBuiltInTargets();
const v55 = harnessOf(targets.find(({ name }) => name === 'refcount-v5.5')!);

function findingsOf(target: string, wanted: number): { harness: Harness; findings: Finding[] } {
  const harness = harnessOf(targets.find(({ name }) => name === target)!);
  const campaign = campaignOf(harness, { seed: 1, known: new Set() });
  const findings: Finding[] = [];
  for (let batch = 0; batch < 160 && findings.length < wanted; batch++) findings.push(...campaign.batch());
  return { harness, findings };
}

function runs(text: string, ...flags: string[]): { status: number | null; output: string } {
  const file = join(folder, 'case.mjs');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...flags], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function caseOf(start: number, threads: readonly (readonly string[])[]): Case {
  const program = { start, threads: threads.map((ops) => ops.map((op) => v55.alphabet.parse(op))) };
  const decider = deciderOf(v55);
  const [{ divergence, schedule }] = [...decider.rawFindings(program)!.values()] as [RawFinding];
  return makeCase(v55, divergence, program, decider.cheapest(program, divergence)?.schedule ?? schedule, {
    by: 'hand',
  });
}

/** Some of each kind of divergence, one run alone and one in a schedule. */
function varied(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ case: { expect: expected, schedule } }) => {
    const { kind, judgement } = expected.divergence;
    const sort = `${kind} ${judgement} ${schedule !== undefined}`;
    return !seen.has(sort) && seen.add(sort);
  });
}

test.each([
  'refcount-v5.5',
  'canary',
  'atomic-vs-ideal',
  'v5.5-vs-ideal',
])('%s: exported cases exit 1 and their references exit 0', (target) => {
  const { harness, findings } = findingsOf(target, 120);
  expect(findings.length).toBeGreaterThan(5);
  for (const { signature, case: stored } of varied(findings)) {
    const text = exportMjs(harness, stored);
    const subject = runs(text);
    expect(subject.output, signature).toContain('DIVERGES');
    expect(subject.status, signature).toBe(1);
    expect(runs(text, '--reference').status, signature).toBe(0);
  }
});

test('inet-peer-naive-gc: exported schemes exit 1, and their references exit 0', () => {
  const { harness, findings } = findingsOf('inet-peer-naive-gc', 12);
  expect(findings.length).toBeGreaterThan(5);
  for (const { signature, case: stored } of varied(findings)) {
    const text = exportMjs(harness, stored);
    expect(runs(text), signature).toMatchObject({ status: 1, output: expect.stringContaining('DIVERGES') });
    expect(runs(text, '--reference').status, signature).toBe(0);
  }
});

// Threads take their time, and the C of the same cases is run elsewhere.
test(`the corpus, ${sampleOf(18)}: each exits 1, its reference 0`, async () => {
  const cases = new Map(
    oneIn(18, CORPUS).map(({ name, harness, stored }) => {
      const file = join(folder, `${name}.mjs`);
      writeFileSync(file, exportMjs(harness, stored));
      return [file, stored];
    }),
  );
  const halves = [0, 1].map((half) => [...cases.keys()].filter((_, at) => at % 2 === half));
  const driver = resolve('test/reproducers/mjs-driver.mjs');
  const done = await Promise.all(halves.map((half) => ended(process.execPath, [driver, ...half], 900)));
  const lines = done.flatMap(({ output }) => output.trim().split('\n'));
  expect(lines.length).toBe(cases.size);
  for (const line of lines) {
    const [file, code, printed, referenceCode, referencePrinted] = JSON.parse(line);
    expect([code, referenceCode], line).toEqual([1, 0]);
    expect(printed, file).toMatch(/^DIVERGES/m);
    expect(printed, file).toContain(recordedText(cases.get(file)!));
    expect(referencePrinted, file).not.toMatch(/^DIVERGES/m);
  }
}, 900_000);

const lone = caseOf(0, [['inc']]);
const raced = caseOf(0x7fffffff, [['inc'], ['read']]);

test.each([
  '*/ process.exit(0) /*',
  'one\nprocess.exit(0)\r\nprocess.exit(0)',
  'a\u2028process.exit(0)\u2029process.exit(0)',
  `\`\${process.exit(0)}\` ' " \\`,
  '</script>\u0000\u001b[2J',
])('text of a case never becomes code: %j', (why) => {
  const nasty: Case = { ...lone, why, target: `refcount\n${why}` };
  expect(runs(exportMjs(v55, nasty)).status).toBe(1);
  // Nor does the name of the op, which a case file can spell as it likes before anyone checks it.
  const { divergence } = lone.expect;
  const named = { ...lone, expect: { ...lone.expect, divergence: { ...divergence, op: why } } };
  expect(runs(exportMjs(v55, named)).status).toBe(1);
});

test('a subject that does as the reference does agrees', () => {
  const text = exportMjs(v55, lone);
  // The reference's op makes one access, so the schedule shrinks with it.
  const swapped = text
    .replace('const ops = { subject, ', 'const ops = { subject: reference, ')
    .replace(/^ {2}subject: \[.*\],$/m, '  subject: [0],');
  expect(runs(swapped)).toMatchObject({ status: 0, output: expect.stringContaining('agrees') });
});

test('another path than the recorded one is no verdict', () => {
  const text = exportMjs(v55, lone).replace(/^const START = .*;$/m, 'const START = 4711;');
  expect(runs(text)).toMatchObject({ status: 2, output: expect.stringContaining('not recorded') });
});

test('a schedule that does not fit and an unknown flag are no verdict', () => {
  const text = exportMjs(v55, raced);
  const short = text.replace(/^( {2}subject: \[.*), \d\],$/m, '$1],');
  expect(runs(short).output).toContain('the schedule ends inside an op');
  expect(runs(text.replace(/^( {2}subject: \[)/m, '$19, ')).output).toContain('there is no thread 9');
  expect(runs(text.replace(/^( {2}subject: \[.*)\],$/m, '$1, 0],')).output).toContain('has no op left');
  expect(runs(text, '--refrence').status).toBe(2);
});

test('the text is the same every time, imports nothing but worker threads, and has no trailing blanks', () => {
  const text = exportMjs(v55, raced);
  expect(exportMjs(v55, raced)).toBe(text);
  expect(text.match(/^import .*$/gm)).toEqual([expect.stringMatching(/from 'node:worker_threads';$/)]);
  expect(text).not.toMatch(/\brequire\(|\bimport\(|[ \t]$/m);
});

test('a person reads', async () => {
  const harness = harnessOf(targets.find(({ name }) => name === 'inet-peer-naive')!);
  const campaign = campaignOf(harness, { seed: 1, known: new Set() });
  let scheme: Finding | undefined;
  while (!scheme)
    scheme = [...campaign.batch()].find(({ signature }) => signature === 'put-zero-warning-false-alarm');
  await expect(exportMjs(v55, lone)).toMatchFileSnapshot('../../test/golden/counter.mjs');
  await expect(exportMjs(harness, scheme.case)).toMatchFileSnapshot('../../test/golden/scheme.mjs');
});
