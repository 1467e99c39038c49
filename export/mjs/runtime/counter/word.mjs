import { words } from '../memory.mjs';
import { note, rows } from '../notes.mjs';
import { show } from '../text.mjs';

/** Notes an access to the word, which held `old` before. Returns that. */
export function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, value === old ? show(old) : `${show(old)} -> ${show(value)}`);
  Object.assign(rows.at(-1), { old, value });
  return old;
}
