import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { takeTurn } from '../turns.mjs';

export function load(word) {
  takeTurn();
  return noteWord('load', word, Atomics.load(words, word));
}
