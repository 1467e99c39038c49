import type { Scheme } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { wantedOfCounter } from './coverage-counter.ts';
import { metKey } from './coverage-met.ts';
import { aloneInScheme, possible } from './coverage-probe.ts';

/** What the programs of a scope should come to before anything is said of the code, each as a key and for people. */
export type Wanted = ReadonlyMap<string, string>;

/**
 * All that a scope must come to, or its answer is vacuous: every op runs, every get is granted, an op returns whatever its
 * code can return, every branch on the count is taken, every state is left, and what call_rcu queues is called.
 */
export function wantedOf(harness: Harness, trees: TransitionTrees): Map<string, string> {
  if (trees.subject.kind === 'counter') return wantedOfCounter(harness, trees, trees.subject);
  const { target, calls, alphabet } = harness;
  const scheme = trees.subject as Scheme & { readonly constants?: readonly number[] };
  const alone = aloneInScheme(scheme, scheme.constants ?? []);
  const wanted = new Map<string, string>();
  for (const state of target.initial)
    wanted.set(metKey.left(String(state)), `no program changes anything from the state "${state}"`);
  for (const call of calls) {
    const { op } = alphabet.call(call);
    const { role } = scheme.ops[op]!;
    const isGet = role === 'get' || role === 'enter';
    wanted.set(metKey.ran(op), `${op} never runs${isGet || role === 'other' ? '' : ', for nobody holds'}`);
    if (isGet) wanted.set(metKey.result(op, 'granted'), `${op} is never granted`);
    const { results, branches } = possible(trees, call, alone);
    for (const result of results) {
      const key = metKey.result(op, result);
      if (!wanted.has(key))
        wanted.set(key, `${op} is never ${result === 'void' ? 'without effect' : result}`);
    }
    for (const [shape, count] of branches)
      wanted.set(
        metKey.branch(op, shape),
        `${op} never goes the way it takes at count ${formatValue(count)}`,
      );
  }
  return wanted;
}

/** What was wanted and not met, for people; an op that never ran says all about itself. */
export function neverMet(wanted: Wanted, met: readonly string[]): string[] {
  const seen = new Set(met);
  const idle = [...wanted.keys()].filter((key) => key.startsWith('ran ') && !seen.has(key));
  const ops = new Set(idle.map((key) => key.slice('ran '.length)));
  const isSaid = (key: string) =>
    !key.startsWith('ran ') && !key.startsWith('left ') && ops.has(key.split(' ')[1]!);
  const missing = [...wanted].filter(([key]) => !seen.has(key) && !isSaid(key)).map(([, text]) => text);
  const neverCalled = seen.has(metKey.queued) && !seen.has(metKey.calledBack);
  return neverCalled ? [...missing, 'what call_rcu queues is never called'] : missing;
}
