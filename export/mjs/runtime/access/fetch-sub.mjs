import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function fetchSub(word, value) {
  takeTurn();
  return noteWord(`fetch_sub(${show(value)})`, word, Atomics.sub(words, word, value));
}
