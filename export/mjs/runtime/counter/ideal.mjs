import { SATURATED, SATURATES } from '../example/case.mjs';
import { ideal } from '../example/counter-ops.mjs';

/** The one op against the ideal counter. To object is to warn, or to pin the word to the saturation value. */
export function diverges({ calls, final }) {
  const [expected] = ideal;
  const [seen] = calls;
  const isPinned = SATURATES && final === SATURATED && final !== expected.word;
  const objects = seen.warnings.length > 0 || isPinned;
  if (objects || expected.objects) return objects !== expected.objects;
  return seen.result !== expected.result || final !== expected.word;
}
