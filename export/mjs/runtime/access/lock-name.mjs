import { WORD_NAMES } from '../example/case.mjs';

/** One lock is the lock; others have names. */
export const lockName = (word) => (WORD_NAMES[word] === 'lock' ? '' : ` ${WORD_NAMES[word]}`);
