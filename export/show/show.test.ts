import { expect, test } from 'vitest';
import type { Case } from '../../fuzz/case/case.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Word } from '../../targets/subject/word.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { plainStyle, type Style, showCase } from './show.ts';

const targets = loadBuiltInTargets();

function example(
  target: string,
  start: number | string,
  threads: string[][],
  signature: string,
): [Harness, Case] {
  const harness = harnessOf(targets.find(({ name }) => name === target)!);
  const program = { start, threads: threads.map((ops) => ops.map((op) => harness.alphabet.parse(op))) };
  const decider = deciderOf(harness);
  const rawFinding = decider.rawFindings(program, signature)?.get(signature);
  if (!rawFinding) throw new Error(`${target} does not show ${signature}`);
  const schedule = decider.cheapest(program, rawFinding.divergence)?.schedule ?? rawFinding.schedule;
  return [harness, makeCase(harness, rawFinding.divergence, program, schedule, { by: 'hand' })];
}

const EXAMPLES: [
  file: string,
  target: string,
  start: number | string,
  threads: string[][],
  signature: string,
][] = [
  ['lockstep', 'refcount-v5.5', 0, [['inc']], 'inc-zero-value-protects'],
  // The reader sees the word between the addition and the store that corrects it.
  ['window', 'refcount-v5.5', 0x7fffffff, [['inc'], ['read']], 'read-int-max-result-transient'],
  // Without results of its own the RCU callback has a column, as it brings the fact.
  ['scheme', 'inet-peer-naive-gc', 'one', [['lookup'], ['gc']], 'gc-zero-lifetime-breaks'],
];

test.each(EXAMPLES)('%s: a person reads', async (file, target, start, threads, signature) => {
  const [harness, stored] = example(target, start, threads, signature);
  await expect(`${showCase(harness, stored, plainStyle)}\n`).toMatchFileSnapshot(
    `../../test/golden/show-${file}.txt`,
  );
});

test('colours change no width and nothing else', () => {
  const mark = (text: string) => (text === '' ? '' : `\u001b[1m${text}\u001b[0m`);
  const marked: Style = { bold: mark, dim: mark, red: mark, green: mark, yellow: mark };
  const [harness, stored] = example('refcount-v5.5', 0, [['inc']], 'inc-zero-value-protects');
  const text = showCase(harness, stored, marked);
  expect(text).toContain('\u001b[1m');
  expect(text.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', '')).toBe(
    showCase(harness, stored, plainStyle),
  );
});

test('a run that is not the recorded one is told', () => {
  const [harness, stored] = example('refcount-v5.5', 0, [['inc']], 'inc-zero-value-protects');
  const subject = { ...stored.expect.subject, final: 7 };
  const text = showCase(harness, { ...stored, expect: { ...stored.expect, subject } }, plainStyle);
  expect(text).toContain('not what the case recorded');
});

test('the op of that name that diverged is marked, not another', () => {
  const signature = 'read-int-max-result-transient';
  const [harness, stored] = example('refcount-v5.5', 0x7fffffff, [['inc'], ['read', 'read']], signature);
  const lines = showCase(harness, stored, plainStyle).split('\n');
  expect(signatureOf(stored.expect.divergence)).toBe(signature);
  expect(lines.filter((line) => line.includes('diverges here'))).toHaveLength(1);
});

/** refcount/v5.5 whose dec finds a count of 1 large enough, against the sound one: whole runs are compared. */
function weakDec(): Harness {
  const sound = targets.find(({ name }) => name === 'refcount-v5.5')!;
  const reference = sound.subject as Counter;
  const dec = { ...reference.ops.dec!, run: (word: Word) => void word.fetchAdd(-1, 'release') };
  const subject = { ...reference, name: 'weak', ops: { ...reference.ops, dec } };
  return harnessOf({ ...sound, reference, subject, oracles: ['lockstep', 'outcomes'] });
}

test.each([
  // A dec on 1 should have warned, and pinned the word; that the read then sees 0 is not its own doing.
  ['the first op that is wrong', [['dec', 'read']], 1, '= void'],
  ['among threads as well', [['dec'], ['read']], 1, '= void'],
  ['the op that the case names, where each op alone is right', [['dec', 'read']], 9, '= 8'],
])('where only whole runs are compared, %s is marked', (_, threads, start, marked) => {
  const harness = weakDec();
  const calls = threads.map((ops) => ops.map((op) => harness.alphabet.parse(op)));
  const schedule = threads.flatMap((ops, thread) => ops.map(() => thread));
  const divergence = { op: 'read', boundary: 'zero', kind: 'result', judgement: 'changes' } as const;
  const stored = makeCase(harness, divergence, { start, threads: calls }, schedule, { by: 'hand' });
  const lines = showCase(harness, stored, plainStyle).split('\n');
  const marks = lines.filter((line) => line.includes('◀ diverges here'));
  expect(marks.map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([`${marked} ◀ diverges here`]);
});
