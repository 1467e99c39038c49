import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readKernel } from './kernel-tree.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-kernel-'));
const HEADER = `/* static inline void refcount_in_a_comment(int n); */
#define refcount_as_macro(r) refcount_plain(r)
static inline void refcount_plain(int *r)
{
	refcount_called(r);
	if (refcount_called_too(r))
		return;
}
extern __must_check _Bool refcount_declared(int *r);
static inline void __refcount_hidden(int *r);
static inline __must_check int *
refcount_on_its_own_line(int *r);
`;
const LIBRARY = `#include <linux/refcount.h>
_Bool refcount_declared(int *r) { return *r; }
void refcount_library(int *r) { }
EXPORT_SYMBOL(refcount_exported);
`;
const TREE: Readonly<Record<string, string>> = {
  Makefile: 'VERSION = 7\nPATCHLEVEL = 0\nSUBLEVEL = 3\nEXTRAVERSION =\nNAME = x\n',
  'include/linux/refcount.h': HEADER,
  'include/linux/kref.h': '/* kref */\n',
  'include/linux/other.h': '',
  'lib/refcount.c': LIBRARY,
  'tools/include/linux/refcount.h': '/* not this one */\n',
  'zzz/large': 'x'.repeat(3_000_000),
};
const OPS = ['as_macro', 'declared', 'library', 'on_its_own_line', 'plain'];

function plant(name: string, without: readonly string[] = []): string {
  for (const [file, text] of Object.entries(TREE)) {
    const path = join(FOLDER, name, file);
    mkdirSync(dirname(path), { recursive: true });
    if (!without.includes(file)) writeFileSync(path, text);
  }
  return join(FOLDER, name);
}

function pack(name: string, ...args: readonly string[]): string {
  execFileSync('tar', ['-caf', join(FOLDER, name), ...args], { cwd: FOLDER });
  return join(FOLDER, name);
}

const tree = plant('linux-7.0');
beforeEach(() => {
  vi.stubEnv('REFUZZ_CACHE', join(FOLDER, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

describe('a tree', () => {
  const ways: readonly (readonly [string, () => string])[] = [
    ['as a folder', () => tree],
    ['as .tar', () => pack('a.tar', 'linux-7.0')],
    ['as .tar.gz', () => pack('a.tar.gz', 'linux-7.0')],
    ['as .tar.xz', () => pack('a.tar.xz', 'linux-7.0')],
    ['packed with a leading ./', () => pack('dot.tar', './linux-7.0')],
    ['packed from within', () => pack('within.tar', '-C', tree, '.')],
    [
      'packed from within, backwards',
      () => pack('back.tar', '-C', tree, 'zzz', 'tools', 'lib', 'include', 'Makefile'),
    ],
    [
      'under a name that says something else',
      () => {
        cpSync(pack('b.tar.gz', 'linux-7.0'), join(FOLDER, 'b.bin'));
        return join(FOLDER, 'b.bin');
      },
    ],
  ];

  test.each(ways)('%s', async (_way, make) => {
    const path = make();
    const kernel = await readKernel(path);
    expect(kernel).toMatchObject({ path, version: '7.0.3', ops: OPS });
    expect(Object.fromEntries(kernel.files)).toEqual({
      'include/linux/refcount.h': HEADER,
      'include/linux/kref.h': '/* kref */\n',
      'lib/refcount.c': LIBRARY,
    });
  });

  test('without a Makefile has no version', async () => {
    expect((await readKernel(plant('bare', ['Makefile']))).version).toBeUndefined();
  });
});

describe('is wrong input:', () => {
  const cut = (name: string): string => {
    const whole = readFileSync(pack(`whole-${name}`, 'linux-7.0/zzz', 'linux-7.0/include'));
    writeFileSync(join(FOLDER, name), whole.subarray(0, whole.length >> 1));
    return join(FOLDER, name);
  };
  const text = (): string => {
    writeFileSync(join(FOLDER, 'text.tar.xz'), 'hello');
    return join(FOLDER, 'text.tar.xz');
  };

  test.each([
    ['nothing there', () => join(FOLDER, 'nothing'), 'there is no such folder or archive'],
    ['a folder of something else', () => FOLDER, 'no include/linux/refcount.h in it; is this a kernel tree?'],
    [
      'a tree without the library',
      () => plant('no-lib', ['lib/refcount.c']),
      'no lib/refcount.c in it; is this a kernel tree?',
    ],
    [
      'an archive of only the tools',
      () => pack('tools.tar', 'linux-7.0/tools'),
      'no include/linux/refcount.h in it; is this a kernel tree?',
    ],
    ['text', text, 'is no archive that refuzz can read; name a folder, a .tar, .tar.gz or .tar.xz'],
    ['a truncated .tar', () => cut('cut.tar'), 'is damaged, or no archive (TAR_BAD_ARCHIVE: Truncated input'],
    ['a truncated .tar.gz', () => cut('cut.tar.gz'), 'cannot be unpacked: unexpected end of file'],
    ['a truncated .tar.xz', () => cut('cut.tar.xz'), 'cannot be unpacked: xz: '],
  ])('%s', async (_about, make, problem) => {
    const path = make();
    await expect(readKernel(path)).rejects.toThrow(`${path}: ${problem}`);
  });

  test('an archive whose unpacker is not installed', async () => {
    const path = pack('c.tar.xz', 'linux-7.0');
    vi.stubEnv('PATH', join(FOLDER, 'empty'));
    await expect(readKernel(path)).rejects.toThrow(`${path}: needs the command "xz", which is not installed`);
  });
});

test('an archive is unpacked once, until it changes', async () => {
  const path = pack('once.tar.xz', 'linux-7.0');
  const first = await readKernel(path);
  vi.stubEnv('PATH', join(FOLDER, 'empty'));
  expect(await readKernel(path)).toEqual(first);
  utimesSync(path, 1, 1);
  await expect(readKernel(path)).rejects.toThrow('needs the command "xz"');
});
