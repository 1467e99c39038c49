import type { Counter, Result } from '../targets/subject/subject.ts';
import type { Called } from './holdings.ts';
import { idealStep, readAs } from './ideal.ts';

/** An op of a thread, and what it came to. */
export interface Came extends Called {
  readonly result: Result | string;
}

/**
 * Whether some order of the ops, each thread's in its own, gives them these results and this word at the end on the ideal
 * counter. When each op began and ended is not asked: it is the question whether an outcome can be right at all.
 *
 *     start 2 │ 0: dec_and_test true │ 1: dec_and_test false │ final 0      yes: 1 first, then 0
 *     start 2 │ 0: dec_and_test true │ 1: dec_and_test true                 no
 *
 * @param mayMisuse false: and no op was misuse, see `IdealStep`
 */
export function isIdealOutcome(
  { reading }: Pick<Counter, 'reading'>,
  start: number,
  threads: readonly (readonly Came[])[],
  final: number,
  mayMisuse = true,
): boolean {
  const seen = new Set<string>();
  const canEnd = (positions: readonly number[], count: number): boolean => {
    const key = `${positions.join()} ${count}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (positions.every((at, thread) => at === threads[thread]!.length))
      return count === readAs(final, reading);
    return threads.some((ops, thread) => {
      const came = ops[positions[thread]!];
      if (!came) return false;
      const { result, value, misuse } = idealStep(came.op, came.a, came.b, count, reading);
      if (misuse && !mayMisuse) return false;
      return (
        isSame(result, came.result, reading) && canEnd(positions.with(thread, positions[thread]! + 1), value)
      );
    });
  };
  return canEnd(
    threads.map(() => 0),
    readAs(start, reading),
  );
}

function isSame(ideal: Result, had: Result | string, reading: Counter['reading']): boolean {
  return ideal === (typeof had === 'number' ? readAs(had, reading) : had);
}
