import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportLitmus } from '../../export/kernel/litmus.ts';
import { Inexpressible } from '../../export/reproduce/reproduced-case.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { parseLitmus } from './litmus-parser.ts';
import { finalStates, holds } from './litmus-runner.ts';

const harnesses = new Map(loadBuiltInTargets().map((target) => [target.name, harnessOf(target)]));
const stored = loadCases(['corpus']).map((one) => one.case);

/** By its file's name, whatever cause it lies under. */
function caseNamed(target: string, name: string) {
  return loadCases([`corpus/${target}`]).find(({ path }) => path.endsWith(`/${name}.yaml`));
}

const SOURCES = '/usr/src/linux-source-6.12.tar.xz';
const KERNEL_TESTS = ['tools/memory-model/litmus-tests', 'Documentation/litmus-tests'];

function kernelTests(): { readonly file: string; readonly text: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-litmus-'));
  try {
    const paths = KERNEL_TESTS.map((path) => `linux-source-6.12/${path}`);
    execFileSync('tar', ['xJf', SOURCES, '-C', folder, ...paths]);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.litmus'))
      .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The grammar that exports are held to is that of the kernel's own tests: without these it is anybody's guess.
describe.skipIf(!existsSync(SOURCES) && !process.env.CI)(`the grammar (skipped without ${SOURCES})`, () => {
  const tests = existsSync(SOURCES) ? kernelTests() : [];

  test('reads every litmus test of a kernel tree', () => {
    expect(tests.length).toBeGreaterThan(40);
    for (const { file, text } of tests) expect(() => parseLitmus(text), file).not.toThrow();
  });

  test('is a grammar: a test with something missing or added is refused', () => {
    const { text } = tests.find(({ file }) => file.endsWith('MP+poonceonces.litmus'))!;
    const parse = (from: string, to: string) => () => parseLitmus(text.replace(from, to));
    expect(parse('', '')).not.toThrow();
    expect(parse('{}', '')).toThrow('"{" was expected');
    expect(parse('exists', 'exist')).toThrow('"exists" was expected');
    expect(parse('WRITE_ONCE(*flag, 1);', 'WRITE_ONCE(*flag, 1)')).toThrow('";" was expected');
    expect(parse('P1', 'P2')).toThrow();
    expect(parse('int *buf', 'int buf')).toThrow('"*" was expected');
  });
});

test('the grammar has no empty blocks, as that of herd7 has none', () => {
  const parse = (yes: string, no: string) => () =>
    parseLitmus(
      `C t\n{}\nP0(atomic_t *x)\n{\nint r;\nr = atomic_read(x);\nif (r == 1) {${yes}} else {${no}}\n}\nexists (x=0)\n`,
    );
  expect(parse('r = 1;', 'r = 2;')).not.toThrow();
  expect(parse('', 'r = 2;')).toThrow('a name was expected, not "}"');
  expect(parse('r = 1;', '')).toThrow('a name was expected, not "}"');
});

function exported(harness: Harness, one: Case): string | Inexpressible {
  try {
    return exportLitmus(harness, one);
  } catch (error) {
    if (error instanceof Inexpressible) return error;
    throw error;
  }
}

const targets = [...new Set(stored.map(({ target }) => target))];

test.each(targets)('%s: every export is in the grammar, and what was recorded can happen in it', (target) => {
  const harness = harnesses.get(target)!;
  const { subject } = harness.target;
  for (const one of stored.filter((some) => some.target === target)) {
    const text = exported(harness, one);
    if (text instanceof Inexpressible) {
      expect(text.message).toMatch(subject.kind === 'scheme' ? /life of an object/ : /wrap at 32 bits/);
      continue;
    }
    const litmus = parseLitmus(text);
    const states = finalStates(litmus);
    expect(
      states.filter((state) => holds(litmus.condition, state)).length,
      `${litmus.name}\n${text}`,
    ).toBeGreaterThan(0);
  }
});

test('what can be said as a litmus test, and what not, is counted', () => {
  const all = stored.map((one) => exported(harnesses.get(one.target)!, one));
  const texts = all.filter((one) => typeof one === 'string');
  expect({ said: texts.length, refused: all.length - texts.length }).toEqual({ said: 658, refused: 370 });
});

// An op that returns nothing has nothing to do on the way on which it stores nothing and warns of nothing.
test.each([
  'add-not-zero-minus-one-warning',
  'add-not-zero-interior-result',
  'inc-not-zero-minus-one-result',
  'inc-not-zero-wrap-result',
])('refcount-x86 %s: a way with nothing to do gets no block', (name) => {
  const one = caseNamed('refcount-x86', `${name}-transient`);
  const text = exportLitmus(harnesses.get('refcount-x86')!, one!.case);
  expect(text).not.toMatch(/\{\s*\}/);
  expect(text).toContain(' != ');
});

test.each([
  ['an order that is kept', 'refcount-v5.5', 'dec-and-test-minus-one-value-protects', 'dec-and-test.litmus'],
  ['a window', 'refcount-v5.5', 'read-zero-result-transient', 'window.litmus'],
  ['a loop', 'v4.11-to-v5.5', 'inc-not-zero-zero-result-transient', 'loop.litmus'],
])('a person reads %s', async (_, target, name, golden) => {
  const one = caseNamed(target, name);
  await expect(exportLitmus(harnesses.get(target)!, one!.case)).toMatchFileSnapshot(`../golden/${golden}`);
});
