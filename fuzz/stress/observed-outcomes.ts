import type { Result } from '../../targets/subject/subject.ts';
import { resultOf, WORDS_PER_NOTE, warningsOf } from './op-note.ts';
import { type RaceTally, rowLength } from './race.ts';

/** What threads made of a cell: as an explorer could say it, and how often it came. */
export interface ObservedOutcome {
  /** By thread, then by op. */
  readonly results: readonly (readonly Result[])[];
  /** Texts, by thread, then by op. */
  readonly warnings: readonly (readonly (readonly string[])[])[];
  /** The word at the end. */
  readonly final: number;
  readonly count: number;
}

/**
 * Joins what the threads of a race have counted, each of its share of the cells. Rows of different threads with the
 * same meaning may differ in their codes of warnings, so they are decoded first.
 *
 * @param threads the program; only how many ops each thread has counts
 * @param tallies by thread
 * @returns the commonest first; equally common ones by their text, so that the order does not depend on threads
 */
export function observedOutcomes(
  threads: readonly (readonly unknown[])[],
  tallies: readonly RaceTally[],
): ObservedOutcome[] {
  const joined = new Map<string, ObservedOutcome>();
  const length = rowLength(threads);
  for (const { rows, counts } of tallies) {
    counts.forEach((count, at) => {
      const outcome = decoded(threads, tallies, rows.subarray(at * length, (at + 1) * length), count);
      const text = outcomeKey(outcome);
      const known = joined.get(text);
      joined.set(text, known ? { ...known, count: known.count + count } : outcome);
    });
  }
  return [...joined].sort(byCount).map(([, outcome]) => outcome);
}

/** Equal for equal outcomes, whatever their counts. JSON has no undefined: a void result is null, which no other is. */
export function outcomeKey({ results, warnings, final }: Omit<ObservedOutcome, 'count'>): string {
  return JSON.stringify([results.map((ops) => ops.map((result) => result ?? null)), warnings, final]);
}

function byCount([key, one]: [string, ObservedOutcome], [other, two]: [string, ObservedOutcome]): number {
  return two.count - one.count || (key < other ? -1 : 1);
}

/** A thread's notes can be read with its own texts only. */
function decoded(
  threads: readonly (readonly unknown[])[],
  tallies: readonly RaceTally[],
  row: Int32Array,
  count: number,
): ObservedOutcome {
  let at = 0;
  const notes = threads.map((ops, thread) =>
    ops.map(() => {
      const [value, tag] = [row[at]!, row[at + 1]!];
      at += WORDS_PER_NOTE;
      return { result: resultOf(value, tag), warnings: tallies[thread]!.warnings[warningsOf(tag)]! };
    }),
  );
  return {
    results: notes.map((ops) => ops.map(({ result }) => result)),
    warnings: notes.map((ops) => ops.map(({ warnings }) => warnings)),
    final: row[at]!,
    count,
  };
}
