import { signatureOf } from '../../oracles/divergence.ts';
import { STATE_LIMIT } from '../explore/explorer.ts';
import { Feedback } from '../generate/feedback.ts';
import { schemeComparison } from '../judge/compare-schemes.ts';
import type { Program } from '../program/program.ts';
import type { OnNews, Search, SearchContext } from './search.ts';

/** A scheme's programs are compared over all schedules; with more ops a thread there are too many states. */
const MOST_OPS = 3;

/**
 * Search of a scheme: every program is decided. No schedule comes with a raw finding: all were compared at once, and
 * `Decider.cheapest` finds one for those that become cases.
 */
export function schemeSearch({ harness, limits, counts, meet, begins }: SearchContext): Search {
  const within = { ...limits, maxOps: Math.min(limits.maxOps, MOST_OPS) };
  // One thread may be enough: the RCU callback runs beside it.
  const feedback = new Feedback(harness, within, 1);
  const comparison = schemeComparison(harness, STATE_LIMIT);
  // The subject's side only: what the reference does is no reason to keep a program.
  comparison.subject.listener = feedback.coverage;

  function run(program: Program, onNews: OnNews): void {
    counts.programs++;
    const answer = begins(program) ? comparison.compare(program) : undefined;
    if (!answer) {
      counts.undecided++;
      return;
    }
    counts.decided++;
    for (const { divergence } of answer.divergences.values()) {
      feedback.coverage.signature(signatureOf(divergence));
      if (meet(divergence)) onNews({ divergence, program, schedule: undefined });
    }
    feedback.learn(program);
  }
  return {
    feedback,
    begin() {},
    run: (program, _iteration, _choices, onNews) => run(program, onNews),
    iterate: (_iteration, choices, onNews) => run(feedback.program(choices), onNews),
  };
}
