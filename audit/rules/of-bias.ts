import { areTogether, beside, type Evidence, numberSet } from './evidence.ts';
import { wayOf } from './movement.ts';
import { branchAt, deciding, ownFrees, refuses } from './outcome.ts';
import { all, type Rule, shown, withMore } from './rule.ts';

/*
 * The rules of this file are about one number more than a refcount_t has. Somebody who sees `add_unless(x, 1, -1)` may
 * think of a typing error for `inc_not_zero`; it is a scheme in which 0 is alive. Such a scheme converts by adding one to
 * everything, if 0 means "owned by a table" and -1 means "dead"; it does not if -1 comes back to 0 (a lock), or is where
 * it starts (a queue that wakes its first), or means "none left" (tokens).
 */

/** Counters whose 0 or -1 means something else than "freed": dead at -1, idle at 0, locked by a writer, out of tokens. */

/** A counter that is 0 when idle, -1 when dead, and is taken over while idle. */
function claims(e: Evidence) {
  return e.of('cmpxchg').filter(({ amounts }) => amounts[0] === 0 && amounts[1] === -1);
}

/** Puts a put back: `if (dec_return(x) < 0) { inc(x); return -EAGAIN; }`. */
function takenBack(e: Evidence) {
  const below = e.belowEndings.map(({ site }) => site);
  return beside(below, e.gets);
}

/** Takes one of a stock, if one is left. */
function takes(e: Evidence) {
  const unlessEmpty = e.of('add_not_zero').filter((site) => wayOf(site) === 'down');
  return [...e.of('dec_if_positive'), ...unlessEmpty, ...takenBack(e)];
}

/** The writer's half of a lock: what it ends with is `set(0)`, or a count that is -1 from the start. */
function unlocks(e: Evidence) {
  return [...e.starts.later.filter((site) => numberSet(site) === 0), ...e.starts.negative];
}

function belowFrees(e: Evidence) {
  return e.belowEndings.filter(
    ({ site, last }) => !site.use.isPartOfCondition && ownFrees(last).some((free) => !free.isConditional),
  );
}

/**
 * `read == 0`, and then the object is freed: the collector that comes after the last put. It is none if it waits, or put
 * just now, or refuses (which is another protocol), or frees a long way off.
 */
