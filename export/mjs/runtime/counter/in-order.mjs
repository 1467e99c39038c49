import { START } from '../example/case.mjs';
import { whole } from './whole.mjs';

/** The reference runs its ops one after another, in the order in which the subject's were called. */
export function inOrder(calls) {
  let word = START;
  const done = calls.map(({ thread, name }) => {
    const { result, warnings, value } = whole('reference', name, word);
    word = value;
    return { thread, name, result, warnings };
  });
  return { calls: done, word };
}
