import { amountsOf, Holdings, mayRefuse } from '../../oracles/holdings.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { metKey } from './coverage-met.ts';
import { aloneInCounter, possible } from './coverage-probe.ts';

/** Answers of an op that are asked for; any other is a count. */
const ANSWERS = ['true', 'false'] as const;

/**
 * All that programs of holders must come to with a counter: every op runs, every get is granted, some put is told that it
 * was the last, ops answer all that their code can answer, and every branch on the count is taken. Counts that sound use
 * never brings an op to are left out: a put meets no 0.
 */
export function wantedOfCounter(
  { target, calls, alphabet, held }: Harness,
  trees: TransitionTrees,
  { constants = [] }: Counter,
): Map<string, string> {
  const wanted = new Map<string, string>();
  const starts = target.initial as readonly number[];
  const holdings = new Holdings(held!);
  wanted.set(metKey.told, 'no put is told that it was the last');
  for (const call of calls) {
    const called = alphabet.call(call);
    const { op } = called;
    const amounts = amountsOf(called, true);
    if (!amounts) continue;
    wanted.set(metKey.ran(op), `${op} never runs${amounts.needs > 0 ? ', for nobody holds enough' : ''}`);
    if (mayRefuse(op)) wanted.set(metKey.result(op, 'true'), `${op} is never granted`);
    const may = (count: number) => count >= amounts.needs && holdings.fits(count, [called]);
    const { results, branches } = possible(trees, call, aloneInCounter(starts, constants, may));
    for (const answer of ANSWERS) {
      const key = metKey.result(op, answer);
      if (results.has(answer) && !wanted.has(key)) wanted.set(key, `${op} never returns ${answer}`);
    }
    for (const [shape, count] of branches)
      wanted.set(
        metKey.branch(op, shape),
        `${op} never goes the way it takes at count ${formatValue(count)}`,
      );
  }
  return wanted;
}
