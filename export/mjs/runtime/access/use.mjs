import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { noteFact } from '../scheme/facts.mjs';
import { FREED } from '../scheme/object.mjs';
import { takeTurn } from '../turns.mjs';

export function use() {
  takeTurn();
  note('use');
  if (words[FREED] > 0) noteFact('use-after-free');
}
