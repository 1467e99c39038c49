import { words } from '../memory.mjs';
import { INSIDE, SLOTS } from './object.mjs';

/** Threads inside an RCU read section, a bit each. */
export function readers() {
  let bits = 0;
  for (let thread = 0; thread < SLOTS; thread++) if (words[INSIDE + thread] > 0) bits |= 1 << thread;
  return bits;
}
