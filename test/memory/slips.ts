import { inetPeer, inetPeerBiased } from '../../targets/schemes/inet-peer.ts';
import { ipVsDest, ipVsDestNow } from '../../targets/schemes/ip-vs-dest.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Outcome, Scheme, SchemeOp } from '../../targets/subject/subject.ts';

/** A scheme with one slip that no interleaving shows. */
export interface Slip {
  readonly name: string;
  readonly before: Scheme;
  readonly after: Scheme;
  readonly program: string;
  /** As `repairText` says it; absent where no stronger access is enough. */
  readonly repair?: string;
}

function put(base: Scheme, op: string, run: (object: RcuObject) => void): Scheme {
  const changed: SchemeOp = {
    ...base.ops[op]!,
    run(object) {
      run(object);
      return 'void';
    },
  };
  return { ...base, name: `${base.name}/slip`, ops: { ...base.ops, [op]: changed } };
}

/** One user sets a flag when it is done; who finds it set frees. */
function flagged(done: (object: RcuObject) => void, ask: (object: RcuObject) => boolean): Scheme {
  const op = (role: SchemeOp['role'], run: (object: RcuObject) => Outcome): SchemeOp => ({ role, run });
  return {
    kind: 'scheme',
    name: 'flagged',
    bias: 0,
    words: [{ name: 'done', isInObject: false }],
    ops: {
      finish: op('put', (object) => {
        object.use();
        done(object);
        return 'void';
      }),
      reap: op('other', (object) => {
        if (!ask(object)) return 'refused';
        object.list.store(0, 'relaxed');
        object.free();
        return 'granted';
      }),
    },
    states: { busy: { count: 1, list: 1, holders: [0] } },
    callback() {},
    about: 'a flag that is set by the user and asked by who frees',
  };
}

const isDone = (object: RcuObject) => object.words[0]!.load('acquire') === 1;
const published = flagged((object) => object.words[0]!.store(1, 'release'), isDone);

/** A lock that is a bit of a word, taken with acquire; how it is given back differs. */
function bitLocked(unlock: (object: RcuObject) => void): Scheme {
  const lock = (object: RcuObject) => void object.words[0]!.await('clear', 1, 1, 'acquire');
  return {
    kind: 'scheme',
    name: 'bit-locked',
    bias: 0,
    words: [{ name: 'bits', isInObject: false }],
    ops: {
      finish: {
        role: 'put',
        run(object) {
          lock(object);
          object.use();
          object.list.store(2, 'relaxed');
          unlock(object);
          return 'void';
        },
      },
      reap: {
        role: 'other',
        run(object) {
          lock(object);
          const isLeft = object.list.load('relaxed') === 2;
          if (isLeft) {
            object.list.store(0, 'relaxed');
            object.free();
          }
          unlock(object);
          return isLeft ? 'granted' : 'refused';
        },
      },
    },
    states: { busy: { count: 1, list: 1, holders: [0] } },
    callback() {},
    about: 'a lock that is a bit',
  };
}

const bitUnlock = (order: 'relaxed' | 'release') => (object: RcuObject) =>
  void object.words[0]!.fetchBits('and', ~1, order);

/** Slips of order, as they are made in kernel code. */
export const SLIPS: readonly Slip[] = [
  {
    name: 'inet_peer: smp_mb__before_atomic is left out before atomic_dec',
    before: inetPeer,
    after: put(inetPeer, 'put', ({ count }) => count.fetchSub(1, 'relaxed')),
    program: 'one: put | gc',
    repair: 'release at the fetch_sub of put',
  },
  {
    name: 'inet_peer: the barrier stands behind atomic_dec (smp_mb__after_atomic)',
    before: inetPeer,
    after: put(inetPeer, 'put', ({ count }) => {
      count.fetchSub(1, 'relaxed');
      count.fence('full');
    }),
    program: 'one: put | gc',
    repair: 'release at the fetch_sub of put',
  },
  {
    name: 'inet_peer: smp_rmb is taken for smp_mb',
    before: inetPeer,
    after: put(inetPeer, 'put', ({ count }) => {
      count.fence('acquire');
      count.fetchSub(1, 'relaxed');
    }),
    program: 'one: put | gc',
    repair: 'release at the fetch_sub of put',
  },
  {
    name: 'inet_peer of v4.13: a put by atomic_dec among those of refcount_t',
    before: inetPeerBiased,
    after: put(inetPeerBiased, 'put', ({ count }) => count.fetchSub(1, 'relaxed')),
    program: 'one: put | gc',
    repair: 'release at the fetch_sub of put',
  },
  {
    name: 'ip_vs_dest: smp_mb__before_atomic is left out before atomic_dec',
    before: ipVsDest,
    after: put(ipVsDest, 'unbind', ({ count }) => count.fetchSub(1, 'relaxed')),
    program: 'trashConn: unbind | expire, expire',
    repair: 'release at the fetch_sub of unbind',
  },
  {
    name: 'ip_vs_dest since v4.11: the put acquires, and does not release',
    before: ipVsDestNow,
    after: put(ipVsDestNow, 'unbind', ({ count }) => count.fetchSub(1, 'acquire')),
    program: 'trashConn: unbind | expire, expire',
    repair: 'release at the fetch_sub of unbind',
  },
  {
    name: 'a flag is published by WRITE_ONCE in the place of smp_store_release',
    before: published,
    after: flagged((object) => object.words[0]!.store(1, 'relaxed'), isDone),
    program: 'busy: finish | reap',
    repair: 'release at the store of finish',
  },
  {
    name: 'a lock that is a bit is given back by clear_bit in the place of clear_bit_unlock',
    before: bitLocked(bitUnlock('release')),
    after: bitLocked(bitUnlock('relaxed')),
    program: 'busy: finish | reap',
    // As small, and as good here: it is the list that says whether to free.
    repair: 'release at the store of finish',
  },
];

/** What looks like a slip, and is none: who frees only writes, and a write waits for the branch that it stands behind. */
export const NO_SLIPS: readonly Slip[] = [
  {
    name: 'the flag is asked by READ_ONCE',
    before: published,
    after: flagged(
      (object) => object.words[0]!.store(1, 'release'),
      (object) => object.words[0]!.load('relaxed') === 1,
    ),
    program: 'busy: finish | reap',
  },
];
