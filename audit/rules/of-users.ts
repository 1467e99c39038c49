import { areTogether, beside, type Evidence, numberSet } from './evidence.ts';
import { givesBack, takesByLastPut } from './of-bias.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/*
 * The first user is where a conversion of a usage count goes wrong: `inc_return(x) == 1` has no counterpart, and an `inc`
 * in its place is one from 0. What can be converted says what it does at 0 in so many words: a get that refuses there,
 * and a set, or an inc, by the one who was refused.
 */

/** Counters of users: something is set up for the first, torn down after the last, or waits until there are none. */

/** A `set(1)` where a get that refuses at 0 was refused, on the same object. */
function revivals(e: Evidence) {
  const ones = e.of('set').filter((site) => (numberSet(site) ?? 0) > 0);
  return beside(ones, e.guarded);
}

/** An `inc` from 0 in so many words: after a refused `inc_not_zero`. */
function incsFromZero(e: Evidence) {
  return beside(
    e.gets,
    e.guarded.filter(({ use }) => use.result === 'tested'),
  );
}

/** The count is 1 again right after it was 0. */
function reborn(e: Evidence) {
  return e.zeroEndings.filter(({ site, last }) =>
    e.gets.some((get) => areTogether(get, site) && last?.calls.some(({ line }) => line === get.line)),
  );
}

/** Tokens, first users, and counters that rest at 0. */
export const USER_RULES: readonly Rule[] = [
  //     if (!atomic_dec_and_test(&panel_free)) {
  //             atomic_inc(&panel_free);
  //             return -EBUSY;
  //     }
  //
  // 1 is "free", 0 is "taken", and it comes back from 0 each time.
  {
    name: 'single-open',
    protocol: 'one user at a time',
    verdict: 'no',
    when: (e) =>
      e.starts.zero.length > 0
        ? undefined
        : all(
            shown('taken by the last put; who finds it taken is refused', takesByLastPut(e)),
            shown('given back', givesBack(e)),
          ),
    remedy: 'Use a bit and test_and_set_bit, or a mutex: it is a token and no reference.',
    confidence: 'high',
    example: 'charlcd_available',
  },
  //     if (atomic_inc_not_zero(&b->users))
  //             return 0;
  //     mutex_lock(&b->lock);
  //     atomic_set(&b->users, 1);
  //
  // This is how an object may rest at 0 and still be a refcount_t: no plain get ever meets 0.
  {
    name: 'idle-at-zero-by-set',
    protocol: 'idle at 0, woken by set(1)',
    verdict: 'as-is',
    when: (e) => {
      // The set(1) that revives it may look like a first value by the name of its function.
      const others = [...e.starts.positive, ...e.starts.later].filter((site) => !revivals(e).includes(site));
      if (others.some((site) => numberSet(site) !== 0)) return undefined;
      if (e.sums.length + e.belowReads.length > 0) return undefined;
      if (e.of('cmpxchg', 'xchg').length + e.firstUsers.length + e.blindPuts.length > 0) return undefined;
      return withMore(
        all(
          shown('a get refuses at 0', e.guarded),
          shown('who is refused sets it to 1', revivals(e)),
          shown('the last put is told', e.zeroEndings),
        ),
        shown('other gets', e.gets),
      );
    },
    remedy: 'Change the names; check that the set(1) and the last put exclude each other by a lock.',
    confidence: 'medium',
    example: 'vc4_bo.usecnt, before it was a refcount_t',
  },
  // The same, with `inc` in place of `set(1)` under the lock: of all incs just this one meets 0, and it is known where it is.
  {
    name: 'idle-at-zero',
    protocol: 'idle at 0, woken by inc',
    verdict: 'with-a-change',
    when: (e) => {
      if (e.starts.positive.length + e.sums.length + e.of('cmpxchg', 'xchg').length > 0) return undefined;
      if (e.firstUsers.length + e.blindPuts.length + e.belowReads.length > 0) return undefined;
      return withMore(
        all(
          shown('a get refuses at 0', e.guarded),
          shown('who is refused counts from 0 to 1, under a lock', incsFromZero(e)),
          shown('the last put is told', e.zeroEndings),
        ),
        shown('under the lock it is looked at again', e.zeroReads),
      );
    },
    remedy:
      'Under the lock, get again by refcount_inc_not_zero, and write refcount_set(1) where that is refused.',
    confidence: 'high',
    example: 'pmc_refcount',
  },
  //     if (atomic_inc_return(&clock_users) == 1)
  //             clock_start();
  //
  // Zero is where it rests. Asked before limits and references: many of these free something at 0, and still are no
  // reference counts.
  {
    name: 'first-user',
    protocol: 'first user',
    verdict: 'no',
    when: (e) =>
      withMore(
        all(shown('the first user is told by the value after the get', e.firstUsers)),
        shown('the last one by the put', e.zeroEndings),
      ),
    remedy:
      'Leave it; or get by refcount_inc_not_zero, and where that is refused take a lock and set it to 1.',
    confidence: 'high',
    example: 'a device that is powered for its first user',
  },
  //     if (!atomic_read(&r->users))
  //             radio_start(r);
  //     atomic_inc(&r->users);
  //
  // With a lock around both, or with a race; for the conversion it is the same.
  {
    name: 'first-user-in-two-steps',
    protocol: 'first user',
    verdict: 'no',
    when: (e) => {
      if (!e.starts.atZero || e.freeing.length > 0) return undefined;
      return all(
        shown('who finds it at 0 does something first', beside(e.zeroReads, e.gets)),
        shown('and then counts from 0 to 1', beside(e.gets, e.zeroReads)),
      );
    },
    remedy:
      'Leave it; or under the lock get by refcount_inc_not_zero, and write refcount_set(1) where that is refused.',
    confidence: 'medium',
    example: 'a clock that is started for its first user',
  },
  //     if (atomic_dec_and_test(&m->holds)) {
  //             atomic_inc(&m->holds);
  //             motor_restart(m);
  //     }
  //
  // For a moment it was dead. Who finds it then by inc_not_zero is refused.
  {
    name: 'reborn',
    protocol: 'raised again at 0',
    verdict: 'with-care',
    when: (e) => all(shown('the last put raises it again from 0', reborn(e))),
    remedy:
      'Keep one reference over that time, by refcount_dec_not_one, so that it never is at 0 in between.',
    confidence: 'medium',
    example: 'a device that is restarted by its last user',
  },
];
