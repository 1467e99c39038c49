import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { caseFileName, formatCase } from '../fuzz/case/case-file.ts';
import { loadCases } from '../fuzz/case/corpus.ts';
import { replayCase } from '../fuzz/case/replay-case.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';

const STORED = loadCases(['corpus']);
const TARGETS = loadBuiltInTargets();

function of(target: string) {
  return STORED.map((stored) => stored.case).filter((stored) => stored.target === target);
}

test('the corpus is there', () => {
  expect(STORED.length).toBeGreaterThan(500);
});

test('every folder is a target', () => {
  const folders = readdirSync('corpus', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(TARGETS.map(({ name }) => name)).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
});

test.each(
  TARGETS.map(({ name }) => name),
)('%s: files are named by signature, written canonically, and replay', (name) => {
  const target = TARGETS.find((one) => one.name === name)!;
  for (const { path, case: stored } of STORED.filter((one) => one.case.target === name)) {
    expect(basename(path)).toBe(caseFileName(stored));
    expect(basename(dirname(path))).toBe(stored.cause ?? name);
    expect(formatCase(stored), path).toBe(readFileSync(path, 'utf8'));
    expect(stored.why.length, path).toBeGreaterThan(60);
    expect(
      replayCase(() => harnessOf(target), stored),
      path,
    ).toEqual({ kind: 'same' });
  }
});

test.each([
  ['inet-peer-naive', 'one', 'put'],
  ['inet-peer-naive', 'idle', 'lookup'],
  ['inet-peer-naive', 'idle', 'lookup_locked'],
  ['inet-peer-naive', 'idle', 'gc'],
  ['ip-vs-dest-naive', 'svc', 'unlink'],
  ['ip-vs-dest-naive', 'trash', 'revive'],
  ['ip-vs-dest-naive', 'trashConn', 'unbind'],
  ['ip-vs-dest-naive', 'trashIdle', 'expire'],
])('%s raises a false alarm one op from %s: %s', (target, start, op) => {
  const found = of(target).filter(
    ({ program }) => program.start === start && program.threads.flat().join() === op,
  );
  expect(found.map(({ expect: { divergence } }) => divergence.judgement)).toEqual(['false-alarm']);
});

test('inet-peer-naive-gc frees a peer that is held, in one op', () => {
  const [found] = of('inet-peer-naive-gc').filter(
    ({ program }) =>
      program.threads.flat().length === 1 && program.start === 'one' && program.threads.flat()[0] === 'gc',
  );
  expect(found?.expect.divergence).toMatchObject({ kind: 'lifetime', judgement: 'breaks' });
  expect(found?.expect.subject.facts).toEqual(['freed-while-held']);
});

test('the sound conversions have no divergence but the change that inet-peer-now makes', () => {
  expect(of('inet-peer-biased')).toEqual([]);
  expect(of('ip-vs-dest-now')).toEqual([]);
  expect(new Set(of('inet-peer-now').map(({ expect: { divergence } }) => divergence.judgement))).toEqual(
    new Set(['changes']),
  );
});

test('refcount-v5.5 diverges at every boundary', () => {
  const boundaries = new Set(of('refcount-v5.5').map(({ expect: { divergence } }) => divergence.boundary));
  expect([...boundaries].sort()).toEqual(['int-max', 'interior', 'minus-one', 'saturated', 'wrap', 'zero']);
});
