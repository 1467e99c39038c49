import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function fetchAdd(word, value) {
  takeTurn();
  return noteWord(`fetch_add(${show(value)})`, word, Atomics.add(words, word, value));
}
