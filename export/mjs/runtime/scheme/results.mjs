import { words } from '../memory.mjs';
import { now, self } from '../turns.mjs';
import { LEFT } from './object.mjs';

/** The results of this thread, and a copy of them at each moment at which there was a new one. */
export const results = [];
export const moments = [];

/** Adds a result of this thread. The run has begun, except for ops that are skipped before it does. */
export function push(result, hasBegun) {
  results.push(result);
  if (!hasBegun) return;
  words[LEFT]--;
  moments.push({ at: now, thread: self, results: [...results] });
}
