import type { Evidence } from './evidence.ts';
import { wayOf } from './movement.ts';
import { branchAt, freesAlways, ownFrees } from './outcome.ts';
import { absent, all, type Rule, shown, withMore } from './rule.ts';

/**
 * Counters by which nothing is freed: users, work under way, things that exist. They rest at 0 and leave it again, which
 * is what a refcount_t must not do, so that nearly all of them stay what they are. Two of them may change:
 *
 * - what is torn down at 0, if the one who counts from 0 to 1 can be found;
 * - what its owner refuses to end while it is not 0, as the owner can hold a reference of its own.
 *
 * These rules come last: whoever frees, wakes or tells a first user has been judged by then.
 */

/** Names of functions after which an object is no more. */
const ENDS =
  /destroy|remove|free(?!ze)|delete|unregister|release|exit|detach|_del\b|del_|kill|teardown|dealloc|unlink/i;

/** Ends an object, and refuses to while somebody uses it. */
function endsUnlessBusy(e: Evidence) {
  return e.zeroReads.filter((site) => {
    const frees = ownFrees(branchAt(site, 0)).some(
      ({ isConditional, how }) => !isConditional && how !== 'other',
    );
    const ends = frees || ENDS.test(site.fn);
    return ends && /EBUSY/.test(branchAt(site, 1)?.leaves ?? '') && !site.use.isPartOfCondition;
  });
}

/** Nothing is freed. */
export const USAGE_RULES: readonly Rule[] = [
  //     if (atomic_dec_and_test(&d->requests))
  //             wake_up(&d->idle);
  //
  // From 0, and back to 0 whenever the device has nothing to do.
  {
    name: 'in-flight-woken',
    protocol: 'in flight',
    verdict: 'no',
    when: (e) => {
      const wake = e.zeroEndings.filter(({ last }) => (last?.wakes.length ?? 0) > 0);
      const frees = e.zeroEndings.some(({ last }) => (last?.frees.length ?? 0) > 0);
      if (!e.starts.atZero || frees || wake.length === 0) return undefined;
      return withMore(
        all(shown('at 0 whoever waits is woken', wake), shown('it counts from 0 to 1', e.gets)),
        shown('0 is waited for', e.zeroWaits),
        shown('it starts at 0', e.starts.zero),
      );
    },
    remedy: 'Leave it: 0 is where it rests. A percpu_ref, or a reference of its own while open, would do.',
    confidence: 'medium',
    example: 'requests of a device under way',
  },
  // Something is torn down at 0, and it starts there. Whether it may come up again from 0 depends on who calls, and when.
  {
    name: 'usage',
    protocol: 'usage count',
    verdict: 'with-care',
    when: (e) => {
      if (!e.starts.atZero) return undefined;
      return withMore(
        all(shown('something is done at 0', e.zeroEndings), shown('it counts from 0 to 1', e.gets)),
        shown('it starts at 0', e.starts.zero),
      );
    },
    remedy:
      'A usage count rests at 0, a refcount_t ends there: convert only if the first user can set it to 1.',
    confidence: 'medium',
    doubts: (e) => (e.zeroEndings.some(freesAlways) ? [] : ['whether 0 is the end or a rest was not seen']),
    example: 'nfs_client.cl_mds_count',
  },
  //     if (atomic_read(&p->users))
  //             return -EBUSY;
  //     kfree(p);
  //
  // Users count, and the end of the object asks. Any other question for 0 would be one more state.
  {
    name: 'busy-refusal',
    protocol: 'busy while in use',
    verdict: 'with-a-change',
    when: (e) => {
      if (!e.starts.atZero || e.endings.length + e.sums.length + e.limits.length > 0) return undefined;
      if (e.of('xchg', 'cmpxchg').length + e.zeroWaits.length + e.counter.escapes.length > 0)
        return undefined;
      const others = e.zeroReads.filter((site) => !endsUnlessBusy(e).includes(site));
      if (others.length > 0 || e.counter.struct === '') return undefined;
      return all(
        shown('who wants to end it is refused while it is not 0', endsUnlessBusy(e)),
        shown('puts do not ask whether they are the last', e.blindPuts),
        shown('gets', e.gets),
      );
    },
    remedy:
      'Start at 1, for the object itself; who ends it asks by refcount_dec_if_one, and is refused if that fails.',
    confidence: 'medium',
    example: 'xfrm_state users of a device',
  },
  // Users come and go without a question, and somebody looks at the number: to wait, to refuse, to print it.
  {
    name: 'in-flight',
    protocol: 'in flight, or busy',
    verdict: 'no',
    when: (e) => {
      if (e.gets.length + e.guarded.length === 0 || e.endings.length > 0) return undefined;
      const asks = [...e.zeroWaits, ...e.of('read').filter(({ use }) => use.result !== 'asserted')];
      return withMore(
        all(
          shown('it is waited for, tested or shown', asks),
          shown('puts do not ask whether they are the last', e.blindPuts),
        ),
        shown('gets', e.gets),
      );
    },
    remedy: 'Leave it: 0 is where it rests, and a plain decrement to 0 is what refcount_t warns of.',
    confidence: 'high',
    example: 'secretmem_users',
  },
  //     return atomic_inc_return(&c->turn) % QUEUES;
  {
    name: 'numbering',
    protocol: 'numbers in turn',
    verdict: 'no',
    when: (e) => {
      if (e.endings.length > 0) return undefined;
      const values = e.usedValues.filter((site) => wayOf(site) === 'up' && site.use.result !== 'printed');
      return all(
        shown('the value after it went up is used as a number', values),
        shown('it goes down, and nobody asks for 0', e.blindPuts),
      );
    },
    remedy: 'Leave it: its value chooses among things, and keeps none alive.',
    confidence: 'medium',
    example: 'the queue of a device that is used in turn',
  },
  // It goes up and down, and nobody was seen to look. Whoever looks may be a debugger; nothing happens at 0 where it goes
  // down, and that is enough to know.
  {
    name: 'gauge',
    protocol: 'gauge',
    verdict: 'no',
    when: (e) => {
      if (e.endings.length + e.starts.positive.length > 0) return undefined;
      return all(
        shown('it goes up', [...e.gets, ...e.guarded]),
        shown('and down', e.blindPuts),
        absent('nobody was seen to ask for its value'),
      );
    },
    remedy: 'Leave it: nothing happens at 0 where it goes down.',
    confidence: 'medium',
    example: 'objects of a driver, for people who debug it',
  },
];
