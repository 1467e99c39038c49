import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { NOTE_WAITS, NOTED } from '../scheme/object.mjs';
import { readers } from '../scheme/readers.mjs';
import { takeTurn } from '../turns.mjs';

export function noteIdle() {
  takeTurn();
  words[NOTED] = 1;
  words[NOTE_WAITS] = readers();
  note('note idle');
}
