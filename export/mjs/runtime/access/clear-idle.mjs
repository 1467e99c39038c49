import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { NOTE_WAITS, NOTED } from '../scheme/object.mjs';
import { takeTurn } from '../turns.mjs';

export function clearIdle() {
  takeTurn();
  words[NOTED] = 0;
  words[NOTE_WAITS] = 0;
  note('clear idle note');
}
