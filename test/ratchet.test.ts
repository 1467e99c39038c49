import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { figuresOf, measureFile, measureHouse, twoWayPairs } from '../bench/house.ts';

/**
 * What was won stays won. These numbers only go down (the comment share only up): when a change makes one smaller, the
 * test says so, and the new number is written here. When it makes one larger, the test says what to do instead.
 */
const RATCHET = {
  longestFile: 300,
  filesOver300: 0,
  longestFunction: 69,
  functionsOver70: 0,
  twoWayPairs: 0,
  undocumented: 0,
} as const;
const LEAST_COMMENT_SHARE = 20;

const HOUSE = measureHouse();
const FIGURES = figuresOf(HOUSE);

/** The largest first, so that the message names the worst. */
function over<T extends { readonly lines: number }>(
  things: readonly T[],
  most: number,
  name: (thing: T) => string,
) {
  return things
    .filter(({ lines }) => lines > most)
    .sort((one, other) => other.lines - one.lines)
    .map((thing) => `${thing.lines} lines: ${name(thing)}`);
}

function only(found: readonly string[], most: number, remedy: string): void {
  expect(found.length, `${remedy}:\n${found.slice(0, 10).join('\n')}`).toBeLessThanOrEqual(most);
  expect(found.length, `only ${found.length} are left: write that number into RATCHET`).toBe(most);
}

describe('the house', () => {
  test('has no long files', () => {
    const long = over(HOUSE, 300, ({ path }) => path);
    only(long, RATCHET.filesOver300, 'a file is one concept; give the second one a file of its own');
    const longest = Math.max(...HOUSE.map(({ lines }) => lines));
    expect(longest, 'longer than any file was: split it').toBeLessThanOrEqual(RATCHET.longestFile);
  });

  test('has no long functions', () => {
    const functions = HOUSE.flatMap((file) => file.functions);
    const long = over(functions, 70, ({ place }) => place);
    only(long, RATCHET.functionsOver70, 'name the parts of a long function, and let it call them');
    const longest = Math.max(...functions.map(({ lines }) => lines));
    expect(longest, 'longer than any function was: split it').toBeLessThanOrEqual(RATCHET.longestFunction);
  });

  test('has no two folders that need each other', () => {
    const remedy = 'move what both need into the lower folder, or give it a folder below both';
    only(twoWayPairs(HOUSE), RATCHET.twoWayPairs, remedy);
  });

  test('has a docstring over everything exported', () => {
    const found = HOUSE.flatMap((file) => file.undocumented);
    only(found, RATCHET.undocumented, 'say what it is: shapes, units, ranges, errors');
  });

  test('says why', () => {
    expect(
      FIGURES.commentShare,
      'per cent of lines; say why, beside what you changed',
    ).toBeGreaterThanOrEqual(LEAST_COMMENT_SHARE);
  });
});

describe('measuring', () => {
  const measured = measureFile(
    'a/b.ts',
    [
      "import { x } from '../c/d.ts';",
      '// why',
      '',
      '/** Documented. */',
      'export function f() {',
      '  return [1].map((one) => {',
      '    /* inside */ return one;',
      '  });',
      '}',
      'export const bare = 1; // trailing',
      '/**',
      ' * Two',
      ' */',
      'export interface I {}',
      "export { x } from '../c/d.ts';",
    ].join('\n'),
  );

  test('counts lines, comments that stand alone, and functions of any form', () => {
    expect(measured.lines).toBe(15);
    // `// why`, the docstring, `/* inside */`, and the three lines of the last one.
    expect(measured.commentLines).toBe(6);
    expect(measured.functions).toEqual([
      { place: 'a/b.ts:5', lines: 5 },
      { place: 'a/b.ts:6', lines: 3 },
    ]);
  });

  test('names exported declarations without a docstring, and passes over what is only handed on', () => {
    expect(measured.exports).toBe(3);
    expect(measured.undocumented).toEqual(['a/b.ts:10 bare']);
  });

  test('finds folders that need each other', () => {
    const back = measureFile('c/d.ts', "import { f } from '../a/b.ts';");
    const other = measureFile('c/e.ts', "import { f } from '../z/b.ts';");
    expect(measured.imports).toEqual(['c/d.ts', 'c/d.ts']);
    expect(twoWayPairs([measured, back, other])).toEqual(['a <-> c']);
    expect(twoWayPairs([measured, other])).toEqual([]);
  });

  // A measure that finds nothing would hold nothing.
  test('looks at the whole house', () => {
    expect(FIGURES.files).toBeGreaterThan(250);
    expect(FIGURES.functions).toBeGreaterThan(3000);
    expect(readFileSync('test/floors.test.ts', 'utf8')).toContain(`'${HOUSE.at(-1)!.path.split('/')[0]}`);
  });
});
