import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FLOORS } from '../bench/house.ts';

/** Rows of the file tables in docs/architecture.md, as paths; folders end in a slash. */
function namedFiles(): string[] {
  let room = '';
  const named: string[] = [];
  for (const line of readFileSync('docs/architecture.md', 'utf8').split('\n')) {
    const heading = /^\| \*\*(.+)\/\*\* \| \|$/.exec(line);
    const row = /^\| `([^`]+)` \| [^|]+ \|$/.exec(line);
    if (heading) room = heading[1]!;
    else if (line === '') room = '';
    else if (row && room !== '') named.push(`${room}/${row[1]}`);
  }
  return named;
}

/** What a reader may look for: sources in any language. Target files have a page of their own. */
function sourceFiles(): string[] {
  return FLOORS.flatMap((floor) =>
    readdirSync(floor, { recursive: true, encoding: 'utf8' }).map((name) => join(floor, name)),
  ).filter((file) => /\.(ts|c|h|mjs|S)$/.test(file) && !/\.test\.ts$/.test(file));
}

const NAMED = namedFiles();
const FILES = sourceFiles();
const holds = (name: string, file: string) => (name.endsWith('/') ? file.startsWith(name) : name === file);

test('the tables of docs/architecture.md name every source file', () => {
  const missing = FILES.filter((file) => !NAMED.some((name) => holds(name, file)));
  expect(missing, 'say in docs/architecture.md which concept the file holds').toEqual([]);
});

test('the tables of docs/architecture.md name nothing that is gone', () => {
  const gone = NAMED.filter((name) => !FILES.some((file) => holds(name, file)));
  expect(gone, 'take the row out of docs/architecture.md').toEqual([]);
  expect(NAMED.length).toBeGreaterThan(250);
});
