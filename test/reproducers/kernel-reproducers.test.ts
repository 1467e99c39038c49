import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportKmod } from '../../export/kernel/kmod.ts';
import { exportKunit } from '../../export/kernel/kunit.ts';
import { exportVitest } from '../../export/mjs/vitest-test.ts';
import type { ExportedFile } from '../../export/reproduce/export-format.ts';
import { Inexpressible } from '../../export/reproduce/reproduced-case.ts';
import { CORPUS, type CorpusCase, caseNamed } from './exported-corpus.ts';
import { ended } from './processes.ts';

function filesOf({ harness, stored }: CorpusCase, format: typeof exportKmod): ExportedFile[] | string {
  try {
    return format(harness, stored);
  } catch (error) {
    if (error instanceof Inexpressible) return error.message;
    throw error;
  }
}

test.each([
  [
    'a module',
    exportKmod,
    { written: 469, 'once per boot': 163, 'is no counter of a kernel': 360, 'is not one counter': 36 },
  ],
  [
    'a KUnit suite',
    exportKunit,
    {
      written: 316,
      'once per boot': 163,
      'is no counter of a kernel': 360,
      'is not one counter': 36,
      'cannot see one': 153,
    },
  ],
])('what can be said as %s, and what not, is counted', (_, format, expected) => {
  const counts: Record<string, number> = {};
  for (const one of CORPUS) {
    const files = filesOf(one, format);
    const what =
      typeof files === 'string' ? Object.keys(expected).find((reason) => files.includes(reason))! : 'written';
    counts[what] = (counts[what] ?? 0) + 1;
  }
  expect(counts).toEqual(expected);
});

/** What checkpatch says first of all. */
test('sources are in the kernel’s style: tabs, no line beyond 100 columns, no blank at its end', () => {
  for (const one of CORPUS.filter((_, at) => at % 9 === 0)) {
    for (const format of [exportKmod, exportKunit]) {
      const files = filesOf(one, format);
      if (typeof files === 'string') continue;
      for (const line of files[0]!.text.split('\n')) {
        expect(line.replaceAll('\t', '        ').length, line).toBeLessThanOrEqual(100);
        expect(line).not.toMatch(/[ \t]$|^ {2,}[^*]/);
      }
      expect(files[0]!.text).not.toMatch(/\n\n\n/);
    }
  }
});

test.each([
  ['refcount-v5.5.inc-zero-value-protects', exportKmod, 'refcount.kmod.c'],
  ['refcount-v5.5.read-zero-result-transient', exportKmod, 'window.kmod.c'],
  ['atomic-vs-ideal.add-int-max-warning-misses', exportKmod, 'atomic.kmod.c'],
  ['refcount-v5.5.inc-zero-value-protects', exportKunit, 'refcount.kunit.c'],
  ['refcount-v5.5.read-zero-result-transient', exportKunit, 'window.kunit.c'],
])('a person reads %s', async (name, format, golden) => {
  const { harness, stored } = caseNamed(name);
  const [source, makefile] = format(harness, stored);
  await expect(source!.text).toMatchFileSnapshot(`../golden/${golden}`);
  await expect(makefile!.text).toMatchFileSnapshot(
    `../golden/${golden.replace(/.*\.(k\w+)\.c/, '$1')}.Makefile`,
  );
});

test('a person reads a test for vitest', async () => {
  const { harness, stored } = caseNamed('refcount-v5.5.read-zero-result-transient');
  await expect(exportVitest(harness, stored)).toMatchFileSnapshot('../golden/vitest.txt');
});

const MODULES = '/lib/modules';
const build = existsSync(MODULES)
  ? readdirSync(MODULES)
      .map((release) => join(MODULES, release, 'build'))
      .find((path) => existsSync(path))
  : undefined;

describe.skipIf(!build)('the headers of a kernel (skipped where there are none)', () => {
  /** One case of each sort. */
  const sorts = new Map(
    CORPUS.filter((one) => typeof filesOf(one, exportKmod) !== 'string').map((one) => {
      const { subject } = one.harness.target;
      const { kind } = one.stored.expect.divergence;
      return [`${subject.name} ${kind} ${one.stored.schedule === undefined}`, one];
    }),
  );

  test('modules build against them without a warning', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'refuzz-kmod-'));
    try {
      const names = [...sorts.values()].map((one, at) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `repro${at}.c`), (filesOf(one, exportKmod) as ExportedFile[])[0]!.text);
        return `repro${at}`;
      });
      writeFileSync(join(folder, 'Makefile'), names.map((name) => `obj-m += ${name}.o\n`).join(''));
      const { code, output } = await ended('make', ['-C', build!, `M=${folder}`, 'modules'], 500);
      expect(output).not.toMatch(/warning|error/i);
      expect(code, output).toBe(0);
      expect(readdirSync(folder).filter((file) => file.endsWith('.ko')).length).toBe(names.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 600_000);
});
