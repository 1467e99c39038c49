import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ran, refuzz } from './refuzz.ts';

const cwd = mkdtempSync(join(tmpdir(), 'refuzz-replay-causes-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const HEADER = readFileSync('targets/c/include/linux/refcount.h', 'utf8');
const REFUSES_ZERO = ['if (old == 1)\n', 'if (old <= 1)\n'] as const;
const REFUSES_MINUS_ONE = ['if (old == 1)\n', 'if (old == 1 || old == -1)\n'] as const;
const TAKES_TWO = ['fetch_sub_release(1, &r->refs)', 'fetch_sub_release(2, &r->refs)'] as const;

function tree(name: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  mkdirSync(join(cwd, name, 'include/linux'), { recursive: true });
  mkdirSync(join(cwd, name, 'lib'));
  const header = changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, HEADER);
  writeFileSync(join(cwd, name, 'include/linux/refcount.h'), header);
  writeFileSync(join(cwd, name, 'lib/refcount.c'), '#include <linux/refcount.h>\n');
  return name;
}

const replay = (kernel: string, ...args: string[]) =>
  refuzz(['replay', 'cases', '--kernel', kernel, '--json', ...args], { cwd });

interface Causes {
  readonly stay: readonly { readonly name: string; readonly cases: number }[];
  readonly gone: readonly { readonly name: string; readonly failed: readonly string[] }[];
  readonly changed: readonly {
    readonly name: string;
    readonly cases: number;
    readonly failed: readonly string[];
  }[];
}
const causes = ({ out }: Ran) => (JSON.parse(out.trimEnd().split('\n').at(-1)!) as { causes: Causes }).causes;

let two: string;
beforeAll(async () => {
  two = tree('two', REFUSES_ZERO, TAKES_TWO);
  const scope = ['--threads', '1', '--ops', '1', '--corpus', 'cases'];
  await refuzz(['check', 'kernel-vs-model', '--kernel', two, ...scope], { cwd });
  // It compiles.
}, 120_000);

test('causes stay where all their cases replay', async () => {
  const ran = await replay(two);
  expect(ran.code, ran.out).toBe(0);
  expect(ran.out).toMatch(/^2 causes stay: all their \d+ cases replay\n\d+ passed, 0 failed\n/);
  expect(causes(ran)).toMatchObject({ gone: [], changed: [] });
});

test('a cause that was mended is gone, in one line', async () => {
  const mended = tree('mended', TAKES_TWO);
  const ran = await replay(mended);
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(
    /^1 cause stays: .*\ngone +kernel-vs-model\/dec_not_one-\S+: nothing diverges any more in its \d+ cases\n\d+ passed, \d+ failed\n/,
  );
  expect(causes(ran).gone.map(({ name }) => name)).toEqual([
    expect.stringContaining('kernel-vs-model/dec_not_one-'),
  ]);
  const whole = await replay(mended, '--signatures');
  expect(whole.out).toMatch(
    /^changed cases\/kernel-vs-model\/dec_not_one-.*\.yaml\n +subject: .*\n +refuzz show cases/,
  );
});

test('a cause that is only half mended is changed, and its cases are named', async () => {
  const ran = await replay(tree('other', REFUSES_MINUS_ONE, TAKES_TWO));
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(
    /\nchanged +kernel-vs-model\/dec_not_one-\S+: \d+ of \d+ cases: cases\/.*\.yaml.*\n +subject: .*\n +refuzz show cases\/.*--kernel other\n/,
  );
  const { changed, gone } = causes(ran);
  expect(gone).toEqual([]);
  // From -1 it still refuses.
  expect(changed[0]!.failed.length).toBeLessThan(changed[0]!.cases);
});

test('a single case that changed is told once', async () => {
  const [one] = causes(await replay(tree('again', TAKES_TWO))).gone[0]!.failed;
  const ran = await refuzz(['replay', one!, '--kernel', 'again'], { cwd });
  expect(ran.out).toMatch(
    /^changed cases\/\S+\.yaml\n +subject: .*\n +refuzz show \S+ --kernel again\n0 passed, 1 failed\n$/,
  );
});
