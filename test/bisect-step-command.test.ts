import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KERNEL_FILES } from '../targets/c/build/kernel-tree.ts';
import { REFUSES_ZERO, Repository, TAKES_TWO } from './kernel-repository.ts';
import { refuzz } from './refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-bisect-step-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const STEP = [process.execPath, resolve('dist/cli/main.js'), 'bisect-step'];
const linux = new Repository(join(root, 'linux'));
let first: string;
let broken: string;
let second: string;

/** v1, comment, the first defect, one that does not compile, the second defect: v2. Much between them is about nothing. */
beforeAll(() => {
  linux.unrelated(2);
  linux.comment('a word on overflow');
  linux.unrelated(3);
  first = linux.plant(REFUSES_ZERO, 'refcount: dec_not_one looks at more');
  linux.unrelated(2);
  linux.write(`${linux.header}\nint broken = missing;\n`);
  broken = linux.commit('refcount: half of it');
  linux.write(linux.header.replace('\nint broken = missing;\n', ''));
  linux.commit('refcount: the other half');
  linux.unrelated(2);
  second = linux.plant(TAKES_TWO, 'refcount: dec is quicker');
  linux.git('tag', 'v2');
});

/** What `git bisect run` says, and names first bad. */
function gitBisect(
  step: readonly string[],
  ...range: string[]
): { readonly out: string; readonly status: number | null } {
  linux.git('bisect', 'start', ...range);
  const { stdout, stderr, status } = spawnSync('git', ['-C', linux.path, 'bisect', 'run', ...STEP, ...step], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  linux.git('bisect', 'reset');
  return { out: stdout + stderr, status };
}

/** Enough to show the defects, and soon decided. */
const ALONE = ['--threads', '1', '--ops', '1'];
const PATHS = ['--', ...KERNEL_FILES];
const asked = (out: string) => out.match(/^(good|bad|skip): /gm)?.length;

describe('git bisect run', () => {
  test('finds what brought the first divergence', () => {
    const { out, status } = gitBisect([], 'v2', 'v1');
    expect(out).toMatch(new RegExp(`^${first}[0-9a-f]* is the first bad commit`, 'm'));
    expect(out).toMatch(
      /^bad: check kernel-vs-model, 2 × 1\n {2}dec_not_one parts from refcount\/v5\.5 where /m,
    );
    expect(status).toBe(0);
  });

  test('asks less with the paths that matter, and finds the same', () => {
    const all = gitBisect(['--', ...ALONE], 'v2', 'v1');
    const some = gitBisect(['--', ...ALONE], 'v2', 'v1', ...PATHS);
    expect(some.out).toMatch(new RegExp(`^${first}[0-9a-f]* is the first bad commit`, 'm'));
    expect(asked(some.out)).toBeLessThan(asked(all.out)!);
  });

  test('takes no account of what the good revision shows', () => {
    const { out } = gitBisect(['--good', first, '--', ...ALONE], 'v2', first, ...PATHS);
    expect(out).toMatch(new RegExp(`^${second}[0-9a-f]* is the first bad commit`, 'm'));
    // Without it all that come after the first defect are bad.
    expect(gitBisect(['--', ...ALONE], 'v2', first, ...PATHS).out).not.toContain(`${second}`);
  });

  test('looks for what the bad revision shows', () => {
    const { out } = gitBisect(['--good', first, '--bad', 'v2', '--', ...ALONE], 'v2', 'v1', ...PATHS);
    expect(out).toMatch(new RegExp(`^${second}[0-9a-f]* is the first bad commit`, 'm'));
  });

  test('ends at a mistake, which is no bad revision', () => {
    const { out, status } = gitBisect(['--', 'kernel-vs-modle'], 'v2', 'v1');
    expect(out).toContain('unknown target "kernel-vs-modle"; did you mean "kernel-vs-model"?');
    expect(out).not.toContain('is the first bad commit');
    expect(status).not.toBe(0);
  });
});

describe('one step', () => {
  const at = (revision: string, ...args: string[]) => {
    linux.git('checkout', '--quiet', '--detach', revision);
    return refuzz(['bisect-step', ...args], { cwd: linux.path });
  };

  test('exits as git wants it', async () => {
    const good = await at('v1');
    expect(good.out).toBe('good: check kernel-vs-model, 2 × 1\n');
    expect(good.code).toBe(0);
    expect((await at('v2', '--', ...ALONE)).code).toBe(1);
    const skipped = await at(broken, '--', ...ALONE);
    expect(skipped.out).toMatch(/^skip: .*use of undeclared identifier 'missing'/s);
    expect(skipped.code).toBe(125);
  });

  test('skips a tree without a refcount_t', async () => {
    const empty = mkdtempSync(join(root, 'empty-'));
    const ran = await refuzz(['bisect-step'], { cwd: empty });
    expect(ran.out).toContain('skip: .: no include/linux/refcount.h in it');
    expect(ran.code).toBe(125);
  });

  test('asks of the files as they lie there', async () => {
    linux.git('checkout', '--quiet', '--detach', 'v1');
    const { header } = linux;
    linux.write(header.replace(REFUSES_ZERO.from, REFUSES_ZERO.to));
    const ran = await refuzz(['bisect-step', '--', ...ALONE], { cwd: linux.path });
    linux.write(header);
    expect(ran.out).toContain('bad: ');
    expect(ran.code).toBe(1);
  });

  test.each([
    ['an option that there is not', ['--nonsense']],
    ['an unknown revision', ['--good', 'v9']],
    ['a good revision that is bad', ['--good', 'v2', '--bad', 'v2', '--', ...ALONE]],
    ['a good revision without an answer', ['--good', 'broken']],
    ['a case that is not there', ['--', 'nowhere/case.yaml']],
  ])('%s ends the bisection', async (_about, args) => {
    linux.git('tag', '--force', 'broken', broken);
    const ran = await at('v1', ...args);
    expect(ran.code, ran.out).toBe(130);
    expect(ran.err).not.toBe('');
  });

  test('undecided is skipped', async () => {
    const ran = await at('v1', '--', '--limit', '3');
    expect(ran.out).toMatch(/^skip: \.: \d+ programs are undecided/);
    expect(ran.code).toBe(125);
  });

  test('may be asked about a case', async () => {
    linux.git('checkout', '--quiet', '--detach', 'v2');
    const corpus = join(root, 'corpus');
    await refuzz([
      'check',
      'kernel-vs-model',
      '--kernel',
      linux.path,
      '--threads',
      '1',
      '--ops',
      '1',
      '--corpus',
      corpus,
    ]);
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' });
    const path = join(corpus, names.find((name) => /dec-interior-.*\.yaml$/.test(name))!);
    expect((await at('v2', '--', path)).code).toBe(1);
    expect((await at(first, '--', path)).code).toBe(0);
  });
});

test('the help of the command has the exit codes of git', async () => {
  const ran = await refuzz(['bisect-step', '--help']);
  expect(ran.out).toContain('125 skip');
  expect(ran.code).toBe(0);
});
