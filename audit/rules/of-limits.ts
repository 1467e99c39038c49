import type { Site } from '../census/counter.ts';
import { beside, type Evidence } from './evidence.ts';
import { cutOf, deciding, ownFrees, refuses } from './outcome.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/**
 * Counters that are held below a limit, stop above 1, or change by comparing. A limit is a question about how many there
 * are, and a reference count has an answer to one question only: whether there is another. `read(x) > 1` is that question
 * ("am I alone?"), and no limit; so is `== 2`, asked by somebody who knows of a second one.
 */

/** `add_unless(x, -1, 2)`: the put stops at another value than 1. */
function stopsAbove(e: Evidence) {
  return e
    .of('add_unless')
    .filter(({ amounts: [by, unless] }) => by === -1 && typeof unless === 'number' && unless > 1);
}

const isFreed = (e: Evidence) => e.zeroEndings.some(({ last }) => ownFrees(last).length > 0);

/**
 * Limits that hold something up: who is beyond is refused, or whoever asks gets another one, or the op itself stops there.
 * What lives by its counter may be compared with a number for many reasons, and most of them limit nothing:
 *
 *     if (atomic_read(&m->users) > nr_cpus)
 *             m->is_crowded = true;
 */
function refusals(e: Evidence) {
  return e.limits.filter(
    (site) =>
      site.op !== 'read' ||
      refuses(site.use.whenTrue) ||
      refuses(site.use.whenFalse) ||
      beside([...e.gets, ...e.guarded], [site]).length > 0,
  );
}

/** What is asked between the protocols of tokens and those of references. */
export const LIMIT_RULES: readonly Rule[] = [
  //     if (atomic_add_unless(&n->holders, -1, 2))
  //             return;
  //
  // Two of the references are of lists, and a put that would touch them takes another way.
  //
  // To count one less throughout is right only where nobody begins below the value at which the put stops. An object that
  // rests in a cache at 1 is found there by a get: one less is 0, from which a refcount_t lets nobody go up. Whether a get
  // begins there is in no site, so this is never more than a hint.
  {
    name: 'stops-above-one',
    protocol: 'put that stops above 1',
    verdict: 'with-care',
    when: (e) =>
      isFreed(e)
        ? withMore(
            all(
              shown('a put stops short of a value above 1', stopsAbove(e)),
              shown('at 0 it is freed', e.zeroEndings),
            ),
            shown('a get may find it below that value', [...e.guarded, ...e.gets]),
          )
        : undefined,
    remedy:
      'refcount_dec_not_one stops at 1 only, so one less must be counted throughout. See first what is alive below the value at which the put stops: where a get finds an object at 1, one less is 0, which refuses it; then leave it.',
    confidence: 'medium',
    example: 'an object that two lists hold',
  },
  // A limit alone means "no reference". With a free at 0 it is one, and the limit is a rule about it.
  {
    name: 'limited-reference',
    protocol: 'reference count with a limit',
    verdict: 'with-care',
    when: (e) =>
      isFreed(e)
        ? all(shown('it is held below a limit', refusals(e)), shown('at 0 it is freed', e.zeroEndings))
        : undefined,
    remedy:
      'The limit is no part of refcount_t: see that read and get are one step under a lock, or count it apart.',
    confidence: 'medium',
    example: 'a group with so many members at most',
  },
  //     if (atomic_inc_return(&d->domains) > DISK_DOMAINS) {
  //             atomic_dec(&d->domains);
  //             return -ENOSPC;
  //     }
  {
    name: 'limit',
    protocol: 'limit',
    verdict: 'no',
    when: (e) =>
      isFreed(e)
        ? undefined
        : withMore(
            all(shown('it is held below a limit, or compared with one', e.limits)),
            shown('it goes down', e.downs),
          ),
    remedy: 'Leave it: it counts against a limit, and nothing lives by it.',
    confidence: 'high',
    example: 'num_pds',
  },
  // It counts, and now and then somebody exchanges the whole of it.
  {
    name: 'state-counter',
    protocol: 'state and count in one',
    verdict: 'no',
    when: (e) =>
      isFreed(e)
        ? undefined
        : all(shown('it is exchanged', e.of('cmpxchg')), shown('and counted', [...e.ups, ...e.downs])),
    remedy: 'Leave it: refcount_t exchanges nothing but 1 for 0.',
    confidence: 'medium',
    example: 'mb_cache_entry.e_refcnt',
  },
];

/**
 * A limit that refuses. `read(x) > 1` and its like ask for other users, and up to 3 somebody may know who they are (a
 * table, a timer and I). A name is a limit if it says so: a variable is compared for many reasons, as by the sockets of a
 * group, which count against a size and are references all the same, or by what starts at 1 and never comes near 0. And
 * where the counter's own range ends, nobody is too many: `>= REFCOUNT_MAX` only keeps it from saturating.
 *
 *     if (refcount_read(&r->members) >= RING_MAX)
 *             return -EUSERS;
 */
export function refusedAtLimit(e: Evidence): readonly Site[] {
  return e.of('read').filter((site) =>
    deciding(site).some((test) => {
      const { kind, value } = cutOf(test);
      const isLimit = typeof value === 'number' ? value > 3 && value < 2 ** 29 : isNamedLimit(value);
      return kind === 'above' && isLimit && (refuses(site.use.whenTrue) || refuses(site.use.whenFalse));
    }),
  );
}

/** `RING_MAX` and `LIMIT_OF_USERS`, and not `INT_MAX`. */
function isNamedLimit(name: string): boolean {
  return (
    /^[A-Z0-9_]*(MAX|LIMIT)[A-Z0-9_]*$/.test(name) &&
    !/^(REFCOUNT|KREF|S?INT|UINT|LONG|ULONG|LLONG|ULLONG|[SU](8|16|32|64)|U?INT(8|16|32|64)|USHRT|SHRT)_MAX$/.test(
      name,
    )
  );
}
