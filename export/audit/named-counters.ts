import { distance } from 'fastest-levenshtein';
import type { Judged } from '../../audit/census/verdict.ts';

/** What a name on the command line means among the counters of an audit. */
export interface Named {
  /** None, one, or all that have the name. */
  readonly found: readonly Judged[];
  /** If none was found: the names that come nearest, the nearest first. */
  readonly nearest: readonly string[];
}

/** Names that are suggested. */
const SUGGESTED = 5;

/**
 * Finds counters by a name as people write it.
 *
 *     inet_peer.refcnt            every counter of that name
 *     struct inet_peer.refcnt     the same
 *     inet_peer->refcnt           the same
 *     priv.users@drivers/x/y.c    the one of that file
 *     inet_peer                   every counter of the structure; or the global of that name
 *     inet_per.refcnt             none; inet_peer.refcnt comes nearest
 */
export function counterNamed(text: string, judged: readonly Judged[]): Named {
  const name = text
    .trim()
    .replace(/^struct\s+/, '')
    .replaceAll('->', '.')
    .replace(/^&/, '');
  const found = judged.filter(({ counter }) => counter.id === name);
  if (found.length > 0) return { found, nearest: [] };
  const called = judged.filter(({ counter }) => counter.name === name);
  if (called.length > 0) return { found: called, nearest: [] };
  const members = judged.filter(({ counter }) => counter.struct === name && name !== '');
  return members.length > 0
    ? { found: members, nearest: [] }
    : { found: [], nearest: nearestTo(name, judged) };
}

/**
 * The likeliest meant. Who misremembers has one half right: so a counter of the same structure, or a member of the same
 * name, is nearer than its letters say.
 */
function nearestTo(name: string, judged: readonly Judged[]): string[] {
  const [struct = '', field = ''] = name.includes('.') ? name.split('.') : ['', name];
  const far = (one: Judged) => {
    const { counter } = one;
    const letters = distance(name, counter.name);
    if (struct !== '' && counter.struct === struct) return letters / 3;
    return counter.field === field ? letters / 2 : letters;
  };
  const names = new Map<string, number>();
  for (const one of judged) names.set(one.counter.name, far(one));
  return [...names]
    .sort(([one, its], [other, others]) => its - others || (one < other ? -1 : 1))
    .slice(0, SUGGESTED)
    .map(([near]) => near);
}
