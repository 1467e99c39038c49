import type { OracleName } from '../../oracles/oracles.ts';
import { atomic } from '../../targets/counters/atomic.ts';
import { refcountV411 } from '../../targets/counters/refcount-v4.11.ts';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import {
  ADD_OVF,
  ADD_UAF,
  DEC_LEAK,
  SATURATED_TEXT,
  SUB_UAF,
} from '../../targets/counters/refcount-warnings.ts';
import { inetPeer, inetPeerBiased, inetPeerFaults } from '../../targets/schemes/inet-peer.ts';
import { ipVsDest, ipVsDestFaults, ipVsDestNow } from '../../targets/schemes/ip-vs-dest.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Counter, CounterOp, Scheme, SchemeOp, Subject } from '../../targets/subject/subject.ts';
import { INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { KEEP, type Warning, type Word } from '../../targets/subject/word.ts';
import type { Target } from '../../targets/target/target.ts';

/** A subject with exactly one defect, and the oracle that must see it. */
export interface Mutant {
  readonly subject: Subject;
  /** The sound subject that the defect was put into. */
  readonly base: Subject;
  /**
   * What it is compared with. `atomic` where the defect shows against the counter that is replaced; `ideal`
   * where `atomic` goes along with the same misuse; the base itself where only another saturation differs.
   */
  readonly reference: Target['reference'];
  readonly oracle: OracleName;
  readonly about: string;
}

type Ops = Readonly<Record<string, CounterOp | CounterOp['run']>>;

/** The ops of a counter with some replaced; a bare function keeps the arity. */
function opsWith(base: Counter, ops: Ops): Counter['ops'] {
  const changed = Object.entries(ops).map(([name, op]): [string, CounterOp] => [
    name,
    typeof op === 'function' ? { arity: base.ops[name]!.arity, run: op } : op,
  ]);
  return { ...base.ops, ...Object.fromEntries(changed) };
}

function mutantOf(
  base: Counter,
  name: string,
  reference: Target['reference'],
  oracle: OracleName,
  about: string,
  ops: Ops,
): Mutant {
  const subject = { ...base, name: `${base.name}/${name}`, ops: opsWith(base, ops), about };
  return { subject, base, reference, oracle, about };
}

function saturate(count: Word, warning: Warning): void {
  count.store(REFCOUNT_SATURATED, 'relaxed');
  count.warn(warning);
}

/** What `add` of refcount/v5.5 does once it knows the old value. */
function checkSum(count: Word, old: number, i: number): void {
  if (old === 0) saturate(count, ADD_UAF);
  else if (old < 0 || ((old + i) | 0) < 0) saturate(count, ADD_OVF);
}

/** What `sub_and_test` of refcount/v5.5 does once it knows the old value. */
function checkDifference(count: Word, old: number, i: number): void {
  if (old <= 0 || ((old - i) | 0) < 0) saturate(count, SUB_UAF);
}

function saturatingAdd(store: (count: Word, warning: Warning) => void): CounterOp['run'] {
  return (count, i) => {
    const old = count.fetchAdd(i, 'relaxed');
    if (old === 0) store(count, ADD_UAF);
    else if (old < 0 || ((old + i) | 0) < 0) store(count, ADD_OVF);
  };
}

/** Defects that one thread shows. */
const SEQUENTIAL: readonly Mutant[] = [
  mutantOf(
    refcountV55,
    'dec-not-one-takes-one',
    atomic,
    'lockstep',
    'dec_not_one lacks its check for 1: it says no, and drops the last reference all the same',
    {
      dec_not_one: (count) => {
        const keeps = (value: number) => value === REFCOUNT_SATURATED || value === 0;
        const old = count.update((value) => (keeps(value) ? KEEP : (value - 1) | 0), 'release');
        if (old === 0) count.warn(SUB_UAF);
        return old !== 1;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'saturates-at-int-max',
    atomic,
    'lockstep',
    'the overflow check of inc is off by one: INT_MAX itself, which fits, is taken for an overflow',
    {
      inc: (count) => {
        const old = count.fetchAdd(1, 'relaxed');
        if (old === 0) saturate(count, ADD_UAF);
        else if (old < 0 || ((old + 2) | 0) < 0) saturate(count, ADD_OVF);
      },
    },
  ),
  mutantOf(
    refcountV55,
    'last-put-at-zero-too',
    atomic,
    'lockstep',
    'dec_and_test says "last" at 0 as well: the object is freed again',
    {
      dec_and_test: (count) => {
        const old = count.fetchSub(1, 'release');
        if (old === 1) return true;
        checkDifference(count, old, 1);
        return old === 0;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'warns-at-one',
    atomic,
    'lockstep',
    'dec_not_one warns at 1, where to keep its hands off is its very purpose',
    {
      dec_not_one: (count) => {
        const done = refcountV55.ops.dec_not_one!.run(count, 0, 0);
        if (done === false) count.warn(SUB_UAF);
        return done;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'set-spares-saturation',
    atomic,
    'lockstep',
    'set leaves a saturated word alone, although it is to give a counter a new life',
    { set: (count, value) => void count.update((old) => (old < 0 ? KEEP : value), 'relaxed') },
  ),
  mutantOf(
    refcountV55,
    'no-check-at-int-max',
    'ideal',
    'lockstep',
    'inc lacks the overflow check: from INT_MAX it wraps in silence, as atomic_t does',
    {
      inc: (count) => {
        const old = count.fetchAdd(1, 'relaxed');
        if (old === 0) saturate(count, ADD_UAF);
        else if (old < 0) saturate(count, ADD_OVF);
      },
    },
  ),
  mutantOf(
    refcountV55,
    'no-check-at-zero',
    'ideal',
    'lockstep',
    'add lacks the check for 0: it revives an object that is being freed, in silence',
    {
      add: (count, i) => {
        const old = count.fetchAdd(i, 'relaxed');
        if (old < 0 || ((old + i) | 0) < 0) saturate(count, ADD_OVF);
      },
    },
  ),
  mutantOf(
    refcountV55,
    'pins-to-int-min',
    refcountV55,
    'lockstep',
    'add saturates to INT_MIN, one decrement away from INT_MAX, instead of the middle of the bad range',
    {
      add: saturatingAdd((count, warning) => {
        count.store(INT_MIN, 'relaxed');
        count.warn(warning);
      }),
    },
  ),
  mutantOf(
    refcountV55,
    'saturates-in-silence',
    refcountV55,
    'lockstep',
    'dec pins a count that hit 0, and forgets to say so',
    {
      dec: (count) => {
        if (count.fetchSub(1, 'release') <= 1) count.store(REFCOUNT_SATURATED, 'relaxed');
      },
    },
  ),
  mutantOf(
    refcountV411,
    'sum-wraps',
    'ideal',
    'lockstep',
    'inc of v4.11 lacks saturation: from UINT_MAX-1 it goes to UINT_MAX and on to 0',
    {
      inc: (count) => {
        const old = count.update((value) => (value === 0 ? KEEP : (value + 1) | 0), 'relaxed');
        if (old === 0) count.warn(ADD_UAF);
      },
    },
  ),
  mutantOf(
    refcountV411,
    'refuses-in-silence',
    'ideal',
    'lockstep',
    'dec_and_test of v4.11 refuses to fall below 0, and does not say so',
    {
      dec_and_test: (count) => {
        const keeps = (value: number) => value === 0 || value === -1;
        return count.update((value) => (keeps(value) ? KEEP : (value - 1) | 0), 'release') === 1;
      },
    },
  ),
];

/** Saturation that does not last. */
const NOT_STICKY: readonly Mutant[] = [
  mutantOf(
    refcountV55,
    'inc-leaves-saturation',
    atomic,
    'sticky',
    'inc checks the sum for overflow, and does not look whether the count was saturated before',
    {
      inc: (count) => {
        const old = count.fetchAdd(1, 'relaxed');
        if (old === 0) saturate(count, ADD_UAF);
        else if (old > 0 && ((old + 1) | 0) < 0) saturate(count, ADD_OVF);
      },
    },
  ),
  mutantOf(
    refcountV55,
    'dec-and-test-leaves-saturation',
    atomic,
    'sticky',
    'dec_and_test checks for 0 and takes a saturated count for a large one',
    {
      dec_and_test: (count) => {
        const old = count.fetchSub(1, 'release');
        if (old === 0) saturate(count, SUB_UAF);
        return old === 1;
      },
    },
  ),
  mutantOf(
    refcountV411,
    'dec-leaves-saturation',
    atomic,
    'sticky',
    'dec of v4.11 counts UINT_MAX down like any other value',
    {
      dec: (count) => {
        const old = count.update((value) => (value === 0 ? KEEP : (value - 1) | 0), 'release');
        if (old === 0) count.warn(SUB_UAF);
        else if (old === 1) count.warn(DEC_LEAK);
      },
    },
  ),
];

/** Defects that take a race: what an order of indivisible ops cannot explain. */
const RACES: readonly Mutant[] = [
  mutantOf(
    refcountV55,
    'inc-not-zero-in-two-steps',
    atomic,
    'linearizable',
    'inc_not_zero looks for 0 first and adds later: the last put comes between',
    {
      inc_not_zero: (count) => {
        if (count.load('relaxed') === 0) return false;
        const old = count.fetchAdd(1, 'relaxed');
        if (old < 0 || ((old + 1) | 0) < 0) saturate(count, ADD_OVF);
        return true;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'check-before',
    atomic,
    'linearizable',
    'inc checks the value it loads and adds afterwards, so what it checked is not what it adds to',
    {
      inc: (count) => {
        const old = count.load('relaxed');
        if (old <= 0 || old + 1 !== ((old + 1) | 0)) checkSum(count, old, 1);
        else count.fetchAdd(1, 'relaxed');
      },
    },
  ),
  mutantOf(
    refcountV55,
    'compares-after-second-read',
    atomic,
    'linearizable',
    'sub_and_test decides by reading the word again: whoever comes between decides with it',
    {
      sub_and_test: (count, i) => {
        const old = count.fetchSub(i, 'release');
        checkDifference(count, old, i);
        return count.load('relaxed') === 0;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'one-attempt',
    atomic,
    'linearizable',
    'inc_not_zero tries its compare-exchange once: it refuses a live object because another was quicker',
    {
      inc_not_zero: (count) => {
        const old = count.load('relaxed');
        if (old === 0 || count.compareExchange(old, (old + 1) | 0, 'relaxed') !== old) return false;
        if (old < 0 || ((old + 1) | 0) < 0) saturate(count, ADD_OVF);
        return true;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'set-by-difference',
    atomic,
    'linearizable',
    'set adds the difference to what it read, so another op between the two survives it',
    { set: (count, value) => void count.fetchAdd((value - count.load('relaxed')) | 0, 'relaxed') },
  ),
  mutantOf(
    refcountV411,
    'reads-again',
    atomic,
    'linearizable',
    'dec_not_one of v4.11 tells what it did by reading the word before the loop',
    {
      dec_not_one: (count) => {
        const before = count.load('relaxed');
        refcountV411.ops.dec_not_one!.run(count, 0, 0);
        return before !== 1;
      },
    },
  ),
];

/** Defects that lose or invent references. */
const LOST: readonly Mutant[] = [
  mutantOf(
    refcountV55,
    'inc-by-load-and-store',
    atomic,
    'conservation',
    'inc loads and stores: of two at once, one is lost',
    {
      inc: (count) => {
        const old = count.load('relaxed');
        count.store((old + 1) | 0, 'relaxed');
        checkSum(count, old, 1);
      },
    },
  ),
  mutantOf(
    refcountV55,
    'dec-by-load-and-exchange',
    atomic,
    'conservation',
    'dec loads and exchanges: a reference dropped meanwhile is never given back',
    {
      dec: (count) => {
        const old = count.load('relaxed');
        count.exchange((old - 1) | 0, 'release');
        if (old <= 1) saturate(count, DEC_LEAK);
      },
    },
  ),
  mutantOf(
    refcountV55,
    'dec-if-one-by-load-and-store',
    atomic,
    'conservation',
    'dec_if_one looks for 1 and stores 0: a reference taken in between is gone',
    {
      dec_if_one: (count) => {
        if (count.load('relaxed') !== 1) return false;
        count.store(0, 'release');
        return true;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'dec-then-read',
    atomic,
    'conservation',
    'dec_and_test decrements and then reads: two puts that both see 0 both free',
    {
      dec_and_test: (count) => {
        checkDifference(count, count.fetchSub(1, 'release'), 1);
        return count.load('relaxed') === 0;
      },
    },
  ),
  mutantOf(
    refcountV411,
    'inc-not-zero-by-store',
    atomic,
    'conservation',
    'inc_not_zero of v4.11 stores where it should compare and exchange',
    {
      inc_not_zero: (count) => {
        const old = count.load('relaxed');
        if (old === 0) return false;
        if (old !== -1) count.store((old + 1) | 0, 'relaxed');
        if (old === -2) count.warn({ kind: 'SAT', text: SATURATED_TEXT });
        return true;
      },
    },
  ),
];

/** A defect that nobody's count shows: the references add up, and the object is never freed. */
const UNTOLD: readonly Mutant[] = [
  mutantOf(
    refcountV55,
    'dec-by-look-and-subtract',
    atomic,
    'last-put',
    'dec_and_test loads, subtracts, and answers from what it loaded: two puts that both see 2 leave 0, and neither is the last',
    {
      dec_and_test: (count) => {
        const old = count.load('relaxed');
        count.fetchSub(1, 'release');
        checkDifference(count, old, 1);
        return old === 1;
      },
    },
  ),
];

/** Defects that no interleaving shows: only the order between threads is lost. */
const UNORDERED: readonly Mutant[] = [
  mutantOf(
    refcountV55,
    'last-put-not-acquired',
    atomic,
    'ordering',
    'dec_and_test leaves out the acquire after true: who frees may read what was there before the puts of others',
    {
      dec_and_test: (count) => {
        const old = count.fetchSub(1, 'release');
        checkDifference(count, old, 1);
        return old === 1;
      },
    },
  ),
  mutantOf(
    refcountV55,
    'put-not-released',
    atomic,
    'ordering',
    'dec_and_test is relaxed before its acquire: who frees may do so ahead of the last uses of others',
    {
      dec_and_test: (count) => {
        const old = count.fetchSub(1, 'relaxed');
        checkDifference(count, old, 1);
        if (old === 1) count.fence('acquire');
        return old === 1;
      },
    },
  ),
];

function schemeMutant(
  base: Scheme,
  reference: Scheme,
  name: string,
  oracle: OracleName,
  about: string,
  ops: Readonly<Record<string, SchemeOp['run']>>,
): Mutant {
  const changed = Object.entries(ops).map(([op, run]) => [op, { ...base.ops[op]!, run }] as const);
  const all = { ...base.ops, ...Object.fromEntries(changed) };
  return {
    subject: { ...base, name: `${base.name}/${name}`, ops: all, about },
    base,
    reference,
    oracle,
    about,
  };
}

/** gc of inet-peer-biased with a claim of its own, which runs where the sound one does: under the lock. */
function gcBy(claim: (peer: RcuObject) => boolean): SchemeOp['run'] {
  return (peer) => {
    peer.lock.acquire();
    const linked = peer.list.load('relaxed') === 1;
    const claimed = linked && claim(peer);
    if (claimed) {
      peer.list.store(0, 'release');
      peer.rcu.call();
    }
    peer.lock.release();
    if (!linked) return 'void';
    return claimed ? 'granted' : 'refused';
  };
}

/** Protocols that keep their counter right and the object's life wrong, or that answer otherwise. */
const SCHEMES: readonly Mutant[] = [
  ...inetPeerFaults.map((subject) => plantedFault(subject, inetPeer)),
  ...ipVsDestFaults.map((subject) => plantedFault(subject, ipVsDest)),
  schemeMutant(
    inetPeerBiased,
    inetPeer,
    'put-frees-idle',
    'lifetime',
    'put frees the peer when its last user leaves: the bias was forgotten, the tree still holds it',
    {
      put: (peer) => {
        if (peer.count.fetchSub(1, 'release') === 2) peer.free();
        return 'void';
      },
    },
  ),
  schemeMutant(
    inetPeerBiased,
    inetPeer,
    'lock-dropped-early',
    'lifetime',
    'lookup_locked drops the lock before it takes its reference: gc claims and frees the peer in between',
    {
      lookup_locked: (peer) => {
        peer.lock.acquire();
        const found = peer.list.load('relaxed') === 1;
        peer.lock.release();
        if (found) refcountV55.ops.inc!.run(peer.count, 0, 0);
        return found ? 'granted' : 'refused';
      },
    },
  ),
  schemeMutant(
    inetPeerBiased,
    inetPeer,
    'idle-is-dead',
    'outcomes',
    'lookup takes 1, an idle peer, for dead, and refuses it',
    {
      lookup: (peer) => {
        peer.rcu.readLock();
        const found =
          peer.list.load('acquire') === 1 &&
          peer.count.update((old) => (old <= 1 ? KEEP : (old + 1) | 0), 'relaxed') > 1;
        peer.rcu.readUnlock();
        return found ? 'granted' : 'refused';
      },
    },
  ),
  schemeMutant(
    inetPeerBiased,
    inetPeer,
    'gc-without-bias',
    'outcomes',
    'gc waits for 0, the idle count of before the conversion, so no peer is ever collected',
    { gc: gcBy((peer) => peer.count.load('relaxed') === 0) },
  ),
  schemeMutant(
    ipVsDestNow,
    ipVsDest,
    'unlink-still-drops',
    'outcomes',
    'unlink drops the reference of the service, which the trash was to keep since v4.11',
    {
      unlink: (dest) => {
        dest.mutex.acquire();
        const found = dest.list.load('relaxed') === 1;
        if (found) {
          dest.lock.acquire();
          dest.list.store(2, 'release');
          dest.idle.clear();
          dest.lock.release();
          refcountV55.ops.dec!.run(dest.count, 0, 0);
        }
        dest.mutex.release();
        return found ? 'granted' : 'void';
      },
    },
  ),
  schemeMutant(
    ipVsDestNow,
    ipVsDest,
    'unbind-frees-at-trash-count',
    'lifetime',
    'unbind frees once only one reference is left, and forgets that this one is the trash or the service',
    {
      unbind: (dest) => {
        if (dest.count.fetchSub(1, 'release') === 2) dest.free();
        return 'void';
      },
    },
  ),
  schemeMutant(
    ipVsDest,
    ipVsDest,
    'expire-frees-one-late',
    'lifetime',
    'expire frees when the count was already below 0 before its own put, so a dead dest is never freed',
    {
      expire: (dest) => {
        dest.timer.acquire();
        const isOver = dest.idle.check() === 2;
        dest.lock.acquire();
        const unused = dest.list.load('relaxed') === 2 && dest.count.load('relaxed') <= 0;
        const idle = unused ? dest.idle.check() : 1;
        if (unused && idle === 0) dest.idle.note();
        const due = unused && idle === 2 && isOver;
        if (due) dest.list.store(0, 'relaxed');
        const last = due && dest.count.fetchSub(1, 'full') < 0;
        if (last) dest.free();
        dest.lock.release();
        dest.timer.release();
        if (!due) return 'void';
        return last ? 'granted' : 'refused';
      },
    },
  ),
];

function plantedFault(subject: Scheme, base: Scheme): Mutant {
  return { subject, base, reference: base, oracle: 'lifetime', about: subject.about };
}

export const MUTANTS: readonly Mutant[] = [
  ...SEQUENTIAL,
  ...NOT_STICKY,
  ...RACES,
  ...LOST,
  ...UNORDERED,
  ...UNTOLD,
  ...SCHEMES,
];
