import { amountsOf, Holdings, mayRefuse } from '../../oracles/holdings.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { type Alone, aloneInCounter, possible } from './coverage-probe.ts';
import { type Wanted, Wants } from './wanted.ts';

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
): Wanted {
  const wants = new Wants();
  const starts = target.initial as readonly number[];
  const holdings = new Holdings(held!);
  wants.told();
  for (const call of calls) {
    const called = alphabet.call(call);
    const amounts = amountsOf(called, true);
    if (!amounts) continue;
    const may = (count: number) => count >= amounts.needs && holdings.fits(count, [called]);
    wants.ran(called.op, amounts.needs > 0 ? ', for nobody holds enough' : '');
    addCall(wants, trees, call, aloneInCounter(starts, constants, may), false);
  }
  return wants.all;
}

/**
 * The same of a counter that is compared: there programs do whatever threads may do, so every count is met that the starts
 * lead to, saturated ones too, and branches that end in a warning are as much part of the comparison as any.
 */
export function wantedOfFreeCounter(
  { target, calls, alphabet }: Harness,
  trees: TransitionTrees,
  { constants = [] }: Counter,
): Wanted {
  const wants = new Wants();
  // The numbers of the text too: an instruction may hold another, as `old > 5000` may be compiled to a comparison with 5001.
  const numbers = [...constants, ...(target.constants ?? []).map(({ value }) => value)];
  const alone = aloneInCounter(target.initial as readonly number[], numbers, () => true);
  for (const call of calls) {
    wants.ran(alphabet.call(call).op);
    addCall(wants, trees, call, alone, true);
  }
  return wants.all;
}

function addCall(
  wants: Wants,
  trees: TransitionTrees,
  call: number,
  alone: Alone,
  withWarnings: boolean,
): void {
  const { op } = trees.alphabet.call(call);
  if (mayRefuse(op)) wants.granted(op, 'true');
  const { results, branches } = possible(trees, call, alone, withWarnings);
  for (const answer of ANSWERS) if (results.has(answer)) wants.result(op, answer, `never returns ${answer}`);
  for (const [shape, count] of branches) wants.branch(op, shape, count);
}
