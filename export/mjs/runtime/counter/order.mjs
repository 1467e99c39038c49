import { COMPARES_WARNINGS, COMPARES_WORD, START } from '../example/case.mjs';
import { whole } from './whole.mjs';

/** An op was seen half-way if no order of whole ops explains what all of them gave. */
export function diverges({ side, calls, final }) {
  /** Calls that no order explains from some value. */
  const dead = new Set();

  /**
   * Linearizability, searched in the plainest way: whether some order of whole ops, in which one that returned before
   * another was called comes first, gives each op what it gave here.
   */
  function isExplained(value, left) {
    if (left.length === 0) return !COMPARES_WORD || value === final;
    const key = `${value} ${left.map(({ called }) => called)}`;
    if (dead.has(key)) return false;
    const explained = left.some((op) => {
      // Another one had returned when this one was called: it comes first.
      if (left.some((other) => other.returned < op.called)) return false;
      const would = whole(side, op.name, value);
      const rest = left.filter((other) => other !== op);
      return isSameAnswer(would, op) && isExplained(would.value, rest);
    });
    if (!explained) dead.add(key);
    return explained;
  }
  return !isExplained(START, calls);
}

function isSameAnswer(one, other) {
  if (one.result !== other.result) return false;
  return !COMPARES_WARNINGS || one.warnings.join('\n') === other.warnings.join('\n');
}
