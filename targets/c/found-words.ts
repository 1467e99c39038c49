import { createHash } from 'node:crypto';
import type { FoundWord } from '../subject/compiled-subject.ts';
import type { Subject } from '../subject/subject.ts';
import { cacheKey, readCached, writeCached } from './build/module-cache.ts';

/**
 * Raised when the search for words finds others, or names them otherwise. Whoever forgets it gets an error where a word is
 * missing, and no wrong answer.
 */
const SEARCH = 3;

/**
 * A subject with the words that its source shares without a declaration. The search takes longer than many a check, and
 * follows from the module alone; so what it has found is kept beside compiled modules.
 *
 * @param module the recorded build
 * @param make the subject, of words that are known or, without them, by a search
 */
export function withFoundWords(
  module: Uint8Array,
  make: (found: readonly FoundWord[] | undefined) => Subject,
): Subject {
  const digest = createHash('sha256').update(module).digest('hex');
  const key = cacheKey(['found words', SEARCH, digest]);
  const cached = readCached(key);
  if (cached) return make(JSON.parse(Buffer.from(cached).toString()) as FoundWord[]);
  const subject = make(undefined);
  const found = subject.compiled?.found;
  if (found) writeCached(key, Buffer.from(JSON.stringify(found)));
  return subject;
}
