import { GAINS, LAST_PUTS, START } from '../example/case.mjs';

/** The word ends as the start plus what was gained, and at most one put was told that it was the last. */
export function diverges({ calls, final }) {
  let expected = START;
  for (const { name, result } of calls) expected = (expected + GAINS[name][Number(result === true)]) | 0;
  const last = calls.filter(({ name, result }) => result === true && LAST_PUTS.includes(name));
  return expected !== final || (START > 0 && last.length > 1);
}
