import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** From top to bottom: a file imports from its own floor and from floors below it. */
const FLOORS = ['cli', 'export', 'fuzz', 'oracles', 'targets'];

/** What only the top floor may do, with what to do instead. */
const TOP_ONLY: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bconsole\./, 'return data; the command line prints'],
  [/\bprocess\.(exit|stdout|stderr|argv)\b/, 'return data; the command line exits'],
  [/\bMath\.random\b/, 'draw from Choices'],
  [/\bDate\.now\b|\bperformance\.now\b|\bnew Date\b/, 'count; the command line has the clock'],
];

/** These hold the text of programs that print and exit; the golden files show what they make. */
const HOLDS_PROGRAM_TEXT = /^export\/mjs-/;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1]!);
  return found.map((path) => normalize(join(dirname(file), path)));
}

const FILES = FLOORS.flatMap(sources);

test('there are files to look at on every floor', () => {
  for (const floor of FLOORS) expect(sources(floor).length, floor).toBeGreaterThan(0);
});

test.each(FILES)('%s imports from its own floor and below', (file) => {
  const floor = FLOORS.indexOf(file.split('/')[0]!);
  for (const imported of importsOf(file)) {
    const other = FLOORS.indexOf(imported.split('/')[0]!);
    expect(other, `${file} imports ${imported}`).toBeGreaterThanOrEqual(floor);
  }
});

test('no two files import each other in a circle', () => {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    expect(state.get(file), [...path, file].join(' → ')).not.toBe('open');
    state.set(file, 'open');
    for (const imported of importsOf(file)) visit(imported, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of FILES) visit(file, []);
});

test.each(
  FILES.filter((file) => !file.startsWith('cli/') && !HOLDS_PROGRAM_TEXT.test(file)),
)('%s leaves the world to the command line', (file) => {
  const text = readFileSync(file, 'utf8');
  for (const [pattern, instead] of TOP_ONLY)
    expect(text.match(pattern)?.[0], `${file}: ${instead}`).toBeUndefined();
});
