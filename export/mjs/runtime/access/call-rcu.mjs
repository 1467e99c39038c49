import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { CALL_WAITS, PENDING } from '../scheme/object.mjs';
import { readers } from '../scheme/readers.mjs';
import { takeTurn } from '../turns.mjs';

/** Queues the callback, which waits for the readers of this moment. */
export function callRcu() {
  takeTurn();
  words[PENDING]++;
  words[CALL_WAITS] |= readers();
  note('call_rcu');
}
