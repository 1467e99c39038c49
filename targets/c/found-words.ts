import { cacheKey, readCached, writeCached } from './build/module-cache.ts';
import type { Place } from './recorded/layout.ts';

/**
 * Raised when the search for words finds others, or names them otherwise. Whoever forgets it gets an error where a word is
 * missing, and no wrong answer.
 */
const SEARCH = 1;

/**
 * The words that a source shares without a declaration. The search takes longer than many a check, and follows from the
 * module alone; so what it has found is kept beside compiled modules.
 *
 * @param digest of the module, whole
 */
export function foundWords(digest: string, search: () => readonly Place[]): readonly Place[] {
  const key = cacheKey(['found words', SEARCH, digest]);
  const cached = readCached(key);
  if (cached) return JSON.parse(Buffer.from(cached).toString()) as Place[];
  const found = search();
  writeCached(key, Buffer.from(JSON.stringify(found)));
  return found;
}
