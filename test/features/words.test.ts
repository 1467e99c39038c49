import { expect, test } from 'vitest';
import { schemeLayout } from '../../fuzz/run/scheme-layout.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { feature, verdictOf } from './features.ts';
import { filesOf, PAIRS } from './pairs.ts';

test.each(filesOf('words'))('%s is sound', async (file) => {
  expect(verdictOf(await feature(`words/${file}.c`))).toBe('sound');
});

test.each(oneIn(3, PAIRS.words))(`%s: %s is found, ${sampleOf(3)}`, async (file, defect, found) => {
  expect(verdictOf(await feature(`words/${file}.c`, defect))).toBe(found);
});

// What is cut is not to be cut in silence: an answer says so in its limits.
test('a long has 32 bits, and says so, unless the file wants 64', async () => {
  const narrow = await feature('words/long.c', 'NARROW');
  const wide = await feature('words/long.c');
  expect(narrow.leavesOut).toEqual(['an atomic_long_t has 32 bits (REFUZZ_LONG_64 gives it 64)']);
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
