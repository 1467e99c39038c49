import { words } from '../memory.mjs';
import { note } from '../notes.mjs';
import { NOTE_WAITS, NOTED } from '../scheme/object.mjs';
import { takeTurn } from '../turns.mjs';

/** 0: no idle note. 1: noted, and RCU readers of that time are still inside. 2: noted, and they have left. */
export function checkIdle() {
  takeTurn();
  const answer = words[NOTED] === 0 ? 0 : words[NOTE_WAITS] === 0 ? 2 : 1;
  note('check idle note', String(answer));
  return answer;
}
