import { inOrder } from './in-order.mjs';

/** The one op: its result, the word and its warnings against those of the reference. */
export function diverges({ calls, final }) {
  const [seen] = calls;
  const expected = inOrder(calls);
  const warns = ({ warnings }) => warnings.join('\n');
  const [{ result }] = expected.calls;
  return seen.result !== result || final !== expected.word || warns(seen) !== warns(expected.calls[0]);
}
