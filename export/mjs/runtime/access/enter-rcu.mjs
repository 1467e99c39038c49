import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { INSIDE } from '../scheme/object.mjs';
import { self, takeTurn } from '../turns.mjs';

export function enterRcu() {
  takeTurn();
  words[INSIDE + self]++;
  note('rcu_read_lock');
}
