import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PAIRS } from './pairs.ts';

const PAGE = 'docs/c-features.md';
const LEAST_FEATURES = 70;

const FOLDERS = Object.keys(PAIRS) as (keyof typeof PAIRS)[];
const ALL = FOLDERS.flatMap((folder) => PAIRS[folder].map((pair) => [folder, ...pair] as const));

/** What a row of the page says: what kernel code does, and the rest as in pairs.ts. */
interface Row {
  readonly feature: string;
  readonly pair: string;
}

const ROW =
  /^\| (?<feature>.+?) \| \[(?<file>[\w-]+)\.c\]\(\.\.\/test\/features\/(?<folder>\w+)\/\k<file>\.c\) \| (?<defect>.+?) \| (?<fault>\S+) in `(?<op>\w+)` \|$/;

/** @throws Error for a line of a table that is none */
function rowsOf(page: string): Row[] {
  const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| kernel code'));
  return lines.map((line) => {
    const { feature, file, folder, defect, fault, op } = ROW.exec(line)?.groups ?? {};
    if (feature === undefined) throw new Error(`${PAGE} has a row that is none: ${line}`);
    const names = defect!.replaceAll('`', '').replace(/^defect:$/, '');
    return { feature, pair: [folder, file, names, `${fault} ${op}`].join() };
  });
}

describe('the page of what kernel code may do', () => {
  const rows = rowsOf(readFileSync(PAGE, 'utf8'));

  test('has a row for each file and defect that are tested, with what is found, and no other', () => {
    expect(rows.map(({ pair }) => pair).sort()).toEqual(ALL.map((pair) => pair.join()).sort());
  });

  test(`says of each what it is, and of ${LEAST_FEATURES} at least`, () => {
    expect(new Set(rows.map(({ feature }) => feature)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(LEAST_FEATURES);
  });
});

test.each(ALL)('%s/%s.c has the defect %s', (folder, file, defect) => {
  const text = readFileSync(`test/features/${folder}/${file}.c`, 'utf8');
  const included = [...text.matchAll(/#include "(.*)"/g)].map(([, path]) =>
    readFileSync(`test/features/${folder}/${path}`, 'utf8'),
  );
  const all = [text, ...included].join('\n');
  if (defect === '') expect(all).toMatch(/\/\* defect: .* \*\/\n/);
  for (const name of defect.split(' ')) expect(all).toContain(name);
});

// Those of declarations/ show how a protocol is written down: their test names them.
test.each(FOLDERS.filter((folder) => folder !== 'declarations'))('every file in %s is tested', (folder) => {
  const files = readdirSync(`test/features/${folder}`).map((file) => file.replace(/\.c$/, ''));
  expect(files.sort()).toEqual([...new Set(PAIRS[folder].map(([file]) => file))].sort());
});
