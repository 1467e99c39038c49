import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { FoundWord } from '../subject/compiled-subject.ts';
import type { Subject } from '../subject/subject.ts';
import { withFoundWords } from './found-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-found-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const WORDS: readonly FoundWord[] = [{ name: 'found', address: 4096, size: 4, isPointer: true }];
const subjectOf = (found: readonly FoundWord[] | undefined) =>
  ({ compiled: { found } }) as unknown as Subject;
const module = (text: string) => new TextEncoder().encode(text);

test('words of a module are sought once; a search that fails, and a counter, leave nothing', () => {
  vi.stubEnv('REFUZZ_CACHE', folder);
  const failing = () => {
    throw new Error('no end of them');
  };
  expect(() => withFoundWords(module('one'), failing)).toThrow('no end of them');
  withFoundWords(module('one'), () => subjectOf(undefined));
  expect(readdirSync(folder)).toEqual([]);

  const make = vi.fn((found: readonly FoundWord[] | undefined) => subjectOf(found ?? WORDS));
  expect(withFoundWords(module('one'), make).compiled?.found).toEqual(WORDS);
  expect(withFoundWords(module('one'), make).compiled?.found).toEqual(WORDS);
  expect(make.mock.calls).toEqual([[undefined], [WORDS]]);
  withFoundWords(module('another'), make);
  expect(make).toHaveBeenLastCalledWith(undefined);
});
