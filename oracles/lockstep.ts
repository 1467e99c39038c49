import type { Counter } from '../targets/subject/subject.ts';
import type { Kind } from './divergence.ts';
import { type Conduct, conductOf, judge, judgeAgainstIdeal } from './judgement.ts';
import type { Alone, OpPair, PairOracle, Verdict } from './oracle.ts';

/** Compares each op alone on both sides: its answer, the word that it leaves, what it warns. */
export const lockstep = {
  name: 'lockstep' as const,
  kind: 'pair' as const,
  subjects: ['counter'],
  byDefault: ['counter'],
  question: 'does one op alone give the same result, word and warning on both sides?',
  sees: ({ kind }, { subject, isAlone }) =>
    subject === 'counter' && isAlone && (kind === 'result' || kind === 'value' || kind === 'warning'),
  judgeOp,
} satisfies PairOracle;

/**
 * With the ideal counter as the reference, the conduct of the subject decides: both can agree on misuse, and what is missing
 * then is a warning. Otherwise nothing diverges unless the sides differ, and both conducts say who is right.
 */
function judgeOp(pair: OpPair): Verdict | undefined {
  const kind = difference(pair.reference, pair.subject);
  const subject = conductIn(pair, pair.counter, pair.subject);
  if (pair.referenceCounter === undefined) {
    const judgement = judgeAgainstIdeal(subject);
    return judgement && { kind: kind ?? 'warning', judgement };
  }
  if (kind === undefined) return undefined;
  return { kind, judgement: judge(conductIn(pair, pair.referenceCounter, pair.reference), subject) };
}

/** How one side of a pair did, against the ideal counter. */
function conductIn({ op, a, b, old }: OpPair, counter: Counter, { result, value, warnings }: Alone): Conduct {
  return conductOf(counter, { op, a, b, old, result, value, warned: warnings.length > 0 });
}

/**
 * The gravest difference: an answer is acted upon at once, a word later, a warning is read by people. Warnings
 * are compared by their texts, in their order.
 */
function difference(reference: Alone, subject: Alone): Kind | undefined {
  if (reference.result !== subject.result) return 'result';
  if (reference.value !== subject.value) return 'value';
  return areSameTexts(reference.warnings, subject.warnings) ? undefined : 'warning';
}

/** Whether two ops warned of the same, in the same order. A warning may have an empty text, and is one all the same. */
export function areSameTexts(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Whether the reference of a pair goes wrong in silence; the ideal counter counts as wrong: it does not saturate. */
export function isReferenceWrong(pair: OpPair): boolean {
  return pair.referenceCounter === undefined || conductIn(pair, pair.referenceCounter, pair.reference).wrong;
}
