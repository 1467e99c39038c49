import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow } from '../../targets/subject/folders.ts';

/** Files that may read without the one reader, with the reason. This list can only get shorter. */
const MAY_READ: Readonly<Record<string, string>> = {
  'targets/subject/read-file.ts': 'it is the reader',
  'fuzz/jsfuzz/plain-loading.ts': 'loads modules as Node does',
  'fuzz/jsfuzz/write-built-ins.ts': 'the build, of the package’s own files',
  'targets/booted/booted-kernel.ts': 'the pipes of a guest',
  'targets/c/build/archive-entries.ts': 'reads on from what the reader has opened',
};

test('every file is read by the one reader, and no folder is made by the way of Node’s that may not end', () => {
  const sources = ['cli', 'export', 'convert', 'audit', 'fuzz', 'oracles', 'targets'].flatMap((floor) =>
    filesBelow(floor, { isFile: (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') }),
  );
  expect(sources.length).toBeGreaterThan(300);
  const wrong = sources.filter((file) => {
    if (MAY_READ[file] !== undefined) return false;
    const text = readFileSync(join(file), 'utf8');
    return /\b(?:readFileSync|readSync|createReadStream)\(|\bmkdirSync\([^;]*recursive/.test(text);
  });
  expect(
    wrong,
    'use readText, readBytes or readIfThere of targets/subject/read-file.ts, and makeFolder',
  ).toEqual([]);
});
