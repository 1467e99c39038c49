import { beside, type Evidence } from './evidence.ts';
import { decidesAlone } from './outcome.ts';
import { isWide } from './reference.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/*
 * Counters that end in something else than a free. Where it starts decides what it is: at 1 or more, whoever set it up
 * holds one of its references, and 0 is reached once, after that one was dropped; at 0, it comes and goes with the work.
 * So the same put is a completion in one driver, and requests in flight in the next one.
 */

/** Last puts that wake whoever waits, and nothing else has a say in it. */
function wakes(e: Evidence) {
  return e.zeroEndings.filter(({ site, last }) => (last?.wakes.length ?? 0) > 0 && decidesAlone(site));
}

/**
 * Puts of the owner, which waits where it was not the last: `if (!dec_and_test(x)) wait_for_completion(done);`. Where it was,
 * there is nothing to wake.
 */
function waits(e: Evidence) {
  return e.zeroEndings.filter(
    ({ site, other }) => decidesAlone(site) && other?.calls.some(({ callee }) => /^wait_/.test(callee)),
  );
}

/** It starts at 1 or more, so that 0 is reached once: at the end. */
function isCompletion(e: Evidence): boolean {
  const isStarted = e.starts.positive.length > 0 && e.starts.zero.length === 0;
  return isStarted && wakes(e).length > 0 && e.sums.length === 0;
}

/** Starts at 1 or more, and at 0 whoever waits is woken. */
export const COMPLETION_RULES: readonly Rule[] = [
  //     atomic_dec(&f->servers);
  //     wait_var_event(&f->servers, !atomic_read(&f->servers));
  //
  // The owner drops its own reference without a question, and it may be the last.
  {
    name: 'completion-blind',
    protocol: 'completion, with a put that does not ask',
    verdict: 'with-a-change',
    when: (e) => {
      if (!isCompletion(e) || e.escapes.length > 0 || e.of('cmpxchg', 'xchg').length > 0) return undefined;
      return all(
        shown('it starts at', e.starts.positive),
        shown('at 0 whoever waits is woken', wakes(e)),
        shown('before the wait a put does not ask whether it is the last', beside(e.blindPuts, e.zeroWaits)),
        shown('0 is waited for', e.zeroWaits),
      );
    },
    remedy:
      'refcount_dec warns at 0: write refcount_dec_and_test before the wait, and do not wait where it says true.',
    confidence: 'medium',
    example: 'afs_net.servers_outstanding',
  },
  // It starts at 1 for whoever waits, so that 0 is reached once. If it started at 0, it would pass 0 again and again.
  {
    name: 'completion',
    protocol: 'completion',
    verdict: 'as-is',
    when: (e) => {
      if (!isCompletion(e) || e.blindPuts.length > 0 || e.counter.shape !== 'one' || isWide(e))
        return undefined;
      if (e.escapes.length + e.of('cmpxchg', 'xchg').length + e.zeroReads.length > 0) return undefined;
      const ends = new Set([...wakes(e), ...waits(e)]);
      if (ends.size < e.zeroEndings.length || e.starts.named.length > 0) return undefined;
      if (e.belowReads.length + e.usedValues.length > 0) return undefined;
      return withMore(
        all(shown('it starts at', e.starts.positive), shown('at 0 whoever waits is woken', wakes(e))),
        shown('gets', [...e.gets, ...e.guarded]),
        shown('it is set again', e.starts.later),
      );
    },
    remedy: 'Change the names; see that nothing counts it up once it was 0.',
    confidence: 'medium',
    example: 'iomap_dio.ref',
  },
];

/** What is left of those that start at 1 or more. */
export const LAST_USER_RULES: readonly Rule[] = [
  //     if (atomic_dec_and_test(&c->live))
  //             crowd_account(c);
  {
    name: 'last-user',
    protocol: 'last user',
    verdict: 'with-care',
    when: (e) => {
      const starts = [...e.starts.positive, ...e.starts.named];
      return withMore(
        all(shown('it starts at', starts), shown('at 0 something else happens than a free', e.zeroEndings)),
        shown('gets', [...e.gets, ...e.guarded]),
        shown('a put does not ask', e.blindPuts),
      );
    },
    remedy: 'It converts if 0 is the end, and nothing counts up from there: look at what the last put does.',
    confidence: 'medium',
    example: 'signal_struct.live',
  },
];
