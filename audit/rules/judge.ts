import type { Census, Counter } from '../census/counter.ts';
import type { Judged } from '../census/verdict.ts';
import { confidenceOf, type Doubt, doubtsOf } from './doubt.ts';
import { Evidence } from './evidence.ts';
import { RULES } from './table.ts';

/**
 * Judges every counter of a census, in its order. Pure: equal censuses are judged alike, and no counter's verdict
 * depends on another's.
 */
export function judge(census: Census): Judged[] {
  return census.counters.map((counter) => judgeCounter(counter, census.isPart));
}

/** One counter, by the first rule that holds; `isPart` as in `Census`. */
export function judgeCounter(counter: Counter, isPart = false): Judged {
  const evidence = new Evidence(counter, isPart && counter.declared.file.endsWith('.h'));
  for (const rule of RULES) {
    const reasons = rule.when(evidence);
    if (reasons === undefined) continue;
    const own = (rule.doubts?.(evidence) ?? []).map((what): Doubt => ({ what, most: 'medium' }));
    // What is not judged needs no doubts, and what is unknown has said why.
    const doubts = rule.verdict === 'listed' ? [] : [...own, ...doubtsOf(evidence)];
    const confidence = confidenceOf(rule.confidence, doubts);
    const { verdict, protocol, name, remedy } = rule;
    return {
      counter,
      verdict,
      protocol,
      rule: name,
      reasons,
      confidence,
      doubts: said(confidence, doubts, protocol),
      remedy,
    };
  }
  throw new Error('internal: no rule holds, and the last one always does');
}

/**
 * Whatever is below "high" has a doubt that says why. A rule that is sure of itself only to a degree has none of its own
 * to show: its pattern is then one that other protocols have as well.
 */
function said(
  confidence: Judged['confidence'],
  doubts: readonly Doubt[],
  protocol: string,
): readonly string[] {
  if (confidence === 'high') return [];
  return doubts.length > 0
    ? doubts.map(({ what }) => what)
    : [`"${protocol}" has other readings that lines alone do not rule out`];
}
