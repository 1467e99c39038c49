import { codeAt } from '../run/op-results.ts';

/**
 * Of some results of a program those that differ from `results` in the fewest ops, each once.
 *
 * @param results by thread, packed as in op-results.ts. @param known the same, of the other side
 * @param ops by thread: how many it calls
 * @returns in order: op by op, thread by thread, by the code of the result
 */
export function nearestResults(
  results: readonly number[],
  known: readonly (readonly number[])[],
  ops: readonly number[],
): (readonly number[])[] {
  let nearest: (readonly number[])[] = [];
  let fewest = Number.POSITIVE_INFINITY;
  for (const one of known) {
    const distance = differences(results, one, ops);
    if (distance > fewest) continue;
    if (distance < fewest) nearest = [];
    fewest = distance;
    nearest.push(one);
  }
  const distinct = new Map(nearest.map((one) => [one.join(), one]));
  return [...distinct.values()].sort((one, other) => compare(one, other, ops));
}

/** The first op, thread by thread, whose result differs. @returns undefined when all are the same */
export function firstDifference(
  results: readonly number[],
  other: readonly number[],
  ops: readonly number[],
): { readonly thread: number; readonly op: number } | undefined {
  for (const [thread, count] of ops.entries())
    for (let op = 0; op < count; op++)
      if (codeAt(results[thread]!, op) !== codeAt(other[thread]!, op)) return { thread, op };
  return undefined;
}

function differences(one: readonly number[], other: readonly number[], ops: readonly number[]): number {
  let count = 0;
  for (const [thread, length] of ops.entries())
    for (let op = 0; op < length; op++) if (codeAt(one[thread]!, op) !== codeAt(other[thread]!, op)) count++;
  return count;
}

function compare(one: readonly number[], other: readonly number[], ops: readonly number[]): number {
  const at = firstDifference(one, other, ops);
  return at ? codeAt(one[at.thread]!, at.op) - codeAt(other[at.thread]!, at.op) : 0;
}
