import { refcountV55 } from '../counters/refcount-v5.5.ts';
import type { RcuObject } from '../subject/rcu-object.ts';
import type { Outcome, Scheme, SchemeOp, SchemeState } from '../subject/subject.ts';
import { KEEP, type Word } from '../subject/word.ts';

/**
 * `inet_peer` (net/ipv4/inetpeer.c): peers sit in a tree; the count says how many users one has; a garbage
 * collector takes idle ones out.
 *
 * The variants differ in what the counter does at each place, and in nothing else. `gc` means "gc of a peer
 * whose idle time is over": before that, gc does nothing in any variant.
 *
 * | variant                    | dead | idle in the tree | n users | claim                              |
 * |----------------------------|------|------------------|---------|------------------------------------|
 * | `inet-peer` (original)     | -1   | 0                | n       | 0 → -1                             |
 * | `inet-peer-naive`          | 0    | 0                | n       | reads 0, tries 1 → 0, and fails    |
 * | `inet-peer-naive-gc`       | 0    | 0                | n       | 1 → 0: takes a user's reference    |
 * | `inet-peer-biased` (v4.13) | 0    | 1                | n + 1   | 1 → 0                              |
 * | `inet-peer-now`            | 0    | 1                | 1       | 1 → 0; users sit in RCU sections   |
 */
interface PeerCounter {
  /** Under RCU. @returns whether the peer was still alive */
  lookup(count: Word): boolean;
  /** Under the tree's lock, which keeps gc out: a peer that is in the tree is alive. */
  lookupLocked(count: Word): void;
  /** Drops the caller's reference. A peer is never freed here, only by gc. */
  put(count: Word): void;
  /** Under the tree's lock. @returns whether the peer was idle and is now claimed for ever */
  claim(count: Word): boolean;
}

const REF = refcountV55.ops as Record<
  'inc' | 'inc_not_zero' | 'dec' | 'dec_if_one',
  (typeof refcountV55.ops)[string]
>;

/** Before v4.13: -1 is dead, 0 is idle in the tree, n is n users. The fence is `add_unless(1, -1)`. */
const original: PeerCounter = {
  lookup: (count) => count.update((old) => (old === -1 ? KEEP : (old + 1) | 0), 'full') !== -1,
  lookupLocked: (count) => void count.fetchAdd(1, 'relaxed'),
  put: (count) => {
    // smp_mb__before_atomic: what the user did comes before, for whoever finds the count at 0.
    count.fence('full');
    count.fetchSub(1, 'relaxed');
  },
  claim: (count) => count.load('relaxed') === 0 && count.compareExchange(0, -1, 'full') === 0,
};

/**
 * Each op replaced by the refcount_t op of the same shape, nothing else changed. An idle peer is at 0, which is what
 * refcount_t refuses: `inc_not_zero` fails there, `inc` and the last `dec` saturate and warn.
 */
const naive: PeerCounter = {
  lookup: (count) => REF.inc_not_zero.run(count, 0, 0) === true,
  lookupLocked: (count) => void REF.inc.run(count, 0, 0),
  put: (count) => void REF.dec.run(count, 0, 0),
  claim: (count) => count.load('relaxed') === 0 && REF.dec_if_one.run(count, 0, 0) === true,
};

/** gc tries dec_if_one at once, on a count that nobody has biased: 1 is a user, not the tree. */
const naiveGc: PeerCounter = { ...naive, claim: (count) => REF.dec_if_one.run(count, 0, 0) === true };

/** v4.13: one is added everywhere, so 0 is dead, 1 is idle and n + 1 is n users. */
const biased: PeerCounter = {
  ...naive,
  claim: (count) => count.load('relaxed') === 1 && REF.dec_if_one.run(count, 0, 0) === true,
};

/** What the variants have in common. A lock, an RCU section and a list are accesses like those of the count. */
const OPS = {
  lookupUnderRcu: (counter: PeerCounter): SchemeOp => ({
    role: 'get',
    run(peer) {
      peer.rcu.readLock();
      // Between the two gc may unlink the peer: then it is the count that has to refuse.
      const found = peer.list.load('acquire') === 1 && counter.lookup(peer.count);
      peer.rcu.readUnlock();
      return found ? 'granted' : 'refused';
    },
  }),
  lookupUnderLock: (counter: PeerCounter): SchemeOp => ({
    role: 'get',
    run(peer) {
      peer.lock.acquire();
      const found = peer.list.load('relaxed') === 1;
      if (found) counter.lookupLocked(peer.count);
      peer.lock.release();
      return found ? 'granted' : 'refused';
    },
  }),
  put: (counter: PeerCounter): SchemeOp => ({
    role: 'put',
    run(peer) {
      counter.put(peer.count);
      return 'void';
    },
  }),
  use: {
    role: 'use',
    run(peer: RcuObject): Outcome {
      peer.use();
      return 'void';
    },
  } as SchemeOp,
  /**
   * Claims, unlinks, disposes, in this order: a lookup that still finds a claimed peer in the list is refused by its
   * count, and one that has been in its RCU section since before holds the callback up.
   */
  gc: (counter: Pick<PeerCounter, 'claim'>, dispose = callRcu): SchemeOp => ({
    role: 'other',
    run(peer) {
      peer.lock.acquire();
      const linked = peer.list.load('relaxed') === 1;
      const claimed = linked && counter.claim(peer.count);
      if (claimed) {
        peer.list.store(0, 'release');
        dispose(peer);
      }
      peer.lock.release();
      // Nothing was there to be collected. `refused`: it was, and somebody uses it.
      if (!linked) return 'void';
      return claimed ? 'granted' : 'refused';
    },
  }),
};

