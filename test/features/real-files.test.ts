import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readArchive } from '../../targets/c/build/kernel-archive.ts';
import { schemeIn } from '../c/c-subjects.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { REAL_FILES, type RealFile } from './real-files.ts';
import { partsOf } from './real-parts.ts';
import { gravest, soundness } from './soundness.ts';

/** Where Debian's linux-source-6.12 puts it. */
const ARCHIVE = '/usr/src/linux-source-6.12.tar.xz';

/** Lines of refuzz's, at the most, that a real file needs. */
const MOST_LINES = 15;

const folder = mkdtempSync(join(tmpdir(), 'refuzz-real-'));
afterAll(() => rmSync(folder, { recursive: true }));

let tree: Promise<ReadonlyMap<string, string>> | undefined;
/** All of it is read once: the archive is unpacked from its beginning. */
function filesOfTree(): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(REAL_FILES.flatMap(({ parts }) => Object.keys(parts)))];
  tree ??= readArchive(ARCHIVE, wanted, (found) => found.size === wanted.length);
  return tree;
}

/** The source of refuzz's with the kernel's beside it. @returns its path */
async function written(
  { name, parts, headers }: RealFile,
  change: (text: string) => string,
): Promise<string> {
  const files = await filesOfTree();
  const includes = headers.map((header) => `#include <${header}>\n`).join('');
  const taken = Object.entries(parts).map(([file, names]) => partsOf(files.get(file)!, names));
  writeFileSync(join(folder, 'parts.c'), `${includes}${change(taken.join('\n'))}`);
  const path = join(folder, `${name}.c`);
  writeFileSync(path, readFileSync(`test/features/real/${name}.c`));
  return path;
}

async function found(file: RealFile, change = (text: string) => text): Promise<string> {
  const path = await written(file, change);
  return gravest(soundness(await schemeIn(path, `${file.name}.c`)));
}

// Skipped where the package linux-source-6.12 is not installed.
describe.skipIf(!existsSync(ARCHIVE))('get and put of Linux 6.12', () => {
  test.each(oneIn(3, REAL_FILES))(`$name needs few lines, and is sound until it is broken: ${sampleOf(3)}`, {
    timeout: 300_000,
  }, async (file) => {
    const lines = readFileSync(`test/features/real/${file.name}.c`, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
    const { defect } = file;
    if (defect) expect(await found(file)).toBe('nothing');
    const broken = await found(file, (text) => {
      if (!defect) return text;
      expect(text).toContain(defect[0]);
      return text.replace(...defect);
    });
    expect(broken).not.toBe('nothing');
    expect(broken).toMatch(file.fault);
  });
});
