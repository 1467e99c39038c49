import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { CALL_WAITS, CALLING, PENDING } from '../scheme/object.mjs';
import { Unrecorded } from '../text.mjs';
import { takeTurn } from '../turns.mjs';

export function beginCallback() {
  takeTurn();
  if (words[PENDING] === 0 || words[CALL_WAITS] !== 0) throw new Unrecorded('the grace period is not over');
  words[PENDING]--;
  words[CALLING] = 1;
  note('grace period is over');
}
