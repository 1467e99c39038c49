import { befallsObject } from './lifetime.ts';
import type { OutcomesOracle } from './oracle.ts';

/**
 * Compares the sets of all that both sides can come to with a program. Counters: results, warnings and the last word,
 * for two sources of one algorithm, whose windows are to be the same as well. Schemes: the results of each op as
 * success classes, and warnings, since their words mean different things. Costly, and asked only where it is named, for
 * counters: each program's outcomes are compared on both sides.
 */
export const outcomes = {
  name: 'outcomes' as const,
  kind: 'outcomes' as const,
  subjects: ['counter', 'scheme'],
  byDefault: ['scheme'],
  needsReference: true as const,
  question: 'can the reference give these results, these warnings and, for a counter, this word at the end?',
  sees: ({ kind }, { subject, isAlone }) =>
    subject === 'scheme'
      ? !befallsObject(kind)
      : !isAlone && (kind === 'result' || kind === 'value' || kind === 'warning'),
  /** Of a counter whose ops are divisible by design, outcomes do not tell which side is right. */
  judgeCounter: (isDivisible) => (isDivisible ? 'changes' : 'breaks'),
  tells: ({ op }) => `No order of indivisible ops gives ${op} what it got in this schedule.`,
} satisfies OutcomesOracle;