function collected(e: Evidence) {
  return e.zeroReads.filter((site) => {
    const frees = ownFrees(branchAt(site, 0)).filter(
      ({ isConditional, path, how }) => !isConditional && path.length < 3 && how !== 'other',
    );
    const goesOn = /^(continue|break)?$/.test(branchAt(site, 1)?.leaves ?? '');
    const isAlone = !/\b(while|wait\w*)\s*\(/.test(site.text) && beside([site], e.blindPuts).length === 0;
    return frees.length > 0 && goesOn && isAlone;
  });
}

/** Dead at -1. */
export const MINUS_ONE_RULES: readonly Rule[] = [
  // Looks like a sentinel until somebody sets it back: a writer at -1 comes back to 0, and what is dead does not.
  {
    name: 'rw-lock',
    protocol: 'reader and writer lock',
    verdict: 'no',
    when: (e) =>
      all(
        shown(
          'readers enter unless it is -1',
          e.of('add_unless').filter(({ amounts }) => amounts[1] === -1),
        ),
        shown('a writer turns 0 into -1', claims(e)),
        shown('and leaves by setting it', unlocks(e)),
      ),
    remedy: 'Leave it, or use an rwsem: it is a lock and no reference.',
    confidence: 'high',
    example: 'ib_uobject.usecnt',
  },
  //     lookup    add_unless(&h->refcnt, 1, -1)       refuses at -1, and takes what is idle at 0
  //     put       dec(&h->refcnt)                     down to 0, where it rests in the tree
  //     collect   cmpxchg(&h->refcnt, 0, -1) == 0     from idle to dead, once
  //
  // With one added these are inc_not_zero, dec and dec_if_one, and 0 is dead as refcount_t wants it.
  {
    name: 'sentinel',
    protocol: 'sentinel: dead at -1, idle at 0',
    verdict: 'by-one',
    when: (e) =>
      withMore(
        all(
          shown(
            'a get refuses at -1, and not at 0',
            e.of('add_unless').filter(({ amounts: [by, unless] }) => by === 1 && unless === -1),
          ),
          shown(
            'who finds it idle at 0 makes it dead by -1',
            e.minusOnes.filter(({ op }) => op !== 'add_unless'),
          ),
        ),
        shown('puts go down to 0, and free nothing', e.blindPuts),
        shown('it starts at', [...e.starts.positive, ...e.starts.zero]),
      ),
    remedy:
      'Add one throughout: 0 is dead, 1 is idle, n + 1 has n users. The get is refcount_inc_not_zero, the claim is refcount_dec_if_one, and a read that was compared with 0 is compared with 1.',
    confidence: 'high',
    example: 'inet_peer.refcnt (4.9)',
  },
  // Somebody freezes it by -1, and no get is seen that refuses there: it is not known what -1 means.
  {
    name: 'minus-one-state',
    protocol: 'state below 0',
    verdict: 'no',
    when: (e) => all(shown('-1 is a state of its own', e.minusOnes)),
    remedy: 'Leave it: below 0 is a state here, and refcount_t has none.',
    confidence: 'medium',
    example: 'a queue that is frozen by -1',
  },
  //     if (atomic_inc_and_test(&m->letters))         from -1 to 0: the first one
  //     while (!atomic_add_negative(-1, &m->letters)) from 0 to -1: the last one
  //
  // With one added the first step is from 0 to 1, which refcount_t warns of.
  {
    name: 'minus-one-based',
    protocol: 'counts from -1',
    verdict: 'no',
    when: (e) => {
      const asks = [
        ...e.of('inc_and_test'),
        ...e.of('add_negative').filter(({ amounts }) => amounts[0] === -1),
        ...e.of('inc_return').filter((site) => deciding(site).some((test) => test.with === 0)),
      ];
      return withMore(
        all(shown('the first or the last one is told by a step over -1', asks)),
        shown('it starts at -1', e.starts.negative),
      );
    },
    remedy: 'Leave it: with one added it is still a guard that tells the first user.',
    confidence: 'high',
    example: 'cm_id_private.work_count',
  },
];

/** Dead below 0, or found at 0 by a collector. */
export const BELOW_RULES: readonly Rule[] = [
  //     if (atomic_dec_return(&l->credits) < 0) {
  //             atomic_inc(&l->credits);
  //             return -EAGAIN;
  //     }
  //
  // Asked before "freed below 0", which looks the same up to the line that gives it back.
  {
    name: 'token',
    protocol: 'tokens',
    verdict: 'no',
    when: (e) => all(shown('one of a stock is taken if one is left', takes(e))),
    remedy: 'Leave it: 0 means "none left", from where it goes up again. A semaphore says so.',
    confidence: 'high',
    example: 'dev_power.usage_count',
  },
  //     if (atomic_dec_return(&s->refs) < 0)
  //             kfree(s);
  //
  // The trash keeps it at 0, as an owner without a reference. With one added the trash owns one, and this is dec_and_test.
  // If it also frees at 0, or knows its first user, 0 means two things, and nothing is said here.
  {
    name: 'freed-below-zero',
    protocol: 'freed below 0',
    verdict: 'by-one',
    when: (e) => {
      if (e.firstUsers.length > 0 || e.freeing.length > 0 || e.sums.length > 0) return undefined;
      if (e.of('cmpxchg', 'xchg').length > 0) return undefined;
      return withMore(
        all(shown('a put that goes below 0 frees the object', belowFrees(e)), shown('gets', e.gets)),
        shown('other puts go down to 0, and free nothing', e.blindPuts),
        shown('whoever keeps it at 0 keeps a reference', e.zeroReads),
      );
    },
    remedy:
      'Add one throughout: whoever keeps the object at 0 keeps a reference, and the last put is refcount_dec_and_test.',
    confidence: 'high',
    example: 'ip_vs_dest.refcnt (4.9)',
  },
  // Below 0 the queue is stopped, a warning is shelved, a credit is missing: whatever it is, refcount_t has nothing there.
  {
    name: 'acts-below-zero',
    protocol: 'acts below 0',
    verdict: 'no',
    when: (e) => all(shown('a put that goes below 0 does something else than to free', e.belowEndings)),
    remedy: 'Leave it: it is used below 0, and refcount_t has nothing there.',
    confidence: 'medium',
    doubts: (e) =>
      e.belowEndings.some(({ last }) => refuses(last)) ? [] : ['what happens there was not followed'],
    example: 'credits of a channel',
  },
  //     put       dec(&e->users)
  //     collect   if (read(&e->users) == 0) { list_del(…); kfree(e); }
  //
  // The list keeps what is at 0. With one added the list owns a reference, and the collector asks by dec_if_one, which is one
  // step in place of two. Any other question for 0 means that 0 is a state to somebody.
  {
    name: 'put-then-collect',
    protocol: 'put, then collected at 0',
    verdict: 'by-one',
    when: (e) => {
      if (e.endings.length > 0 || e.sums.length > 0 || e.firstUsers.length > 0) return undefined;
      if (e.of('cmpxchg', 'xchg').length + e.starts.later.length + e.limits.length > 0) return undefined;
      // Who asks for 0 and does not free has something else in mind.
      if (e.zeroReads.length > collected(e).length || e.counter.struct === '') return undefined;
      return all(
        shown('who finds it at 0 frees the object', collected(e)),
        shown('puts do not ask whether they are the last', e.blindPuts),
        shown('gets', [...e.gets, ...e.guarded]),
      );
    },
    remedy:
      'Add one throughout: the table owns a reference, the puts stay, and who collects asks by refcount_dec_if_one.',
    confidence: 'medium',
    example: 'a cache entry that a shrinker frees at 0',
  },
];

/** Names of functions that end something: `if (!dec_and_test(x)) return -EBUSY;` is a put there, and takes nothing. */
const ENDS =
  /put|release|free|destroy|clos|remove|unregister|del|exit|stop|detach|disable|down|unbind|unmap|fini|drop|kill/i;

/**
 * Takes a token by the last put: true takes it, false gives it back, or refuses by an error or a jump to where that is
 * done. A plain `return 0` there is what every put does that was not the last.
 */
export function takesByLastPut(e: Evidence) {
  return e.zeroEndings.filter(({ site, last, other }) => {
    if (ownFrees(last).length > 0 || site.op === 'dec_if_one') return false;
    const { leaves = '', calls = [] } = other ?? {};
    if (calls.some(({ line }) => e.gets.some((get) => get.line === line && areTogether(get, site))))
      return true;
    const isError = /E(BUSY|AGAIN|USERS|ALREADY|MFILE|NOSPC)\b/.test(leaves) && !ENDS.test(site.fn);
    return isError || (/^goto|-E|false|NULL/.test(leaves) && beside([site], e.gets).length > 0);
  });
}

/** Gives a token back: by counting up, or by setting it to 1 where nobody made it just now. */
export function givesBack(e: Evidence) {
  const sets = e.of('set').filter((site) => site.isCreation !== true && numberSet(site) === 1);
  return [...e.gets, ...sets];
}
