import type { RcuObject } from '../subject/rcu-object.ts';
import type { Outcome, Scheme, SchemeState } from '../subject/subject.ts';

/** Below 0 a lockref is dead; this is what `lockref_mark_dead` makes it. */
const DEAD = -128;

/** Where the object is linked while lookups find it; see `RcuObject.list`. */
const LIVE = 1;

/**
 * `lockref` (lib/lockref.c), in a protocol like that of a dentry: lookups find the object without a lock and take a
 * reference while it is not dead; a put leaves it unused and in place; a shrinker marks what is unused dead, and frees it
 * when the readers have left.
 *
 * An op is what it is to look like from outside: one change of the count under the lock that lies beside it.
 */
export const lockref: Scheme = {
  kind: 'scheme',
  name: 'lockref',
  bias: 0,
  words: [{ name: 'ref.lock', isInObject: true }],
  states: states(),
  ops: {
    lookup: { role: 'get', run: (entry) => lookup(entry, 0) },
    lookup_used: { role: 'get', run: (entry) => lookup(entry, 1) },
    use: {
      role: 'use',
      run: (entry) => {
        entry.use();
        return 'void';
      },
    },
    put: { role: 'put', run: put },
    put_not_last: { role: 'put', run: put },
    shrink: { role: 'other', run: shrink },
  },
  callback: (entry) => entry.free(),
  about: 'lockref, each op under its lock, as a dentry uses it',
  source: 'lib/lockref.c',
};

/** As many holders as references: nothing else holds one. */
function states(): Record<string, SchemeState> {
  const state = (count: number): SchemeState => ({
    count,
    list: LIVE,
    words: [0],
    holders: Array.from({ length: count }, (_, thread) => thread),
  });
  return { unused: state(0), one: state(1), two: state(2) };
}

/**
 * Found without the lock, so what is found may be dead by the time the lock is had: the count says so.
 *
 * @param least the count from which on there is a reference to be had: 0 while it is not dead, 1 while somebody else has one
 */
function lookup(entry: RcuObject, least: number): Outcome {
  const [lock] = entry.locks;
  let found = false;
  entry.rcu.readLock();
  if (entry.list.load('acquire') === LIVE) {
    lock!.acquire();
    const count = entry.count.load('relaxed');
    found = count >= least;
    if (found) entry.count.store((count + 1) | 0, 'relaxed');
    lock!.release();
  }
  entry.rcu.readUnlock();
  return found ? 'granted' : 'refused';
}

/**
 * At 0 the object stays where it is, for the next lookup or the shrinker. The put that knows that it is not the last looks the
 * same from outside.
 */
function put(entry: RcuObject): Outcome {
  const [lock] = entry.locks;
  lock!.acquire();
  entry.count.store((entry.count.load('relaxed') - 1) | 0, 'relaxed');
  lock!.release();
  return 'void';
}

/**
 * Looks for an object that nobody uses. It marks it dead under the lock, so that who has found it and waits for the lock goes
 * away empty-handed; and only then it leaves it to RCU, for these still look at it.
 */
function shrink(entry: RcuObject): Outcome {
  const [lock] = entry.locks;
  entry.rcu.readLock();
  if (entry.list.load('acquire') !== LIVE) {
    entry.rcu.readUnlock();
    return 'void';
  }
  lock!.acquire();
  const dies = entry.count.load('relaxed') === 0;
  if (dies) {
    entry.count.store(DEAD, 'relaxed');
    entry.list.store(0, 'release');
  }
  lock!.release();
  if (dies) entry.rcu.call();
  entry.rcu.readUnlock();
  return dies ? 'granted' : 'refused';
}
