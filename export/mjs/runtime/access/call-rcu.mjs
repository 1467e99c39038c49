import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { noteFact } from '../scheme/facts.mjs';
import { CALL_WAITS, FREED, PENDING } from '../scheme/object.mjs';
import { readers } from '../scheme/readers.mjs';
import { takeTurn } from '../turns.mjs';

/** Queues the callback, which waits for the readers of this moment. Its head lies in the object, and is queued once. */
export function callRcu() {
  takeTurn();
  note('call_rcu');
  if (words[FREED] > 0) noteFact('use-after-free');
  if (words[PENDING] > 0) noteFact('double-free');
  words[PENDING]++;
  words[CALL_WAITS] |= readers();
}
