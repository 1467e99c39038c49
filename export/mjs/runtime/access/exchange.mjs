import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function exchange(word, value) {
  takeTurn();
  return noteWord(`exchange(${show(value)})`, word, Atomics.exchange(words, word, value));
}
