import type { Site } from '../census/counter.ts';
import type { Reason } from '../census/verdict.ts';
import { beside, type Evidence, everPositive, numberSet } from './evidence.ts';
import { raisedAtZero, setWhileHeld } from './moved-in-sight.ts';
import { valueSet } from './movement.ts';
import { givesBack, takesByLastPut } from './of-bias.ts';
import { refusedAtLimit } from './of-limits.ts';
import { absent, all, type Rule, shown, withMore } from './rule.ts';

/**
 * What is a refcount_t or a kref already. "Misuse" fails a run, so it is said only of what stands in the lines: nothing
 * escapes, every site is the counter's by its type, and no second way to read them is left.
 */

/**
 * Nothing of the counter is out of sight. A pointer to a counter is one more name of what lies elsewhere; and what one
 * function does to a variable of its own is an exercise, as in tests of refcount_t itself.
 */
function isWhole({ counter, escapes, sites }: Evidence): boolean {
  if (counter.shape === 'pointer' || escapes.length > 0) return false;
  const isShared = sites.some(({ fn, file }) => fn !== sites[0]!.fn || file !== sites[0]!.file);
  return isShared && sites.every(({ attribution }) => attribution === 'typed');
}

/**
 * Comparisons that never hold, or always: an unsigned value, or a truth value, below 0. They count only where the line
 * has them next to the call: `int n = refcount_read(x);` makes a signed value, and saturated counters are below 0 there.
 */
function impossible(e: Evidence): readonly Site[] {
  const isUnsigned = ({ op }: Site) => op === 'read' || /_and_test$|^inc_not_zero$/.test(op);
  return e.sites.filter((site) => {
    const isBelow = ({ relation, with: than }: { relation: string; with: unknown }) =>
      than === 0 && (relation === '<' || relation === '>=');
    return isUnsigned(site) && site.use.tests.some(isBelow) && isNextTo(site);
  });
}

/** `refcount_read(&p->users) < 0` in one line, without a cast. */
function isNextTo({ text, written }: Site): boolean {
  const call = text.indexOf(written);
  if (call < 0 || /\(\s*(int|long|s32|signed)\s*\)\s*$/.test(text.slice(0, call))) return false;
  let depth = 0;
  for (let at = text.indexOf('(', call); at >= 0 && at < text.length; at += 1) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth === 0) return /^\s*(<|>=)\s*0\b/.test(text.slice(at + 1));
  }
  return false;
}

/**
 * How it is known to start at 0; undefined where somebody out of sight may give it another value. What lies in a public
 * header is for others to make: they may not be in what was audited.
 */
function startOfZero(e: Evidence): Reason | undefined {
  const said = shown('it starts at 0', e.starts.zero);
  if (said !== undefined || e.of('set', 'init').length > 0) return said;
  if (e.counter.struct === '') return absent('it is a variable without a value, which is 0');
  const isPublic = e.isShared || /(^|\/)include\//.test(e.counter.declared.file);
  return isPublic ? undefined : absent('nothing ever sets it, so it is 0 at first');
}

