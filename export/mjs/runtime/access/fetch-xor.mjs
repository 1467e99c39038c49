import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function fetchXor(word, value) {
  takeTurn();
  return noteWord(`fetch_xor(${show(value)})`, word, Atomics.xor(words, word, value));
}
