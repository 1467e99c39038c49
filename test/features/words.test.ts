import { expect, test } from 'vitest';
import { schemeLayout } from '../../fuzz/run/scheme-layout.ts';
import { feature, verdictOf } from './features.ts';

const DEFECTS: readonly (readonly [file: string, defect: string, verdict: string])[] = [
  // Both have read the word before one has written it, and both take the object out.
  ['bits', 'TWO_ACCESSES', 'crash kill'],
  // Of two who turn a bit over one writes what he had read before the other.
  ['bits', 'LOST', 'crash put'],
  // The last put comes between the look and the increment.
  ['atomic64', 'LOOKS_FIRST', 'use-after-free put'],
  // The lower half says 1 where somebody still holds.
  ['atomic64', 'CUT', 'use-after-free put'],
  // A put between the two is undone, or a second kill has seen the same.
  ['flags64', 'TWO_ACCESSES', 'double-free kill'],
  // Two find no reference, for no lock keeps them apart.
  ['pair', 'UNLOCKED', 'use-after-free kill'],
];

const SOUND = [...new Set(DEFECTS.map(([file]) => file))];

test.each(SOUND)('%s is sound', async (file) => {
  expect(verdictOf(await feature(`words/${file}.c`))).toBe('sound');
});

test.each(DEFECTS)('%s: %s is found', async (file, defect, verdict) => {
  expect(verdictOf(await feature(`words/${file}.c`, defect))).toBe(verdict);
});

// What is cut is not to be cut in silence: an answer says so in its limits.
test('a long has 32 bits, and says so, unless the file wants 64', async () => {
  const narrow = await feature('words/long.c');
  const wide = await feature('words/long.c', 'WIDE');
  expect(verdictOf(narrow)).toBe('crash charge');
  expect(narrow.leavesOut).toEqual(['an atomic_long_t has 32 bits (REFUZZ_LONG_64 gives it 64)']);
  expect(verdictOf(wide)).toBe('sound');
  expect(wide.leavesOut).toEqual([]);
});

// Sources without either have the states that they always had.
test('a state has a cell more for each word of 64 bits, and two for a pair', async () => {
  const cells = async (file: string) => {
    const { own, length } = schemeLayout(await feature(`words/${file}.c`));
    return length - own;
  };
  expect(await cells('bits')).toBe(1);
  expect(await cells('atomic64')).toBe(1);
  expect(await cells('flags64')).toBe(2);
  expect(await cells('pair')).toBe(3);
});
