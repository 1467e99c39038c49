import { expect, test } from 'vitest';
import { schemeLayout } from '../../fuzz/run/scheme-layout.ts';
import { feature, verdictOf } from './features.ts';

const DEFECTS: readonly (readonly [file: string, defect: string, verdict: string])[] = [
  ['bits', 'TWO_ACCESSES', 'crash kill'],
  ['bits', 'LOST', 'crash put'],
  ['atomic64', 'LOOKS_FIRST', 'use-after-free put'],
  ['atomic64', 'CUT', 'freed-while-held put'],
  ['flags64', 'TWO_ACCESSES', 'freed-while-held kill'],
  ['pair', 'UNLOCKED', 'use-after-free kill'],
];

const SOUND = [...new Set(DEFECTS.map(([file]) => file))];

test.each(SOUND)('%s is sound', async (file) => {
  expect(verdictOf(await feature(`words/${file}.c`))).toBe('sound');
});

test.each(DEFECTS)('%s: %s is found', async (file, defect, verdict) => {
  expect(verdictOf(await feature(`words/${file}.c`, defect))).toBe(verdict);
});

test('a long has 32 bits, and says so, unless the file wants 64', async () => {
  const narrow = await feature('words/long.c');
  const wide = await feature('words/long.c', 'WIDE');
  expect(verdictOf(narrow)).toBe('crash charge');
  expect(narrow.leavesOut).toEqual(['an atomic_long_t has 32 bits (REFUZZ_LONG_64 gives it 64)']);
  expect(verdictOf(wide)).toBe('sound');
  expect(wide.leavesOut).toBeUndefined();
});

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
