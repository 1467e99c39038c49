import { signatureOf } from '../../oracles/divergence.ts';
import { outcomeKey } from './observed-outcomes.ts';
import type { JudgedOutcome, StressReport } from './stress.ts';

/**
 * Two reports of one program as one, under the number of the first. Counts are added outcome by outcome; the standing
 * of an outcome is that of the first, since the model is the same.
 */
export function joinedReports(one: StressReport, other: StressReport): StressReport {
  const outcomes = new Map<string, JudgedOutcome>(
    one.outcomes.map((outcome) => [outcomeKey(outcome), outcome]),
  );
  for (const outcome of other.outcomes) {
    const known = outcomes.get(outcomeKey(outcome));
    outcomes.set(outcomeKey(outcome), known ? { ...known, count: known.count + outcome.count } : outcome);
  }
  const keys = new Set(one.rawFindings.map(({ divergence }) => signatureOf(divergence)));
  return {
    ...one,
    runs: one.runs + other.runs,
    outcomes: [...outcomes.values()].sort((a, b) => b.count - a.count),
    rawFindings: [
      ...one.rawFindings,
      ...other.rawFindings.filter(({ divergence }) => !keys.has(signatureOf(divergence))),
    ],
    stopped: one.stopped + other.stopped,
    failure: one.failure ?? other.failure,
  };
}
