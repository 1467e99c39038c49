import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { KernelFiles } from './kernel-tree.ts';
import { readSource } from './source-files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-source-'));
mkdirSync(join(FOLDER, 'sub'));
afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(FOLDER, name), content);
  return join(FOLDER, name);
}

test('what is included by "…" is read, file by file, also in a circle', () => {
  write('top.h', '#include "sub/main.c"\n');
  write('sub/near.h', '  # include "../top.h" /* why not */\n');
  const main = write(
    'sub/main.c',
    '#include "near.h"\n#include <far.h>\n#include "elsewhere.h"\n#include "."\n',
  );
  const source = readSource(main, { include: [FOLDER] });
  const own = [...source.files.keys()].filter((path) => path.startsWith('source/'));
  expect(own.sort()).toEqual(['source/sub/main.c', 'source/sub/near.h', 'source/top.h']);
  expect(source).toMatchObject({ path: main, main: 'source/sub/main.c', defines: [] });
  expect(source.includes).toEqual(['source', 'refuzz/targets/c/include']);
});

test('what lies elsewhere is not read, whether by dots, by a link, or by its full name', () => {
  mkdirSync(join(FOLDER, 'inside'), { recursive: true });
  const secret = write('secret.h', 'root:x:0:0\n');
  symlinkSync(secret, join(FOLDER, 'inside/link.h'));
  const main = write('inside/a.c', `#include "../secret.h"\n#include "link.h"\n#include "${secret}"\n`);
  const own = (include: string[]) =>
    [...readSource(main, { include }).files.keys()].filter((path) => path.startsWith('source/'));
  expect(own([])).toEqual(['source/a.c']);
  expect(own([FOLDER])).toEqual(['source/inside/a.c', 'source/secret.h', 'source/inside/link.h']);
});

test('a folder of includes serves both forms; a name that is none is wrong input', () => {
  mkdirSync(join(FOLDER, 'headers/deep'), { recursive: true });
  mkdirSync(join(FOLDER, 'code'), { recursive: true });
  const headers = join(FOLDER, 'headers');
  write('headers/one.h', '#include <deep/two.h>\n');
  write('headers/deep/two.h', '');
  const main = write('code/b.c', '#include "one.h"\n');
  const source = readSource(main, { include: [headers] });
  expect([...source.files.keys()].filter((path) => path.startsWith('source/'))).toEqual([
    'source/code/b.c',
    'source/headers/one.h',
    'source/headers/deep/two.h',
  ]);
  expect(source.includes[0]).toBe('source/headers');
  expect(() => readSource(main, { include: [main] })).toThrow('is no folder; name one with --include');
});

test('names for messages are as the user would write them', () => {
  write('named.h', '');
  const main = relative(process.cwd(), write('sub/named.c', '#include "../named.h"\n'));
  const { names } = readSource(main, { include: [FOLDER] });
  expect(Object.fromEntries(names)).toEqual({
    'source/sub/named.c': main,
    'source/named.h': join(main, '../../named.h'),
  });
});

test('a kernel tree comes first', () => {
  const files = new Map([['lib/refcount.c', '/* here */']]);
  const kernel: KernelFiles = { path: 'my/linux', version: undefined, files, ops: [] };
  const source = readSource(write('k.c', ''), { kernel, defines: ['HAS_INC'] });
  expect(source.includes).toEqual(['kernel/include', 'kernel', 'refuzz/targets/c/include']);
  expect(source.files.get('kernel/lib/refcount.c')).toBe('/* here */');
  expect(source.names.get('kernel/lib/refcount.c')).toBe(join('my/linux/lib/refcount.c'));
  expect(source.defines).toEqual(['HAS_INC']);
});

test.each([
  ['missing.c', undefined, 'there is no such file'],
  ['sub', undefined, 'is a folder; name a C source'],
  ['nul.c', 'int\0', 'is no C source: it holds something else than UTF-8 text'],
  ['latin1.c', Uint8Array.of(0xe4), 'is no C source: it holds something else than UTF-8 text'],
  ['large.c', new Uint8Array(2 ** 20 + 1).fill(32), 'is larger than 1 MB; a C source is smaller'],
])('%s is wrong input', (name, content, problem) => {
  const path = content === undefined ? join(FOLDER, name) : write(name, content);
  expect(() => readSource(path)).toThrow(`${path}: ${problem}`);
  if (content === undefined) return;
  // The same in a file that is included.
  expect(() => readSource(write('includes.c', `#include "${name}"\n`))).toThrow(`${path}: ${problem}`);
});

test('what a source includes is bounded in number and in sum', () => {
  const include = (names: readonly string[]) => names.map((name) => `#include "${name}"\n`).join('');
  mkdirSync(join(FOLDER, 'many'), { recursive: true });
  const names = Array.from({ length: 1000 }, (_, at) => `n${at}.h`);
  for (const name of names) write(`many/${name}`, '');
  const many = write('many/main.c', include(names));
  expect(() => readSource(many)).toThrow(`${many}: includes more than 1000 files`);
  write('many/main.c', include(names.slice(1)));
  expect(readSource(many).files.size).toBeGreaterThan(1000);
  mkdirSync(join(FOLDER, 'large'), { recursive: true });
  for (const name of names.slice(0, 17)) write(`large/${name}`, ' '.repeat(1 << 20));
  const large = write('large/main.c', include(names.slice(0, 17)));
  expect(() => readSource(large)).toThrow(`${large}: comes to more than 16 MB with what it includes`);
});
