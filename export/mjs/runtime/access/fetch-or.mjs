import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function fetchOr(word, value) {
  takeTurn();
  return noteWord(`fetch_or(${show(value)})`, word, Atomics.or(words, word, value));
}
