import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compile } from './compiler.ts';
import { onCompilerWarnings } from './compiler-warnings.ts';
import { errorOf } from './diagnostics.ts';
import { readSource } from './source-files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-diagnostics-'));
const told: string[] = [];
beforeEach(() => {
  vi.stubEnv('REFUZZ_CACHE', join(FOLDER, 'cache'));
  told.length = 0;
  onCompilerWarnings((warnings) => void told.push(warnings));
});
afterEach(() => {
  onCompilerWarnings(undefined);
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
}

/** What is told of a source when it is compiled. */
async function warnings(name: string, text: string): Promise<string> {
  await compile(readSource(write(name, text)), 'recorded');
  return told.join('---\n');
}

const UNINITIALIZED = 'int f(int old) { int ret; if (old > 0) ret = 1; return ret; }\n';

describe('a warning of undefined behaviour is told', () => {
  test.each([
    ['a result that is not set on every way', UNINITIALIZED, '-Wsometimes-uninitialized'],
    ['one that is never set', 'int f(void) { int ret; return ret; }\n', '-Wuninitialized'],
    ['a function that returns nothing', 'int f(int x) { if (x) return 1; }\n', '-Wreturn-type'],
    ['an index past an array', 'int a[4]; int f(void) { return a[4]; }\n', '-Warray-bounds'],
    [
      'a fill past one',
      'void f(char *p) { char b[4]; __builtin_memset(b, 0, 5); *p = b[0]; }\n',
      '-Wfortify-source',
    ],
    ['a store through NULL', 'void f(void) { *(int *)0 = 1; }\n', '-Wnull-dereference'],
    ['a division by 0', 'int f(int x) { return x / 0; }\n', '-Wdivision-by-zero'],
    ['a shift by too much', 'int f(int x) { return x << 32; }\n', '-Wshift-count-overflow'],
    ['the address of a local variable', 'int *f(void) { int x = 1; return &x; }\n', '-Wreturn-stack-address'],
  ])('%s', async (name, text, option) => {
    const path = join(FOLDER, `${option}.c`);
    const said = await warnings(`${option}.c`, text);
    expect(said, name).toMatch(new RegExp(`^${path}:1:\\d+: warning: .*\\[${option}\\]\n`));
    expect(said).not.toContain('generated');
  });

  test('with all that belongs to it, and without its neighbours', async () => {
    const said = await warnings('neighbours.c', `int g(int x) { x == 1; return x; }\n${UNINITIALIZED}`);
    expect(said).not.toContain('unused-value');
    expect(said.match(/warning:/g)).toHaveLength(1);
    expect(said).toContain(':2:56: note: uninitialized use occurs here');
    expect(said).toContain(UNINITIALIZED.trim());
  });

  test('in what is included, with where from', async () => {
    write('wrong.h', UNINITIALIZED);
    const said = await warnings('includes.c', '#include "wrong.h"\n');
    expect(said).toMatch(
      new RegExp(`^In file included from ${FOLDER}/includes.c:1:\n${FOLDER}/wrong.h:1:\\d+: warning: `),
    );
  });

  test('of a long chain of includes the two ends', () => {
    const source = readSource(write('endless.c', '#include "endless.c"\n'));
    const chain = 'In file included from /source/endless.c:1:\n'.repeat(200);
    const error = errorOf(source, `${chain}/source/endless.c:1:10: error: #include nested too deeply\n`);
    const line = `In file included from ${FOLDER}/endless.c:1:\n`;
    expect(error.message).toBe(
      `${FOLDER}/endless.c:1:10: #include nested too deeply\n${line.repeat(2)}… 196 more\n${line.repeat(2).trimEnd()}`,
    );
  });

  test('each time, from the cache too, under the name that the file has now', async () => {
    const first = await warnings('first.c', `/* cached */ ${UNINITIALIZED}`);
    told.length = 0;
    const second = await warnings('second.c', `/* cached */ ${UNINITIALIZED}`);
    expect(second).toBe(first.replaceAll('first.c', 'second.c'));
  });

  test('once for two builds', async () => {
    const source = readSource(write('twice.c', UNINITIALIZED));
    await compile(source, 'recorded');
    await compile(source, 'direct');
    expect(told).toHaveLength(1);
  });
});

test('nothing is told of a sound source, nor of style', async () => {
  const sound = 'static int unused; int f(int x) { int y; if (x == 1) {} return x; }\n';
  expect(await warnings('sound.c', sound)).toBe('');
});

test('an error stands alone, whatever is warned of before it and behind', async () => {
  const source = readSource(
    write('error.c', `${UNINITIALIZED}int g(void) { return oops; }\n${UNINITIALIZED}`),
  );
  const error: Error = await compile(source, 'recorded').then(
    () => new Error('compiles'),
    (reason) => reason,
  );
  expect(error.message).toContain("error.c:2:22: use of undeclared identifier 'oops'");
  expect(error.message).toContain("redefinition of 'f'");
  expect(error.message).not.toContain('warning');
  expect(told).toEqual([]);
});
