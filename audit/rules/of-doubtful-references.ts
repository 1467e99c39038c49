import { reference } from './reference.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/**
 * What makes a reference count one to look at. Each of these has converted somewhere, and each has gone wrong elsewhere;
 * which of the two it is here is not in the lines, but in what else holds the object: a cache, a table, a caller. So the
 * remedy says where to look, and nothing is promised. The worse doubt comes first.
 */
export const DOUBTFUL_RULES: readonly Rule[] = [
  // A macro, a helper in assembly, or a table of addresses does something to it that is out of sight. All that is in sight
  // may be as plain as can be.
  reference({
    name: 'partly-seen',
    protocol: 'reference count, seen in part',
    verdict: 'with-care',
    also: (e) => {
      if (e.escapes.length === 0) return undefined;
      const places = e.escapes.slice(0, 4).map(({ file, line, text }) => ({ file, line, text }));
      return [{ what: 'its address or its inside is used where that cannot be followed', places }];
    },
    remedy: 'Look at what is done to it there; the rest is a reference count.',
    confidence: 'medium',
    example: 'an object whose counter a macro handles',
  }),
  // Which object the element with number i keeps alive, no line tells.
  reference({
    name: 'array',
    protocol: 'reference counts in an array',
    verdict: 'with-care',
    also: (e) =>
      e.counter.shape === 'array' ? all(shown('many of them lie in one object', e.gets)) : undefined,
    remedy: 'Look at which object each element keeps alive.',
    confidence: 'medium',
    example: 'a table of handlers',
  }),
  // `cmpxchg(1, 0)` is dec_if_one and does not count here. Whatever else is exchanged has no counterpart.
  reference({
    name: 'exchanged',
    protocol: 'reference count that is exchanged',
    verdict: 'with-care',
    also: (e) => all(shown('it is exchanged as well', e.of('cmpxchg', 'xchg'))),
    remedy:
      'refcount_t exchanges nothing but 1 for 0 (refcount_dec_if_one): look at what the exchange is for.',
    confidence: 'medium',
    example: 'bpf_map.refcnt (4.9)',
  }),
  //     atomic_set(&c->refs, 3);
  //
  // On an object that is known to others already, an inc before it is lost. A set in a function that does nothing else with
  // the counter counts as a start.
  reference({
    name: 'set-again',
    protocol: 'reference count that is set again',
    verdict: 'with-care',
    also: (e) => {
      const both = e.starts.zero.length > 0 && e.starts.positive.length + e.starts.named.length > 0;
      const mixed = both ? [...e.starts.zero, ...e.starts.positive, ...e.starts.named] : [];
      return all(
        shown('it is given a value more than once, or one that is no constant', [
          ...e.starts.later,
          ...mixed,
          ...e.starts.named,
          ...e.starts.negative,
        ]),
      );
    },
    remedy: 'See that nobody counts between the two, and that the value is at least 1.',
    confidence: 'medium',
    example: 'request_sock.rsk_refcnt',
  }),
  //     if (atomic_dec_and_test(&v->active) && !v->keep)
  //             kfree(v);
  //
  // What stays at 0 stays in some cache, from where it may be taken up again.
  reference({
    name: 'conditional-free',
    protocol: 'reference count, freed under a condition',
    verdict: 'with-care',
    also: (e) =>
      e.freeingSometimes.length > 0
        ? withMore(
            all(shown('at 0 it is freed only if something else is so, too', e.freeingSometimes)),
            shown('0 is looked for elsewhere', e.zeroReads),
            shown('gets', [...e.gets, ...e.guarded]),
          )
        : undefined,
    remedy:
      'See whether what is not freed at 0 may be taken up again: then let what keeps it own a reference (refcount_dec_not_one, else the lock and refcount_dec_and_test).',
    confidence: 'medium',
    example: 'mddev.active',
  }),
  // Either it is a lookup that passes over what is dying, which is fine, or it takes up what is idle, which is not.
  reference({
    name: 'zero-read',
    protocol: 'reference count that is looked at for 0',
    verdict: 'with-care',
    also: (e) => all(shown('somebody decides by whether it is 0', [...e.zeroReads, ...e.zeroWaits])),
    remedy:
      'Find out whether an object at 0 can still be found and used: then 0 is a state, and it does not convert.',
    confidence: 'medium',
    example: 'hfs_bnode.refcnt',
  }),
  //     atomic_inc(&j->refs);
  //     if (mod_timer(&j->timer, jiffies))
  //             atomic_dec(&j->refs);
  //
  // The caller's reference keeps it above 0, says whoever wrote it.
  reference({
    name: 'blind-put',
    protocol: 'reference count with a put that does not ask',
    verdict: 'with-care',
    also: (e) => all(shown('a put does not ask whether it is the last', e.blindPuts)),
    remedy: 'refcount_dec warns when it reaches 0: see that another reference is always held there.',
    confidence: 'medium',
    example: 'an error path that drops the reference just taken',
  }),
];
