import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { corpusPages } from '../cli/case/corpus-pages.ts';
import { loadCases } from '../fuzz/case/corpus.ts';
import { allowInlining } from '../fuzz/run/inlining.ts';

allowInlining();
const PAGES = [...corpusPages('corpus')];

test('there is a page for each target, and one over all', () => {
  const targets = new Set(loadCases(['corpus']).map((stored) => stored.case.target));
  expect(PAGES.map(({ path }) => path)).toEqual([
    ...[...targets].sort().map((target) => `corpus/${target}/README.md`),
    'corpus/README.md',
  ]);
});

test.each(PAGES.map(({ path, text }) => [path, text] as const))('%s is what its cases say', (path, text) => {
  expect(readFileSync(path, 'utf8'), 'run npm run pages').toBe(text);
});

test.each(
  PAGES.map(({ path, text }) => [path, text] as const),
)('the links of %s lead somewhere', (path, text) => {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]!.replaceAll('%2B', '+'));
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) expect(() => readFileSync(path.replace(/[^/]+$/, link))).not.toThrow();
});
