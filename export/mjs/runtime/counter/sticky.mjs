import { SATURATED } from '../example/case.mjs';

/** A word that was pinned stays pinned. The reference has given no such promise. */
export function diverges({ side, rows, final }) {
  if (side === 'reference' || final === SATURATED) return false;
  return rows.some(({ old, value }) => old === SATURATED && value !== SATURATED);
}
