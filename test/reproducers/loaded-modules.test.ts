import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exportKmod } from '../../export/kernel/kmod.ts';
import { diagnose, findInstallation } from '../../targets/booted/installation.ts';
import { readKtap } from '../../targets/booted/ktap-log.ts';
import { loadModules } from '../../targets/booted/load-modules.ts';
import { caseNamed } from './exported-corpus.ts';

/** What a module must log that runs the case in a kernel of 6.1: its warning, and how it judges. */
const EXPECTED = [
  ['inc-zero-value-protects', 'refcount_t: addition on 0; use-after-free.', 'as recorded'],
  ['dec-saturated-value-protects', 'refcount_t: decrement hit 0; leaking memory.', 'as recorded'],
  ['inc-not-zero-int-max-value-protects', 'refcount_t: saturated; leaking memory.', 'as recorded'],
  ['dec-and-test-minus-one-value-protects', 'refcount_t: underflow; use-after-free.', 'as recorded'],
  // Until 6.11 sub_and_test took all of a count of 0 or below for the last reference, as atomic_t does.
  ['sub-and-test-zero-value-protects', undefined, 'as the reference'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'refuzz-kmod-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function built(name: string, headers: string): string {
  const { harness, stored } = caseNamed(`refcount-v5.5.${name}`);
  const place = join(folder, name);
  mkdirSync(place);
  for (const file of exportKmod(harness, stored)) writeFileSync(join(place, file.name), file.text);
  execFileSync('make', ['-s', '-C', headers, `M=${place}`, 'modules'], { stdio: 'pipe' });
  return join(place, 'repro.ko');
}

/** A module that logs KTAP as KUnit does, which Debian's kernels lack, with a warning of the code under test between. */
const SUITE = `
#include <linux/module.h>
#include <linux/refcount.h>

static int __init suite_init(void)
{
\trefcount_t refs = REFCOUNT_INIT(0);

\tpr_info("KTAP version 1\\n1..1\\n");
\tpr_info("    KTAP version 1\\n    # Subtest: suite\\n    1..3\\n");
\trefcount_inc(&refs);
\tpr_info("    %s 1 saturates\\n", refcount_read(&refs) == (int)0xC0000000 ? "ok" : "not ok");
\tpr_info("    # stays: EXPECTATION FAILED\\n    %s 2 stays\\n", refcount_read(&refs) == 0 ? "ok" : "not ok");
\tpr_info("    ok 3 elsewhere # SKIP not here\\n# Totals: pass:1 fail:1 skip:1 total:3\\nnot ok 1 suite\\n");
\treturn 0;
}

static void __exit suite_exit(void) {}

module_init(suite_init);
module_exit(suite_exit);
MODULE_LICENSE("GPL");
`;

function builtSuite(headers: string): string {
  const place = join(folder, 'suite');
  mkdirSync(place);
  writeFileSync(join(place, 'suite.c'), SUITE);
  writeFileSync(join(place, 'Makefile'), 'obj-m := suite.o\n');
  execFileSync('make', ['-s', '-C', headers, `M=${place}`, 'modules'], { stdio: 'pipe' });
  return join(place, 'suite.ko');
}

const isAble = diagnose({}).every(({ path }) => path !== undefined);

test.skipIf(!isAble && !process.env.CI)(
  'exported modules, built and loaded, log the warning and the values of their cases (skipped without QEMU)',
  async () => {
    const installation = findInstallation({});
    const paths = EXPECTED.map(([name]) => built(name, installation.headers));
    paths.push(builtSuite(installation.headers));
    const { modules, failure } = await loadModules(installation, paths, { cpus: 2, patience: 60_000 });
    expect(failure).toBeUndefined();
    for (const [at, [name, warning, verdict]] of EXPECTED.entries()) {
      const { exitCode, log } = modules[at]!;
      const { final } = caseNamed(`refcount-v5.5.${name}`).stored.expect.subject;
      expect(exitCode, name).toBe(0);
      expect(
        log.filter((line) => line.startsWith('refcount_t: ')),
        name,
      ).toEqual(warning ? [warning] : []);
      // The kernel itself may log something at any time.
      const said = log.find((line) => /^refuzz: (DIVERGES|agrees|unknown) /.test(line));
      expect(said, name).toContain(verdict);
      const word = log.find((line) => line.startsWith('refuzz: word at the end'));
      if (warning)
        expect(word, name).toMatch(new RegExp(`^refuzz: word at the end ${final}, recorded ${final},`));
    }
    const log = modules.at(-1)!.log;
    expect(log).toContain('refcount_t: addition on 0; use-after-free.');
    const { tests, problems } = readKtap(log)!;
    expect(problems).toEqual([]);
    expect(tests.map(({ name, status }) => [name, status])).toEqual([['suite', 'failed']]);
    expect(tests[0]!.subtests.map(({ name, status }) => [name, status])).toEqual([
      ['saturates', 'ok'],
      ['stays', 'failed'],
      ['elsewhere', 'skipped'],
    ]);
  },
  300_000,
);
