import { ideal } from '../example/counter-ops.mjs';
import { show } from '../text.mjs';

/** What the ideal counter gives, in the order in which the subject's ops were called. */
export function printExpected() {
  const given = ideal.map(({ op, result, word }) => `${op} = ${show(result)}, word ${show(word)}`);
  console.log(`ideal:     ${given.join('; ')}`);
}

/** The ideal counter is data: nothing of it can diverge. */
export function runReference() {
  printExpected();
  return false;
}