/** Frees after a grace period. */
function callRcu(peer: RcuObject): void {
  peer.rcu.call();
}

/** @param bias added to the number of users in every state */
function peerScheme(name: string, bias: number, counter: PeerCounter, about: string): Scheme {
  const state = (users: number): SchemeState => ({
    count: users + bias,
    list: 1,
    // Thread 0 holds the first reference, thread 1 the second.
    holders: [...Array(users).keys()],
  });
  return {
    kind: 'scheme',
    name,
    bias,
    ops: {
      lookup: OPS.lookupUnderRcu(counter),
      lookup_locked: OPS.lookupUnderLock(counter),
      put: OPS.put(counter),
      use: OPS.use,
      gc: OPS.gc(counter),
    },
    states: { idle: state(0), one: state(1), two: state(2) },
    callback: (peer) => peer.free(),
    about,
    source: 'net/ipv4/inetpeer.c, before and after v4.13',
  };
}

/** The original: the reference of all later forms. */
export const inetPeer = peerScheme('inet-peer', 0, original, 'inet_peer before v4.13: dead at -1, idle at 0');

/** The conversion that a script would make. 0 is idle here, and refcount_t takes it for dead. */
export const inetPeerNaive: Scheme = {
  ...peerScheme(
    'inet-peer-naive',
    0,
    naive,
    'inet_peer with each atomic_t op replaced by its refcount_t namesake',
  ),
  saturated: refcountV55.saturated!,
};

/**
 * From `one`, a user being thread 0, gc by thread 1 is enough: `cmpxchg(1, 0)` takes the user's reference for the
 * tree's, and after the grace period the peer is freed while it is held.
 */
export const inetPeerNaiveGc: Scheme = {
  ...peerScheme('inet-peer-naive-gc', 0, naiveGc, 'inet-peer-naive with gc done by dec_if_one alone'),
  saturated: refcountV55.saturated!,
};

/** The conversion that was merged. Its bias lets boundaries be read in the values of the original. */
export const inetPeerBiased: Scheme = {
  ...peerScheme(
    'inet-peer-biased',
    1,
    biased,
    'inet_peer of v4.13: one added to the whole scheme, then refcount_t',
  ),
  saturated: refcountV55.saturated!,
};

/** The final form: a lookup takes no reference, its caller stays in the RCU section; `put` leaves the section. */
export const inetPeerNow: Scheme = {
  kind: 'scheme',
  name: 'inet-peer-now',
  bias: 1,
  saturated: refcountV55.saturated!,
  ops: {
    lookup: {
      role: 'enter',
      run(peer) {
        peer.rcu.readLock();
        // Whoever is granted a lookup stays in the section until `put`.
        if (peer.list.load('acquire') === 1) return 'granted';
        peer.rcu.readUnlock();
        return 'refused';
      },
    },
    lookup_locked: {
      role: 'enter',
      run(peer) {
        peer.rcu.readLock();
        peer.lock.acquire();
        const found = peer.list.load('relaxed') === 1;
        peer.lock.release();
        if (!found) peer.rcu.readUnlock();
        return found ? 'granted' : 'refused';
      },
    },
    put: {
      role: 'put',
      run(peer) {
        peer.rcu.readUnlock();
        return 'void';
      },
    },
    use: OPS.use,
    gc: OPS.gc({ claim: (count) => REF.dec_if_one.run(count, 0, 0) === true }),
  },
  states: {
    idle: { count: 1, list: 1, holders: [] },
    one: { count: 1, list: 1, holders: [0], readers: true },
    two: { count: 1, list: 1, holders: [0, 1], readers: true },
  },
  callback: (peer) => peer.free(),
  about: 'inet_peer today: the tree holds the one reference, lookups hold the RCU section',
  source: 'net/ipv4/inetpeer.c, v6.12',
};

/** Schemes with one planted fault each, which the lifetime oracle must see. */
export const inetPeerFaults: readonly Scheme[] = [
  peerScheme(
    'inet-peer/gc-without-cmpxchg',
    0,
    { ...original, claim: (count) => count.load('relaxed') === 0 },
    'planted fault: gc reads 0 and unlinks without fencing off lookups',
  ),
  {
    ...inetPeer,
    name: 'inet-peer/gc-without-rcu',
    ops: {
      ...inetPeer.ops,
      gc: OPS.gc(original, (peer) => peer.free()),
    },
    about: 'planted fault: gc frees without waiting for RCU readers',
  },
  peerScheme(
    'inet-peer/lookup-by-inc',
    0,
    {
      ...original,
      lookup: (count) => {
        count.fetchAdd(1, 'relaxed');
        return true;
      },
    },
    'planted fault: the lookup increments whatever it finds, also a dead peer',
  ),
];
