import { expect, test } from 'vitest';
import { nestingOf } from './nesting.ts';

test.each<[string, number]>([
  ['', 0],
  ['f(a[b]);', 2],
  ['int f(void)\n{\n\tif (x) { y(); }\n}\n', 3],
  // What is in comments and literals is none.
  ['/* ((( */ // (((\n"(((\\"(((" \'(\' x', 0],
  ['/* ((( and no end', 0],
  // A brace that two branches of #if open, and one closes; a function ends all the same.
  ['#if A\nf(){\n#else\ng(){\n#endif\n}\n'.repeat(100), 2],
  ['))))((', 2],
  [`x = ${'('.repeat(5000)}1`, 5000],
])('of text %$, counted', (text, depth) => {
  expect(nestingOf(text)).toBe(depth);
});

test('a text of one long comment or string takes no time that grows faster than it does', () => {
  // A pattern that goes back at each letter would take minutes.
  for (const text of [`/*${'*'.repeat(1e6)}`, `"${'a'.repeat(1e6)}`, `"${'\\"'.repeat(5e5)}`])
    expect(nestingOf(text)).toBe(0);
});
