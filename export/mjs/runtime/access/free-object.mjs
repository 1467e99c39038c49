import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { noteFact } from '../scheme/facts.mjs';
import { FREED, isHeld } from '../scheme/object.mjs';
import { takeTurn } from '../turns.mjs';

export function freeObject() {
  takeTurn();
  note('free');
  if (words[FREED] > 0) noteFact('double-free');
  else if (isHeld()) noteFact('freed-while-held');
  words[FREED]++;
}
