import { refcountV55 } from '../counters/refcount-v5.5.ts';
import type { RcuObject } from '../subject/rcu-object.ts';
import type { Outcome, Scheme, SchemeOp, SchemeState } from '../subject/subject.ts';
import type { Word } from '../subject/word.ts';

/**
 * `ip_vs_dest` (net/netfilter/ipvs/ip_vs_ctl.c): a real server of a virtual service. Connections hold it; an
 * administrator removes it into a trash, from where it can be taken back; a timer frees what stays idle there.
 *
 * `expire` is the trash timer firing after its period: the first time it notes that the dest is idle, the
 * next time, a grace period later, it frees. Before its period is over it does nothing in any variant.
 *
 * | count of a dest                | up to v4.10 | since v4.11 |
 * |--------------------------------|-------------|-------------|
 * | in the service, n connections  | n + 1       | n + 1       |
 * | in the trash, n connections    | n           | n + 1       |
 * | idle in the trash              | 0           | 1           |
 * | freed when the count falls to  | -1          | 0           |
 */
interface DestCounter {
  /** Takes a reference: a connection is bound, or a dest without one comes back into the service. */
  hold(count: Word): void;
  /** Drops one. Nobody frees here, whatever is left. */
  put(count: Word): void;
  /** Whether moving into the trash drops the service's reference, and taking back takes one. */
  readonly trashHolds: boolean;
  /** The count up to which a dest in the trash is unused. */
  readonly idle: number;
  /** The last put. @returns whether the dest is to be freed */
  putAndTest(count: Word): boolean;
}

const REF = refcountV55.ops as Record<'inc' | 'dec' | 'dec_and_test', (typeof refcountV55.ops)[string]>;

/** Up to v4.10: "lives in trash without reference" at 0, and is freed when the count falls below. */
const original: DestCounter = {
  hold: (count) => void count.fetchAdd(1, 'relaxed'),
  put: (count) => {
    // smp_mb__before_atomic: what the connection did comes before, for whoever finds the dest unused.
    count.fence('full');
    count.fetchSub(1, 'relaxed');
  },
  trashHolds: false,
  idle: 0,
  putAndTest: (count) => ((count.fetchSub(1, 'full') - 1) | 0) < 0,
};

/**
 * Each op replaced by the refcount_t op of the same shape. Moving an unused dest into the trash is where it goes wrong:
 * `dec` from 1 saturates, and the timer, which later takes the dest out of the trash, never frees it.
 */
const naive: DestCounter = {
  hold: (count) => void REF.inc.run(count, 0, 0),
  put: (count) => {
    count.fence('full');
    REF.dec.run(count, 0, 0);
  },
  trashHolds: false,
  idle: 0,
  putAndTest: (count) => REF.dec_and_test.run(count, 0, 0) === true,
};

/** Since v4.11: the trash keeps the service's reference. */
const now: DestCounter = { ...naive, trashHolds: true, idle: 1 };

/** Values of the dest's list; 0 is in neither. See `RcuObject.list`. */
const SERVICE = 1;
const TRASH = 2;

/**
 * All ops; what the actors do is the same in every variant, but for the counter and how a dest is freed.
 *
 * Locks are taken in the order mutex, lock; and timer, lock: so no two ops can wait for each other.
 *
 * @param free what `expire` does with an idle dest, under the lock of the trash; @returns whether it was the last put
 */
function destOps(counter: DestCounter, free: (dest: RcuObject) => boolean): Record<string, SchemeOp> {
  return { ...connectionOps(counter), ...administratorOps(counter), ...timerOps(counter, free) };
}

/** What connections do with a dest. */
function connectionOps(counter: DestCounter): Record<string, SchemeOp> {
  return {
    /** A packet's connection is bound to a dest found in the service list, under RCU. */
    bind: {
      role: 'get',
      run(dest) {
        dest.rcu.readLock();
        const found = dest.list.load('acquire') === SERVICE;
        if (found) counter.hold(dest.count);
        dest.rcu.readUnlock();
        return found ? 'granted' : 'refused';
      },
    },
    unbind: {
      role: 'put',
      run(dest) {
        counter.put(dest.count);
        return 'void';
      },
    },
    use: {
      role: 'use',
      run(dest) {
        dest.use();
        return 'void';
      },
    },
  };
}

/** What the administrator does, one at a time: the control path holds a mutex. */
function administratorOps(counter: DestCounter): Record<string, SchemeOp> {
  return {
    /** The administrator removes the server: out of the service list, into the trash. */
    unlink: {
      role: 'other',
      run(dest) {
        dest.mutex.acquire();
        const found = dest.list.load('relaxed') === SERVICE;
        if (found) {
          dest.lock.acquire();
          dest.list.store(TRASH, 'release');
          // A note from an earlier stay in the trash would shorten this one.
          dest.idle.clear();
          dest.lock.release();
          if (!counter.trashHolds) counter.put(dest.count);
        }
        dest.mutex.release();
        return found ? 'granted' : 'void';
      },
    },
    /** The administrator adds the same server again: it is taken back out of the trash. */
    revive: {
      role: 'other',
      run(dest) {
        dest.mutex.acquire();
        dest.lock.acquire();
        const found = dest.list.load('relaxed') === TRASH;
        if (found) {
          dest.list.store(0, 'relaxed');
          if (!counter.trashHolds) counter.hold(dest.count);
        }
        dest.lock.release();
        // Not under the lock: the list of services is guarded by the mutex alone.
        if (found) dest.list.store(SERVICE, 'release');
        dest.mutex.release();
        return found ? 'granted' : 'void';
      },
    },
  };
}

