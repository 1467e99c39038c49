import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  CORPUS,
  type CorpusCase,
  caseNamed,
  casesOf,
  recordedText,
  TARGETS,
} from '../../test/reproducers/exported-corpus.ts';
import { type Ended, ended, forEachAtOnce, isThere } from '../../test/reproducers/processes.ts';
import { oneIn, sampleOf } from '../../test/thorough.ts';
import { exportC } from './c.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-c-'));
afterAll(() => rmSync(folder, { recursive: true }));

const STRICT = ['-std=c11', '-pthread', '-Wall', '-Wextra', '-Werror'];

interface Built {
  readonly run: (...args: string[]) => Promise<Ended>;
  readonly remove: () => void;
}

/** Builds a program; what a compiler says is an error of the export. */
async function built(name: string, text: string, compiler: string, flags: readonly string[]): Promise<Built> {
  const program = join(folder, `${name}.${compiler}${flags.join('')}`);
  const source = `${program}.c`;
  writeFileSync(source, text);
  const { code, output } = await ended(compiler, [...STRICT, ...flags, '-o', program, source]);
  expect(`${code} ${output}`, `${compiler} ${source}`).toBe('0 ');
  return {
    run: (...args) => ended(program, args, 30),
    remove: () => {
      for (const file of [program, source]) rmSync(file);
    },
  };
}

/** That it shows the divergence, and that its reference does not. */
async function shows({ name, harness, stored }: CorpusCase, compiler: string, flags: readonly string[]) {
  const program = await built(name, exportC(harness, stored), compiler, flags);
  const [subject, reference] = await Promise.all([program.run(), program.run('--reference')]);
  expect(subject.output, name).toContain('DIVERGES');
  expect(subject.output, name).toContain(recordedText(stored));
  expect(subject.output, name).not.toContain('WARNING: ThreadSanitizer');
  expect(subject.code, `${name}\n${subject.output}`).toBe(1);
  expect(reference.code, `${name} --reference\n${reference.output}`).toBe(0);
  program.remove();
}

const compilers = (
  await Promise.all(['gcc', 'clang'].map(async (name) => ((await isThere(name)) ? [name] : [])))
).flat();

test.skipIf(!process.env.CI)('gcc and clang are there (asked for in CI only)', () => {
  expect(compilers).toEqual(['gcc', 'clang']);
});

const everyNth = (n: number) => CORPUS.filter((_, at) => at % n === 0);

describe.skipIf(!compilers.includes('gcc'))('gcc (skipped where there is none)', () => {
  test.each(
    TARGETS,
  )(`%s: cases of the corpus, ${sampleOf(5)}, build without a warning and exit 1, their references 0`, async (target) => {
    await forEachAtOnce(oneIn(5, casesOf(target)), (one) => shows(one, 'gcc', ['-O0']));
  }, 600_000);

  test('optimised, they do the same', async () => {
    await forEachAtOnce(everyNth(48), (one) => shows(one, 'gcc', ['-O2']));
  }, 300_000);

  test('another path than the recorded one is no verdict', async () => {
    const { harness, stored } = caseNamed('refcount-v5.5.inc-zero-value-protects');
    const text = exportC(harness, stored).replace(/^#define START .*$/m, '#define START 4711');
    const program = await built('stray', text, 'gcc', ['-O0']);
    expect(await program.run()).toMatchObject({ code: 2, output: expect.stringContaining('not recorded') });
    expect((await program.run('--refrence')).code).toBe(2);
  });
});

describe.skipIf(!compilers.includes('clang'))('clang (skipped where there is none)', () => {
  test('it has nothing to say either', async () => {
    await forEachAtOnce(everyNth(48), (one) => shows(one, 'clang', ['-O1']));
  }, 300_000);

  test('ThreadSanitizer has nothing to say', async () => {
    const schemes = CORPUS.filter(({ harness }) => harness.target.subject.kind === 'scheme');
    const sample = [...everyNth(120), ...schemes.filter((_, at) => at % 9 === 0)];
    await forEachAtOnce(sample, (one) => shows(one, 'clang', ['-O1', '-g', '-fsanitize=thread']));
  }, 300_000);
});

test('the text is the same every time', () => {
  for (const { harness, stored } of everyNth(100))
    expect(exportC(harness, stored)).toBe(exportC(harness, stored));
});

test.each([
  ['refcount-v5.5.inc-zero-value-protects', 'counter.c'],
  ['refcount-v5.5.read-zero-result-transient', 'window.c'],
  ['inet-peer-naive-gc.gc-zero-lifetime-breaks', 'scheme.c'],
])('a person reads %s', async (name, golden) => {
  const { harness, stored } = caseNamed(name);
  await expect(exportC(harness, stored)).toMatchFileSnapshot(`../../test/golden/${golden}`);
});
