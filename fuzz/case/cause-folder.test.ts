import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { causeFolder, causeName, causeNameOf, readCauseName } from '../cause/cause-name.ts';
import { loadCases, readCase, storeCase, writeCase } from './corpus.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-cause-name-'));
afterAll(() => rmSync(root, { recursive: true }));

/** As folders: to read all cases takes seconds. */
const NAMES_OF_CORPUS = readdirSync('corpus', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join('corpus', name), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** A counter that goes wrong at so many counts, none beside another. */
const scattered = (count: number, op = 'get') =>
  causeName(
    [op],
    Array.from({ length: count }, (_, at) => ({ low: 3 * at, high: 3 * at })),
  );

const NAMES = fc
  .tuple(
    fc.array(fc.stringMatching(/^[a-z_]{1,40}$/), { minLength: 1, maxLength: 6 }),
    fc.array(fc.record({ low: fc.integer(), high: fc.integer() }), { minLength: 1, maxLength: 20 }),
  )
  .map(([ops, intervals]) => causeName(ops, intervals));

describe('the folder of a cause', () => {
  test('has the name of the cause, up to 99 characters', () => {
    expect(NAMES_OF_CORPUS.length).toBeGreaterThan(40);
    for (const name of NAMES_OF_CORPUS) expect(causeFolder(name)).toBe(name);
    expect(causeFolder('x'.repeat(99))).toBe('x'.repeat(99));
  });

  test('is never longer, whatever the cause, and nothing else than a name', () => {
    fc.assert(
      fc.property(NAMES, (name) => {
        const folder = causeFolder(name);
        expect(folder.length).toBeLessThan(100);
        expect(folder).toMatch(/^[a-z_][\w+-]*$/);
      }),
    );
  });

  test('is cut between words, and says so in the same way for ever', () => {
    expect(causeFolder(scattered(20))).toBe(
      'get-at-0-and-at-3-and-at-6-and-at-9-and-at-12-and-at-15-and-at-18-and-at-21-and-at-24-and-92479962',
    );
  });

  test('tells names that begin alike apart', () => {
    const folders = Array.from({ length: 30 }, (_, more) => causeFolder(scattered(15 + more)));
    expect(new Set(folders).size).toBe(30);
    for (const one of folders) expect(one.slice(0, 60)).toBe(folders[0]!.slice(0, 60));
  });
});

test('a name can be read: from what it says it is made again', () => {
  for (const name of new Set([
    ...NAMES_OF_CORPUS,
    scattered(7),
    'dec-from--4-to-INT_MAX-3-and-at-0xC0000001',
  ])) {
    const read = readCauseName(name)!;
    const ops = [...read.ops, ...Array.from({ length: read.others }, (_, at) => `other_${at}`)];
    expect(read.alone ? causeName(ops, read.alone) : causeNameOf(ops, read.place)).toBe(name);
  }
});

describe('a case of a cause with a long name', () => {
  const [stored] = loadCases(['corpus/canary']);
  const cause = scattered(60, 'a_rather_long_name_of_an_op');
  const long = { ...stored!.case, cause };

  test('lies in the short folder and carries the whole name', () => {
    const path = storeCase(root, long);
    expect(readdirSync(join(root, 'canary'))).toEqual([causeFolder(cause)]);
    expect(readCase(path)).toEqual(long);
  });

  test('is read from a folder with a long name too, as earlier versions have made it', () => {
    const name = scattered(20);
    const path = join(root, 'canary', name, 'x.yaml');
    writeCase(path, { ...long, cause: name });
    expect(existsSync(path)).toBe(true);
    expect(loadCases([join(root, 'canary', name)])).toEqual([{ path, case: { ...long, cause: name } }]);
  });
});
