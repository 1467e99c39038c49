import { noteWord } from '../example/word.mjs';
import { words } from '../memory.mjs';
import { show } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function store(word, value) {
  takeTurn();
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord(`store ${show(value)}`, word, old);
}
