import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { CALL_WAITS, INSIDE, NOTE_WAITS } from '../scheme/object.mjs';
import { self, takeTurn } from '../turns.mjs';

/** Leaving the outermost section, the thread is no longer one that a grace period waits for. */
export function leaveRcu() {
  takeTurn();
  words[INSIDE + self]--;
  note('rcu_read_unlock');
  if (words[INSIDE + self] > 0) return;
  words[CALL_WAITS] &= ~(1 << self);
  words[NOTE_WAITS] &= ~(1 << self);
}
