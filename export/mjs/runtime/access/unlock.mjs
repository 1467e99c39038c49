import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { touch } from '../scheme/word.mjs';
import { takeTurn } from '../turns.mjs';
import { lockName } from './lock-name.mjs';

export function unlock(word) {
  takeTurn();
  Atomics.store(words, word, 0);
  note(`unlock${lockName(word)}`);
  touch(word);
}
