import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { foundWords } from './found-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-found-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const WORDS = [{ name: 'found', address: 4096, size: 4, isPointer: true }];

test('a search is made once for a module, and its errors are none of the cache’s', () => {
  vi.stubEnv('REFUZZ_CACHE', folder);
  const search = vi.fn(() => WORDS);
  const failing = () => {
    throw new Error('no end of them');
  };
  expect(() => foundWords('abc', failing)).toThrow('no end of them');
  expect(readdirSync(folder)).toEqual([]);
  expect(foundWords('abc', search)).toEqual(WORDS);
  expect(foundWords('abc', search)).toEqual(WORDS);
  expect(search).toHaveBeenCalledTimes(1);
  expect(foundWords('another', () => [])).toEqual([]);
});
