import { diverges } from '../example/question.mjs';
import { inOrder } from './in-order.mjs';
import { runSide, summary } from './run.mjs';

export function printExpected(seen) {
  const { calls, word } = inOrder(seen);
  console.log(`reference: ${summary(calls, word)}`);
}

/** @returns whether it diverges */
export async function runReference(url) {
  const run = await runSide('reference', url);
  console.log(`reference: ${summary(run.calls, run.final)}`);
  return diverges(run);
}
