import { IN_OBJECT, WORD_NAMES } from '../example/case.mjs';
import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { show } from '../text.mjs';
import { noteFact } from './facts.mjs';
import { FREED } from './object.mjs';

/** An access to a word that lies in the object. */
export function touch(word) {
  if (IN_OBJECT.includes(word) && words[FREED] > 0) noteFact('use-after-free');
}

/** Notes an access to a word, which held `old` before. Returns that. */
export function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, `${WORD_NAMES[word]} ${value === old ? show(old) : `${show(old)} -> ${show(value)}`}`);
  touch(word);
  return old;
}
