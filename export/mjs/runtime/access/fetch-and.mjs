import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function fetchAnd(word, value) {
  takeTurn();
  return noteWord(`fetch_and(${show(value)})`, word, Atomics.and(words, word, value));
}
