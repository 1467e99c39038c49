import type { Site } from '../census/counter.ts';
import { beside, type Evidence } from './evidence.ts';
import { cutOf } from './outcome.ts';
import { isWide, reference, uncertain } from './reference.ts';
import { absent, all, type Rule, shown, withMore } from './rule.ts';

/**
 * Reference counts: at 0 the object goes away. Rules above have taken out whatever tells first users, moves by amounts or
 * goes below 0, so that what is left to ask is whether 0 is the end, whether every put asks, and where it starts.
 */

/** Assertions on what an unsigned value cannot be: `WARN_ON(read(x) < 0)`. */
function belowAssertions(e: Evidence): readonly Site[] {
  return e.sites.filter(({ use }) =>
    use.tests.some((test) => {
      const { value } = cutOf(test);
      return test.isAssertion && typeof value === 'number' && value < 0;
    }),
  );
}

/** `WARN_ON(inc_return(x) <= 1)`: the value of a get is asserted. */
function assertedGets(e: Evidence): readonly Site[] {
  return e.of('inc_return', 'add_return').filter(({ use }) => use.result === 'asserted');
}

/** Gets that stand where the object is made and set to 0. */
function firstGets(e: Evidence): readonly Site[] {
  return beside(e.gets, e.starts.zero);
}

/** Every `set(0)` has its first get in the same function. */
function isGotAtOnce(e: Evidence): boolean {
  return e.starts.zero.length > 0 && e.starts.zero.every((site) => beside([site], e.gets).length > 0);
}

/** Where it starts. */
export const START_RULES: readonly Rule[] = [
  //     atomic_set(&t->count, 0);
  //     list_add(&t->list, all);
  //     atomic_inc(&t->count);
  //
  // Both lines together are a set(1). If the get were in another function, another one could come first.
  reference({
    name: 'counted-from-zero',
    protocol: 'reference count that starts at 0',
    verdict: 'with-a-change',
    also: (e) => {
      if (!e.starts.atZero || !isGotAtOnce(e) || uncertain(e).length > 0) return undefined;
      return all(
        shown('it starts at 0', e.starts.zero),
        shown('and its first get follows at once', firstGets(e)),
      );
    },
    remedy: 'Set it to 1 where the object is made, in place of the first get.',
    confidence: 'high',
    example: 'dm table_device.count (4.9)',
  }),
  // The first get is not beside the start, so no line can be named that becomes a set(1).
  reference({
    name: 'start-at-zero-unclear',
    protocol: 'reference count that starts at 0',
    verdict: 'with-care',
    also: (e) => {
      if (!e.starts.atZero) return undefined;
      const zero = shown('it starts at 0', e.starts.zero) ?? absent('nothing that sets it was seen');
      return all(zero, shown('gets', e.gets));
    },
    remedy: 'Find the first get of a new object, and write refcount_set(1) in its place.',
    confidence: 'medium',
    example: 'an object that its first user counts',
  }),
];

/** What converts. */
export const PLAIN_RULES: readonly Rule[] = [
  //     refs = atomic_dec_return(&s->refs);
  //
  // The names of refcount_t have no value to give; __refcount_dec_and_test does, through a pointer, and it is the old one.
  reference({
    name: 'plain-values',
    protocol: 'reference count whose values are used',
    verdict: 'with-a-change',
    also: (e) =>
      uncertain(e).length > 0
        ? undefined
        : all(shown('the value is used', e.usedValues), shown('it starts at', e.starts.positive)),
    remedy: 'Use __refcount_inc(&x, &old) or __refcount_dec_and_test(&x, &old): they give the value before.',
    confidence: 'medium',
    example: 'a session that prints its count',
  }),
  //     WARN_ON(atomic_inc_return(&s->refs) <= 1);
  //
  // refcount_inc says that by itself, and refcount_read is never below 0.
  reference({
    name: 'plain-asserted',
    protocol: 'reference count with assertions that do not convert',
    verdict: 'with-a-change',
    also: (e) =>
      uncertain(e).length > 0
        ? undefined
        : all(
            shown('it is asserted or asked what refcount_t cannot be asked', [
              ...assertedGets(e),
              ...belowAssertions(e),
              ...e.belowReads,
            ]),
            shown('it starts at', e.starts.positive),
          ),
    remedy: 'Drop these assertions: refcount_t warns by itself where 0 is raised, and is never below 0.',
    confidence: 'high',
    example: 'a device that asserts inc_return > 1',
  }),
  // Two owners from the start, and each lets go once.
  reference({
    name: 'countdown',
    protocol: 'countdown that frees',
    verdict: 'as-is',
    also: (e) => {
      if (e.ups.length > 0 || uncertain(e).length > 0 || isWide(e)) return undefined;
      return all(shown('it starts at', e.starts.positive), absent('it never goes up'));
    },
    remedy: 'Change the names.',
    confidence: 'high',
    example: 'xfs_bui_log_item.bui_refcount',
  }),
  // Plain in all but its width. Whoever chose 64 bits did it against overflow, as refcount_t does it by saturating.
  reference({
    name: 'plain-wide',
    protocol: 'reference count of 64 bits',
    verdict: 'as-is',
    also: (e) => {
      if (!isWide(e) || uncertain(e).length > 0) return undefined;
      return all(shown('it starts at', e.starts.positive), shown('gets', [...e.gets, ...e.guarded]));
    },
    remedy:
      'Change the names, and the width: refcount_t has 32 bits, which do because it saturates in place of wrapping.',
    confidence: 'medium',
    doubts: () => ['64 bits may have been chosen because more than 2^31 references can be held'],
    example: 'bpf_token.refcnt',
  }),
  // All that could speak against it was asked before: what is left starts at 1, is got by inc or inc_not_zero, and is freed
  // by the put that finds itself the last.
  reference({
    name: 'plain',
    protocol: 'reference count',
    verdict: 'as-is',
    also: (e) => {
      if (isWide(e) || uncertain(e).length > 0) return undefined;
      return all(shown('it starts at', e.starts.positive), shown('gets', [...e.gets, ...e.guarded]));
    },
    remedy: 'Change the names.',
    confidence: 'high',
    doubts: (e) => (e.freeing.length > 0 ? [] : ['that it is freed is told by the name of a function only']),
    example: 'xlog_ticket.t_ref',
  }),
  // One put frees, another one that is the last does something else, or returns the answer to somebody out of sight.
  reference({
    name: 'other-end',
    protocol: 'reference count with more than one end',
    verdict: 'with-care',
    also: (e) =>
      withMore(
        all(shown('other last puts do something else, or were not followed', uncertain(e))),
        shown('it starts at', e.starts.positive),
      ),
    remedy: 'See that these, too, are the end of the object.',
    confidence: 'medium',
    example: 'a put whose caller frees',
  }),
];
