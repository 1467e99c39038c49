import type { Scheme } from '../../targets/subject/subject.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { wantedOfCounter, wantedOfFreeCounter } from './coverage-counter.ts';
import { metKey } from './coverage-met.ts';
import { aloneInScheme, possible } from './coverage-probe.ts';
import { type Wanted, type WantedThing, Wants } from './wanted.ts';

/**
 * All that a scope must come to, or its answer is vacuous: every op runs, every get is granted, an op returns whatever its
 * code can return, every branch on the count is taken, every state is left, and what call_rcu queues is called.
 */
export function wantedOf(harness: Harness, trees: TransitionTrees): Wanted {
  if (trees.subject.kind === 'counter') return wantedOfCounter(harness, trees, trees.subject);
  return wantedOfScheme(harness, trees, trees.subject);
}

/** By the trees of a scheme: it is asked alone, and as a side, and both need the same. */
const found = new WeakMap<TransitionTrees, Wanted>();

/** The same of a side that is compared: two counters are, whatever threads do with them. */
export function wantedOfCompared(harness: Harness, trees: TransitionTrees): Wanted {
  if (trees.subject.kind === 'counter') return wantedOfFreeCounter(harness, trees, trees.subject);
  return wantedOfScheme(harness, trees, trees.subject);
}

function wantedOfScheme(
  { target, calls, alphabet }: Harness,
  trees: TransitionTrees,
  scheme: Scheme & { readonly constants?: readonly number[] },
): Wanted {
  const known = found.get(trees);
  if (known) return known;
  const numbers = (target.constants ?? []).map(({ value }) => value);
  const alone = aloneInScheme(scheme, [...(scheme.constants ?? []), ...numbers]);
  const wants = new Wants();
  for (const state of target.initial) wants.left(String(state));
  for (const call of calls) {
    const { op } = alphabet.call(call);
    const { role } = scheme.ops[op]!;
    const isGet = role === 'get' || role === 'enter';
    wants.ran(op, isGet || role === 'other' ? '' : ', for nobody holds');
    if (isGet) wants.granted(op, 'granted');
    const { results, branches, hasEffect, releases } = possible(trees, call, alone);
    // What a put should do is known: if it is seen to do nothing alone, so much the worse.
    if (role === 'put' && (hasEffect || !releases)) wants.effect(op);
    for (const result of results)
      wants.result(op, result, `is never ${result === 'void' ? 'without effect' : result}`);
    for (const [shape, count] of branches) wants.branch(op, shape, count);
  }
  found.set(trees, wants.all);
  return wants.all;
}

/** What was wanted and not met; an op that never ran says all about itself. @param met keys of coverage-met.ts */
export function neverMet(wanted: Wanted, met: readonly string[]): WantedThing[] {
  const seen = new Set(met);
  const idle = [...wanted.keys()].filter((key) => key.startsWith('ran ') && !seen.has(key));
  const ops = new Set(idle.map((key) => key.slice('ran '.length)));
  const isSaid = (key: string) =>
    !key.startsWith('ran ') && !key.startsWith('left ') && ops.has(key.split(' ')[1]!);
  const missing = [...wanted].filter(([key]) => !seen.has(key) && !isSaid(key)).map(([, thing]) => thing);
  if (!seen.has(metKey.queued) || seen.has(metKey.calledBack)) return missing;
  const wants = new Wants();
  wants.calledBack();
  return [...missing, ...wants.all.values()];
}
