import { words } from '../memory.mjs';
import { call, note } from '../notes.mjs';
import { touch } from '../scheme/word.mjs';
import { Unrecorded } from '../text.mjs';
import { Stopped, self, takeTurn } from '../turns.mjs';
import { lockName } from './lock-name.mjs';

export function lock(word) {
  try {
    takeTurn();
  } catch (stop) {
    // The schedule is over: whether this thread waits for a lock that somebody has.
    call.blocked = stop instanceof Stopped && Atomics.load(words, word) !== 0;
    throw stop;
  }
  const owner = Atomics.compareExchange(words, word, 0, self + 1);
  if (owner !== 0) throw new Unrecorded(`thread ${self} waits for a lock that thread ${owner - 1} has`);
  note(`lock${lockName(word)}`);
  touch(word);
}
