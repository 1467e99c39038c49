import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function compareExchange(word, expected, desired) {
  takeTurn();
  const old = Atomics.compareExchange(words, word, expected, desired);
  return noteWord(`cmpxchg(${show(expected)}, ${show(desired)})`, word, old);
}
