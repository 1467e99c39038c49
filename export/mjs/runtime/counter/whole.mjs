import { W_COUNT } from '../example/case.mjs';
import { ops } from '../example/counter-ops.mjs';
import { words } from '../memory.mjs';
import { beginCall } from '../notes.mjs';

/** Runs one op with nothing between its accesses. */
export function whole(side, name, value) {
  Atomics.store(words, W_COUNT, value);
  beginCall(name);
  const { result, warnings } = ops[side][name]();
  return { result, warnings, value: Atomics.load(words, W_COUNT) };
}
