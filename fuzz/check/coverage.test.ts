import { expect, test } from 'vitest';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { harnessOf } from '../run/harness.ts';
import { type SoundnessAnswer, soundnessOf } from './soundness-answer.ts';

function asked(scheme: Scheme, size = { threads: 2, ops: 2 }): SoundnessAnswer {
  const harness = harnessOf(smallTarget(scheme));
  return soundnessOf(harness, harness.subject, size, 10_000);
}

/** What was never met by a protocol in which nothing goes wrong. */
function neverMet(scheme: Scheme): readonly string[] {
  const { verdict, neverMet, faults } = asked(scheme);
  expect(faults).toEqual([]);
  expect(verdict).toBe(neverMet.length > 0 ? 'vacuous' : 'sound');
  return neverMet;
}

const ONE = { count: 2, list: 1, holders: [0] } as const;

test('a get that is never granted', () => {
  const refuses = (object: RcuObject) => (object.list.load() === 2 ? 'granted' : 'refused');
  expect(neverMet(smallScheme({ ops: { get: { run: refuses } } }))).toContain('get is never granted');
});

test('a put that never runs, because nobody ever holds', () => {
  const refuses = (object: RcuObject) => (object.list.load() === 2 ? 'granted' : 'refused');
  const states = { idle: { count: 1, list: 1, holders: [] } } as const;
  const missing = neverMet(smallScheme({ states, ops: { get: { run: refuses } } }));
  expect(missing).toContain('put never runs, for nobody holds');
  // What it says of itself is enough: no result, and no branch of it.
  expect(missing.filter((text) => text.startsWith('put '))).toHaveLength(1);
});

test('an act with a result that no program comes to', () => {
  const tells = (object: RcuObject) => {
    const list = object.list.load();
    return list === 0 ? 'void' : list === 1 ? 'refused' : 'granted';
  };
  const states = { one: ONE, trash: { count: 1, list: 2, holders: [] } } as const;
  const act = { tell: { role: 'other' as const, run: tells } };
  expect(neverMet(smallScheme({ ops: act, states }))).not.toContain('tell is never granted');
  const flagged = {
    tell: {
      role: 'other' as const,
      run: (object: RcuObject) => {
        object.lock.acquire();
        const isFull = object.list.load() === 1 && object.count.load() === 1000;
        object.lock.release();
        return isFull ? ('granted' as const) : ('void' as const);
      },
    },
  };
  expect(neverMet(smallScheme({ ops: flagged }))).toContain('tell is never granted');
});

test('a branch on the count that lies beyond the scope', () => {
  const leaksAtSix = (object: RcuObject) => {
    const old = object.count.fetchSub(1);
    if (old === 1) object.free();
    else if (old === 6) object.use();
    return 'void' as const;
  };
  expect(neverMet(smallScheme({ ops: { put: { run: leaksAtSix } } }))).toEqual([
    'put never goes the way it takes at count 6',
  ]);
});

test('a branch to a warning alone need not be met: a sound protocol does not come there', () => {
  const warnsAtZero = (object: RcuObject) => {
    const old = object.count.fetchSub(1);
    if (old === 1) object.free();
    else if (old <= 0) object.count.warn({ kind: 'underflow', text: 'underflow' });
    return 'void' as const;
  };
  expect(neverMet(smallScheme({ ops: { put: { run: warnsAtZero } } }))).toEqual([]);
});

test('a lock of its own that is taken and given up is no change', () => {
  const guarded = (object: RcuObject) => {
    object.locks[0]!.acquire();
    const isLinked = object.list.load() === 1;
    if (isLinked) object.count.fetchAdd(1);
    object.locks[0]!.release();
    return isLinked ? ('granted' as const) : ('refused' as const);
  };
  const unlinks = (object: RcuObject) => {
    object.locks[0]!.acquire();
    const isLinked = object.list.load() === 1;
    if (isLinked) object.list.store(0);
    object.locks[0]!.release();
    if (!isLinked) return 'void' as const;
    if (object.count.fetchSub(1) === 1) object.free();
    return 'granted' as const;
  };
  const scheme = smallScheme({
    ops: { get: { run: guarded }, unlink: { run: unlinks } },
    states: { one: ONE, off: { count: 1, list: 2, holders: [] } },
  });
  const own = { ...scheme, words: [{ name: 'table', isInObject: false }] };
  expect(neverMet(own)).toEqual(['no program changes anything from the state "off"']);
});

test('a state from which nothing changes', () => {
  const states = {
    one: ONE,
    idle: { count: 1, list: 1, holders: [] },
    gone: { count: 1, list: 2, holders: [] },
  } as const;
  expect(neverMet(smallScheme({ states }))).toEqual(['no program changes anything from the state "gone"']);
});

test('what call_rcu queues and nobody calls, as its readers never leave', () => {
  const later = (object: RcuObject) => {
    if (object.count.fetchSub(1) === 1) object.rcu.call();
    return 'void' as const;
  };
  const unlink = {
    run: (object: RcuObject) => {
      object.lock.acquire();
      const isLinked = object.list.load() === 1;
      if (isLinked) object.list.store(0);
      object.lock.release();
      if (!isLinked) return 'void' as const;
      later(object);
      return 'granted' as const;
    },
  };
  const scheme = smallScheme({ ops: { put: { run: later }, unlink }, callback: (object) => object.free() });
  expect(neverMet(scheme)).toEqual([]);
});

test('a larger scope is asked while something is still to be met', () => {
  // Three holders at a time: one from the state, and one from each of two threads more.
  const counts = (object: RcuObject) => {
    const old = object.count.fetchSub(1);
    if (old === 1) object.free();
    else if (old === 4) object.use();
    return 'void' as const;
  };
  const scheme = smallScheme({
    ops: { put: { run: counts } },
    states: { one: ONE, idle: { count: 1, list: 1, holders: [] } },
  });
  const small = asked(scheme, { threads: 2, ops: 1 });
  expect(small.neverMet.length).toBeGreaterThan(0);
  expect(asked(scheme, { threads: 3, ops: 2 }).neverMet).toEqual([]);
});
