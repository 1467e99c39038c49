import { describe, expect, test } from 'vitest';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { put, smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { programOf } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { SoundnessChecker } from './soundness.ts';
import { type SoundnessAnswer, soundnessAnswer, soundnessOf } from './soundness-answer.ts';
import { bothTallies, NO_PROGRAMS } from './soundness-tally.ts';
import { faultShown } from './soundness-witness.ts';

const SIZE = { threads: 2, ops: 2 };
const LIMIT = 10_000;

function asked(scheme: Scheme): SoundnessAnswer {
  const harness = harnessOf(smallTarget(scheme));
  return soundnessOf(harness, harness.subject, SIZE, LIMIT);
}

/** The gravest fault: what, by whom, and its program. */
function gravest(scheme: Scheme): string {
  const { faults, verdict } = asked(scheme);
  if (faults.length === 0) return verdict;
  const { what, op, program } = faults[0]!;
  return `${what} by ${op}, ${program.start}: ${program.threads.map((ops) => ops.join(', ')).join(' | ')}`;
}

function frees(object: RcuObject): 'void' {
  object.free();
  return 'void';
}

function drops(object: RcuObject): 'void' {
  object.count.fetchSub(1);
  return 'void';
}

function traps(object: RcuObject): 'trap' {
  object.list.load();
  return 'trap';
}

test('a sound protocol whose programs meet all of it is sound', () => {
  const { verdict, faults, neverMet } = asked(smallScheme());
  expect({ verdict, faults, neverMet }).toEqual({ verdict: 'sound', faults: [], neverMet: [] });
});

describe('each fault is found, in its smallest program', () => {
  const hasNoLock = smallScheme({
    ops: {
      get: {
        run: (object) => {
          if (object.list.load() !== 1) return 'refused';
          object.count.fetchAdd(1);
          return 'granted';
        },
      },
    },
  });
  const usesAfterPut = smallScheme({
    ops: {
      put: {
        run: (object) => {
          put(object);
          object.use();
          return 'void';
        },
      },
    },
  });
  const putForgetsToFree = smallScheme({
    ops: { put: { run: drops } },
  });
  const neverUnlocks = smallScheme({
    ops: {
      unlink: {
        run: (object) => {
          object.mutex.acquire();
          object.lock.acquire();
          object.mutex.acquire();
          return 'void';
        },
      },
    },
  });
  const trapping = smallScheme({ ops: { unlink: { run: traps } } });
  const freesWhatIsHeld = smallScheme({ ops: { unlink: { run: frees } } });
  test.each<[string, Scheme, string]>([
    ['a lookup without the lock', hasNoLock, 'use-after-free by get, idle: get | unlink'],
    ['a use after the put', usesAfterPut, 'use-after-free by put, one: unlink, put'],
    ['a put that does not free', putForgetsToFree, 'leak by put, one: unlink, put'],
    ['a lock taken twice', neverUnlocks, 'stuck by unlink, idle: unlink'],
    ['a trap', trapping, 'crash by unlink, idle: unlink'],
    ['a free of what is held', freesWhatIsHeld, 'use-after-free by get, idle: unlink, get'],
  ])('%s', (_, scheme, expected) => {
    expect(gravest(scheme)).toBe(expected);
  });
});

test('a warning in sound use is a fault, the last in gravity, and its text is told', () => {
  const scheme = smallScheme({
    ops: {
      put: {
        run: (object) => {
          if (object.count.fetchSub(1) === 1) {
            object.count.warn({ kind: 'leaks', text: 'hit 0' });
            object.free();
          }
          return 'void';
        },
      },
    },
  });
  const { faults } = asked(scheme);
  expect(faults.map(({ what, op, text }) => ({ what, op, text }))).toEqual([
    { what: 'warning', op: 'put', text: 'hit 0' },
  ]);
});

test('an object that a further op frees is not lost, and one that none frees is', () => {
  const collects = (object: RcuObject) => {
    object.lock.acquire();
    const isDead = object.list.load() === 0 && object.count.compareExchange(0, -1) === 0;
    object.lock.release();
    if (!isDead) return 'refused' as const;
    object.free();
    return 'granted' as const;
  };
  const unlinks = (object: RcuObject) => {
    object.lock.acquire();
    const isLinked = object.list.load() === 1;
    if (isLinked) object.list.store(0);
    if (isLinked) object.count.fetchSub(1);
    object.lock.release();
    return isLinked ? ('granted' as const) : ('void' as const);
  };
  const ops = { put: { run: drops }, unlink: { run: unlinks } };
  const leaks = (scheme: Scheme) => asked(scheme).faults.filter(({ what }) => what === 'leak').length;
  expect(leaks(smallScheme({ ops }))).toBeGreaterThan(0);
  expect(leaks(smallScheme({ ops: { ...ops, gc: { role: 'other', run: collects } } }))).toBe(0);
});

test('who waits for a holder is not stuck: its put may come', () => {
  const waits = (object: RcuObject) => {
    object.count.repeat(() => object.count.load() === 1);
    return 'void' as const;
  };
  const scheme = smallScheme({ ops: { drain: { role: 'other', run: waits } } });
  const stuck = asked(scheme).faults.filter(({ what }) => what === 'stuck');
  expect(stuck).toEqual([]);
});

test('who waits for what nobody does is stuck, though it is never at rest', () => {
  const waits = (object: RcuObject) => {
    object.list.repeat(() => object.list.load() === 2);
    return 'void' as const;
  };
  const { faults } = asked(smallScheme({ ops: { drain: { role: 'other', run: waits } } }));
  expect(faults.map(({ what, op, program }) => [what, op, program])).toEqual([
    ['stuck', 'drain', { start: 'idle', threads: [['drain']] }],
  ]);
});

test('parts of a scope, in any order, come to what the whole comes to', () => {
  const harness = harnessOf(smallTarget(smallScheme({ ops: { put: { run: frees } } })));
  const checker = new SoundnessChecker(harness, harness.subject, SIZE, LIMIT);
  const { programs } = checker.scope;
  const whole = bothTallies(NO_PROGRAMS, checker.check(0, programs));
  const cut = Math.floor(programs / 3);
  const parts = [checker.check(2 * cut, programs), checker.check(0, cut), checker.check(cut, 2 * cut)];
  expect(parts.reduce(bothTallies, NO_PROGRAMS)).toEqual(whole);
  expect(Object.keys(whole.faults).length).toBeGreaterThan(0);
});

test('programs with too many states are not decided, and no protocol is sound then', () => {
  const harness = harnessOf(smallTarget(smallScheme()));
  const checker = new SoundnessChecker(harness, harness.subject, SIZE, 20);
  const tally = checker.check(0, checker.scope.programs);
  expect(tally.undecided).toBeGreaterThan(0);
  expect(soundnessAnswer(harness, harness.subject, tally).verdict).toBe('unknown');
});

test('what was ended before all programs were run is not sound', () => {
  const harness = harnessOf(smallTarget(smallScheme()));
  const checker = new SoundnessChecker(harness, harness.subject, SIZE, LIMIT);
  const { programs } = checker.scope;
  const tally = checker.check(0, programs);
  expect(soundnessAnswer(harness, harness.subject, tally).verdict).toBe('sound');
  // The last program meets nothing new.
  const part = checker.check(0, programs - 1);
  expect(soundnessAnswer(harness, harness.subject, part, 1).verdict).toBe('unknown');
});

test('the drawn run ends where the fault shows', () => {
  const harness = harnessOf(smallTarget(smallScheme({ ops: { put: { run: frees } } })));
  const { faults } = soundnessOf(harness, harness.subject, SIZE, LIMIT);
  for (const fault of faults) {
    const accesses = faultShown(harness, harness.subject, programOf(harness, fault.program), fault)!;
    expect(accesses.slice(0, -1).every(({ fact }) => fact === 0)).toBe(true);
    expect(accesses.at(-1)!.fact).not.toBe(0);
  }
});