/** What a refcount_t or a kref cannot be. */
export const MISUSE_RULES: readonly Rule[] = [
  //     if (refcount_dec_and_test(&t->refs) < 0)
  //             kfree(t);
  //
  // It never frees. Mostly a comparison that was kept when the op before it was converted.
  {
    name: 'impossible-comparison',
    protocol: 'comparison that cannot hold',
    verdict: 'misuse',
    when: (e) => all(shown('an unsigned value, or a truth value, is never below 0', impossible(e))),
    remedy: 'Ask what was meant: dec_and_test says true at 0, and a read is never negative.',
    confidence: 'high',
    example: 'a botched backport',
  },
  // The atomic twin is "single-open". As a refcount_t the first close raises it from 0, which saturates it.
  {
    name: 'token-as-refcount',
    protocol: 'token',
    verdict: 'misuse',
    when: (e) => {
      if (!isWhole(e) || e.guarded.length > 0) return undefined;
      return all(
        shown('taken by the last put; who finds it taken is refused', takesByLastPut(e)),
        shown('given back from 0', givesBack(e)),
      );
    },
    remedy:
      'Use a bit and test_and_set_bit: refcount_inc from 0 saturates the counter, and it is never free again.',
    confidence: 'high',
    example: 'a device that one may open',
  },
  // What frees at 0 may be a reference count all the same, which somebody compares with a size: it has to be the get itself
  // that is refused. Between the question and the refcount_inc there is room for another one.
  {
    name: 'limited-refcount',
    protocol: 'limit',
    verdict: 'misuse',
    when: (e) => {
      if (!isWhole(e)) return undefined;
      const refused = refusedAtLimit(e);
      const isFreed = e.zeroEndings.length > 0 && e.freeing.length > 0;
      // Under a lock there is none, and the limit is a rule about references.
      const limits = isFreed ? beside(refused, e.gets).filter(({ locks }) => locks.length === 0) : refused;
      return all(shown('who comes beyond the limit is refused', limits), shown('gets', e.gets));
    },
    remedy: 'Use an atomic_t for what is held below a limit: refcount_t counts references.',
    confidence: 'medium',
    example: 'a pool of so many users',
  },
  // It is 0 at first, nothing ever sets it to more, and refcount_inc is the only way up: from 0, where it warns and saturates.
  // An inc_not_zero beside it changes nothing about that: it refuses.
  {
    name: 'raised-from-zero',
    protocol: 'starts at 0 and is raised',
    verdict: 'misuse',
    when: (e) => {
      if (!isWhole(e) || e.counter.type === 'kref' || everPositive(e).length > 0) return undefined;
      if (e.of('xchg', 'cmpxchg').length > 0) return undefined;
      const zero = startOfZero(e);
      return withMore(
        all(shown('it is raised from 0, which refcount_inc warns of and saturates', e.gets), zero),
        shown('puts', e.downs),
      );
    },
    remedy: 'Set it to 1 for the first reference, or make it an atomic_t again.',
    confidence: 'high',
    example: 'a conversion that kept set(0)',
  },
  // It may start at 1. Here is a branch on which it is 0 for certain, and it is raised.
  {
    name: 'raised-at-zero',
    protocol: 'raised where it is 0',
    verdict: 'misuse',
    when: (e) =>
      isWhole(e)
        ? all(
            shown('here it is 0', raisedAtZero(e)),
            shown(
              'and is raised, which refcount_inc warns of and saturates',
              beside(e.gets, raisedAtZero(e)),
            ),
          )
        : undefined,
    remedy: 'Write refcount_set(1) there, under a lock that the last put takes as well.',
    confidence: 'high',
    example: 'a device that is started for its first user',
  },
  // It is raised, shown to people, and never goes down.
  {
    name: 'total-as-refcount',
    protocol: 'statistics',
    verdict: 'misuse',
    when: (e) => {
      if (
        !isWhole(e) ||
        e.isShared ||
        e.downs.length + e.either.length > 0 ||
        e.guarded.length > 0 ||
        e.counter.type === 'kref'
      )
        return undefined;
      const shownTo = e.of('read').filter(({ use, via }) => use.result === 'printed' && via.length === 0);
      return all(shown('it is raised', e.gets), shown('and shown', shownTo), absent('it never goes down'));
    },
    remedy: 'Use an atomic_t: a total may wrap, and refcount_t saturates.',
    confidence: 'medium',
    example: 'errors seen by a driver',
  },
  //     refcount_dec(&p->refcount);
  //     if (refcount_read(&p->refcount) > 0)
  //             return;
  //
  // No put asks, and still somebody asks for 0, so 0 is reached by refcount_dec, which warns of just that.
  {
    name: 'dropped-to-zero',
    protocol: 'dropped to 0 by a put that does not ask',
    verdict: 'misuse',
    when: (e) => {
      if (!isWhole(e) || e.endings.length > 0 || e.starts.later.some((site) => numberSet(site) === 0))
        return undefined;
      if (e.of('xchg', 'cmpxchg', 'dec_not_one', 'dec_if_positive').length > 0) return undefined;
      const asks = [...e.zeroReads, ...e.zeroWaits];
      return all(
        shown(
          'puts do not ask whether they are the last: refcount_dec warns at 0',
          e.blindPuts.filter(({ op }) => op === 'dec'),
        ),
        shown('and yet somebody asks whether it is 0', asks),
      );
    },
    remedy: 'Put by refcount_dec_and_test, or rest at 1 in place of 0.',
    confidence: 'high',
    example: 'a counter of users that unload waits for',
  },
  //     refcount_inc(&p->users);
  //     …
  //     refcount_dec(&p->users);
  //
  // It goes up and down, and nobody ever looks: the last put is not known to be one, and refcount_dec warns of it.
  {
    name: 'never-asked',
    protocol: 'counted, and never asked',
    verdict: 'misuse',
    when: (e) => {
      if (!isWhole(e) || e.isShared || e.endings.length > 0) return undefined;
      // A variable that starts at 1 and never ends rests there: nobody needs to ask.
      if (e.of('init').length > 0) return undefined;
      if (e.of('xchg', 'cmpxchg', 'dec_not_one', 'dec_if_one', 'dec_if_positive').length > 0)
        return undefined;
      // Whoever reads it, beyond showing it to people, may be the one who asks: `if (WARN_ON(read(x) > 1)) return;` does.
      const looks = e.sites.filter(({ op, use }) => op === 'read' && !/^(printed|void)$/.test(use.result));
      if (looks.length > 0) return undefined;
      return all(
        shown(
          'no put asks whether it was the last: refcount_dec warns at 0',
          e.blindPuts.filter(({ op }) => op === 'dec'),
        ),
        shown('gets', [...e.gets, ...e.guarded]),
        absent('nobody ever looks at its value'),
      );
    },
    remedy: 'Put by refcount_dec_and_test, and end the object where it says true.',
    confidence: 'medium',
    example: 'a put that was converted to refcount_dec',
  },
  // Asked by branches, where others are known to hold it: a lone set may be a start.
  {
    name: 'set-while-held',
    protocol: 'set while others hold it',
    verdict: 'misuse',
    when: (e) => {
      if (!isWhole(e)) return undefined;
      const sets = setWhileHeld(e);
      const said = shown('it is set where others hold it, which forgets their references', sets);
      // A set from what was read is a get by itself.
      return sets.some((site) => typeof valueSet(site) === 'string')
        ? withMore(all(said), shown('gets', [...e.gets, ...e.guarded]))
        : all(said, shown('gets', [...e.gets, ...e.guarded]));
    },
    remedy: 'Take the references by refcount_add, or see that nobody else can hold one.',
    confidence: 'medium',
    example: 'a reset that sets it to 1',
  },
];
