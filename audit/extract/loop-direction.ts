import type { Site } from '../census/counter.ts';
import type { FunctionFacts } from './function-facts.ts';

/**
 * Whether a compare-exchange counts up or down: it stands in a loop then, and is a get or a put written out.
 *
 *     atomic_try_cmpxchg(&p->refs, &old, old + 1)                    up
 *     new = old - 1; … atomic_cmpxchg(&p->refs, old, new)            down
 *     atomic_cmpxchg(&p->refs, 0, -1)                                neither: a claim
 */
export function loopOf({ body }: FunctionFacts, { op, amounts }: Site): 'up' | 'down' | undefined {
  const to = op === 'cmpxchg' ? amounts[1] : undefined;
  if (typeof to !== 'string') return undefined;
  const isName = /^[a-z_]\w*$/.test(to);
  const assigned = isName ? new RegExp(`\\b${to}\\s*=\\s*([^;=]+);`).exec(body.text)?.[1] : to;
  const [, sign] = /([+-])\s*\d+\s*$/.exec(assigned ?? '') ?? [];
  return sign === undefined ? undefined : sign === '+' ? 'up' : 'down';
}

/** `add_unless(&refs, -1, 2)` goes down: it is a put that stops early. */
export function isDown({ amounts: [amount] }: Site): boolean {
  return typeof amount === 'number' && amount < 0;
}