/** What the trash timer does. It is one timer: it never runs at the same time as itself. */
function timerOps(counter: DestCounter, free: (dest: RcuObject) => boolean): Record<string, SchemeOp> {
  return {
    expire: {
      role: 'other',
      run(dest) {
        dest.timer.acquire();
        // The clock is read once, when the timer fires, before any dest is looked at.
        const isOver = dest.idle.check() === 2;
        dest.lock.acquire();
        const outcome = expireUnderLock(counter, free, dest, isOver);
        dest.lock.release();
        dest.timer.release();
        return outcome;
      },
    },
  };
}

/**
 * Of an unused dest in the trash, the first `expire` notes that it is idle; one before all readers have left does
 * nothing; the first after that frees it.
 *
 * @param isOver what the clock said when the timer fired
 * @returns `void` when the dest stays
 */
function expireUnderLock(
  counter: DestCounter,
  free: (dest: RcuObject) => boolean,
  dest: RcuObject,
  isOver: boolean,
): Outcome {
  if (dest.list.load('relaxed') !== TRASH || dest.count.load('relaxed') > counter.idle) return 'void';
  const idle = dest.idle.check();
  if (idle === 0) dest.idle.note();
  // A dest that was taken back and removed again meanwhile has a new note, or none.
  if (idle !== 2 || !isOver) return 'void';
  dest.list.store(0, 'relaxed');
  return free(dest) ? 'granted' : 'refused';
}

/** `trash` holds the count a dest has in the trash with nobody bound. */
function destStates(trash: number): Record<string, SchemeState> {
  return {
    svc: { count: 1, list: SERVICE, holders: [] },
    conn: { count: 2, list: SERVICE, holders: [0] },
    trash: { count: trash, list: TRASH, holders: [] },
    trashIdle: { count: trash, list: TRASH, noted: true, holders: [] },
    trashConn: { count: trash + 1, list: TRASH, holders: [0] },
  };
}

/** Before v4.11 the timer frees on the spot: the grace period has passed since the idle note. */
const freeNow = (counter: DestCounter) => (dest: RcuObject) => {
  const last = counter.putAndTest(dest.count);
  if (last) dest.free();
  return last;
};

/** The original: the reference of all later forms. */
export const ipVsDest: Scheme = {
  kind: 'scheme',
  name: 'ip-vs-dest',
  bias: 0,
  ops: destOps(original, freeNow(original)),
  states: destStates(0),
  callback: () => {},
  about: 'ip_vs_dest up to v4.10: alive at 0 in the trash, freed when the count falls below 0',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c up to v4.10',
};

/**
 * The conversion that a script would make. In the trash the count is 0; dec_and_test of 0 saturates, and the dest
 * leaks.
 */
export const ipVsDestNaive: Scheme = {
  kind: 'scheme',
  name: 'ip-vs-dest-naive',
  bias: 0,
  saturated: refcountV55.saturated!,
  ops: destOps(naive, freeNow(naive)),
  states: destStates(0),
  callback: () => {},
  about: 'ip_vs_dest with each atomic_t op replaced by its refcount_t namesake, freed by dec_and_test',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c up to v4.10',
};

/**
 * The conversion that was merged: the timer unlinks and leaves the last put to an RCU callback, so that a packet which
 * found the dest before can still bind and unbind.
 */
export const ipVsDestNow: Scheme = {
  kind: 'scheme',
  name: 'ip-vs-dest-now',
  bias: 0,
  saturated: refcountV55.saturated!,
  ops: destOps(now, (dest) => {
    dest.rcu.call();
    return true;
  }),
  states: destStates(1),
  callback(dest) {
    if (now.putAndTest(dest.count)) dest.free();
  },
  about: 'ip_vs_dest since v4.11: the trash keeps the reference, the RCU callback drops it',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c since v4.11',
};

/** Schemes with one planted fault each, which the lifetime oracle must see. */
export const ipVsDestFaults: readonly Scheme[] = [
  {
    ...ipVsDest,
    name: 'ip-vs-dest/expire-without-grace',
    ops: {
      ...ipVsDest.ops,
      expire: {
        role: 'other',
        run(dest) {
          dest.lock.acquire();
          const unused = dest.list.load('relaxed') === TRASH && dest.count.load('relaxed') <= 0;
          if (unused) {
            dest.list.store(0, 'relaxed');
            freeNow(original)(dest);
          }
          dest.lock.release();
          return unused ? 'granted' : 'void';
        },
      },
    },
    about: 'planted fault: the trash timer frees at once, without the idle note and its grace period',
  },
];
