import { WORDS } from '../example/case.mjs';
import { words } from '../memory.mjs';

// The life of the object that the scheme counts references to, in the cells behind the words.
/** How often it was freed. */
export const FREED = WORDS;
/** Callbacks queued by call_rcu, the readers they wait for (a bit each), and whether one is running. */
export const PENDING = WORDS + 1;
export const CALL_WAITS = WORDS + 2;
export const CALLING = WORDS + 3;
/** Whether idleness was noted, and the readers of then that are still inside (a bit each). */
export const NOTED = WORDS + 4;
export const NOTE_WAITS = WORDS + 5;
/** The facts so far, a bit each; warnings so far; ops that the threads still have to make. */
export const FACTS = WORDS + 6;
export const WARNED = WORDS + 7;
export const LEFT = WORDS + 8;
/** A cell for each thread: references held, and RCU read sections that it is inside of. */
export const SLOTS = 5;
export const HELD = WORDS + 9;
export const INSIDE = HELD + SLOTS;

export function isHeld() {
  return words.subarray(HELD, HELD + SLOTS).some((held) => held > 0);
}
