import { expect, test } from 'vitest';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Counter, CounterOp, Scheme } from '../../targets/subject/subject.ts';
import { KEEP, type Word } from '../../targets/subject/word.ts';
import type { Target } from '../../targets/target/target.ts';
import { loadTarget } from '../../targets/target/target-file.ts';
import { smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { harnessOf } from '../run/harness.ts';
import { EMPTY_TALLY, joined, ScopeChecker } from './check-scope.ts';
import { Vacuity } from './vacuity.ts';

const SIZE = { threads: 2, ops: 2 };
const LIMIT = 10_000;

/** What no program comes to, where a scheme or counter is compared with another that does the same. */
function missingOf(target: Target, size = SIZE, never: readonly string[] = []): string[] {
  const missing = new Vacuity(harnessOf(target), size, LIMIT, never).search();
  for (const { sides } of missing) expect(sides).toHaveLength(2);
  return missing.map(({ text }) => text);
}

const twice = (scheme: Scheme) => smallTarget(scheme, { ...scheme, name: 'the other' });

/** A get that is granted where the object is in a place. */
const grantedAt = (place: number) => (object: RcuObject) => {
  if (object.list.load() !== place) return 'refused' as const;
  object.count.fetchAdd(1);
  return 'granted' as const;
};

/** A put that does its work where the object is in one of some places. */
const putAt = (places: readonly number[]) => (object: RcuObject) => {
  if (places.includes(object.list.load()) && object.count.fetchSub(1) === 1) object.free();
  return 'void' as const;
};

/** A put that has a way of its own at a count. */
const oddAt = (count: number) => (object: RcuObject) => {
  const old = object.count.fetchSub(1);
  if (old === 1) object.free();
  else if (old === count) object.use();
  return 'void' as const;
};

/** An act that says whether the count is as large. */
const tellsAt = (count: number) => (object: RcuObject) =>
  object.list.load() === 1 && object.count.load() === count ? ('granted' as const) : ('void' as const);

const IDLE = { idle: { count: 1, list: 1, holders: [] } } as const;
const NOTHING = { empty: { count: 0, list: 0, holders: [] } } as const;
const act = (run: (object: RcuObject) => 'granted' | 'void') => ({ tell: { role: 'other' as const, run } });

// By pairs: what says nothing, and a near miss that does.
test.each<[string, Scheme, string | undefined]>([
  [
    'a get that is never granted',
    smallScheme({ ops: { get: { run: grantedAt(2) } } }),
    'get is never granted',
  ],
  ['a get that is', smallScheme({ ops: { get: { run: grantedAt(1) } } }), undefined],
  [
    'a put that never runs, as nobody ever holds',
    smallScheme({ states: IDLE, ops: { get: { run: grantedAt(2) } } }),
    'put never runs, for nobody holds',
  ],
  ['a put of what a get got', smallScheme({ states: IDLE }), undefined],
  [
    'a put that runs, and never changes anything',
    smallScheme({ ops: { put: { run: putAt([2]) } } }),
    'put never changes anything',
  ],
  ['a put that does wherever it is', smallScheme({ ops: { put: { run: putAt([0, 1, 2]) } } }), undefined],
  ['an act with one result only', smallScheme({ ops: act(tellsAt(1000)) }), 'tell is never granted'],
  ['an act with each of its results', smallScheme({ ops: act(tellsAt(2)) }), undefined],
  [
    'a branch that is never taken',
    smallScheme({ ops: { put: { run: oddAt(6) } } }),
    'put never goes the way it takes at count 6',
  ],
  ['a branch that is', smallScheme({ ops: { put: { run: oddAt(2) } } }), undefined],
  ['a skeleton that starts from nothing: no get', smallScheme({ states: NOTHING }), 'get is never granted'],
  [
    'a skeleton that starts from nothing: no put',
    smallScheme({ states: NOTHING }),
    'put never runs, for nobody holds',
  ],
  [
    'a skeleton that starts from nothing: no change',
    smallScheme({ states: NOTHING }),
    'no program changes anything from the state "empty"',
  ],
])('%s', (_, scheme, missing) => {
  if (missing === undefined) expect(missingOf(twice(scheme))).toEqual([]);
  else expect(missingOf(twice(scheme))).toContain(missing);
});

const OPS: Counter['ops'] = {
  inc: { arity: 0, run: (count) => void count.fetchAdd(1, 'relaxed') },
  inc_not_zero: {
    arity: 0,
    run: (count) => count.update((old) => (old === 0 ? KEEP : old + 1), 'full') !== 0,
  },
  dec_and_test: { arity: 0, run: (count) => count.fetchSub(1, 'full') === 1 },
};

function counters(
  ops: Readonly<Record<string, CounterOp['run']>>,
  initial: readonly number[] = [0, 1, 2],
): Target {
  const own = Object.entries(ops).map(([name, run]) => [name, { arity: 0, run }]);
  const all: Counter['ops'] = { ...OPS, ...Object.fromEntries(own) };
  const counter = { kind: 'counter', ops: all, reading: 'signed', about: 'for a test' } as const;
  return {
    name: 'counters',
    about: 'for a test',
    reference: { ...counter, name: 'one' },
    subject: { ...counter, name: 'other' },
    threads: 3,
    ops: Object.keys(all),
    initial: [...initial],
    arguments: [],
    oracles: ['lockstep', 'outcomes'],
  };
}

const putOddAt = (odd: number) => (count: Word) => {
  const old = count.fetchSub(1, 'full');
  if (old === odd) count.fetchAdd(1, 'full');
  return old === 1;
};

const refuses = (count: Word) => count.load('relaxed') === 12_345;

test.each<[string, Target, string | undefined]>([
  [
    'a conditional get that is never granted',
    counters({ inc_not_zero: refuses }),
    'inc_not_zero is never granted',
  ],
  ['one that is, from where it can be', counters({ inc_not_zero: refuses }, [12_345, 1, 0]), undefined],
  ['a conditional get that finds only 0', counters({}, [0]), undefined],
  [
    'a branch that is never taken',
    counters({ dec_and_test: putOddAt(50) }),
    'dec_and_test never goes the way it takes at count 50',
  ],
  ['a branch that is', counters({ dec_and_test: putOddAt(50) }, [1, 50]), undefined],
  ['a put that is never told it was the last', counters({}, [100]), 'dec_and_test never returns true'],
])('of counters: %s', (_, target, missing) => {
  if (missing === undefined) expect(missingOf(target)).toEqual([]);
  else expect(missingOf(target)).toContain(missing);
});

test('what only one side lacks is said of that side', () => {
  const target = smallTarget(
    smallScheme({ ops: { put: { run: oddAt(6) } } }),
    smallScheme({ name: 'plain' }),
  );
  const missing = new Vacuity(harnessOf(target), SIZE, LIMIT).search();
  expect(missing.map(({ sides, text }) => [sides, text])).toEqual([
    [['small'], 'put never goes the way it takes at count 6'],
  ]);
});

test('what somebody says never happens is not asked for, and what does is told', () => {
  const odd = twice(smallScheme({ ops: { put: { run: oddAt(6) } } }));
  expect(missingOf(odd, SIZE, ['put@6'])).toEqual([]);
  expect(new Vacuity(harnessOf(odd), SIZE, LIMIT, ['put@6']).contradicted).toEqual([]);
  expect(new Vacuity(harnessOf(odd), SIZE, LIMIT, ['put@6', 'get:granted']).contradicted).toEqual([
    'get:granted',
  ]);
  expect(() => new Vacuity(harnessOf(odd), SIZE, LIMIT, ['put@7'])).toThrow(
    /nothing is called "put@7".*put@6/,
  );
});

test('a larger scope is suggested where it helps, and only there', () => {
  const target = (count: number) => twice(smallScheme({ ops: { put: { run: oddAt(count) } } }));
  const helpful = (count: number) => new Vacuity(harnessOf(target(count)), SIZE, LIMIT).helpfulSize([]);
  expect(helpful(6)).toEqual({ threads: 2, ops: 3 });
  expect(helpful(1000)).toBeUndefined();
});

test('of one thread nothing is asked that takes two; what it comes to by itself later is', () => {
  const biased = loadTarget('targets/inet-peer-biased.yaml');
  // Its lookup reads a 0 only while gc is at work.
  expect(new Vacuity(harnessOf(biased), { threads: 1, ops: 2 }, LIMIT).search()).toEqual([]);
  const less = new Vacuity(harnessOf(biased), { threads: 1, ops: 1 }, LIMIT);
  expect(less.search().map(({ text }) => text)).toContain('gc is never without effect');
  expect(less.helpfulSize([])).toEqual({ threads: 1, ops: 2 });
});

test('counters start at their edges: one op of one thread comes to all that they do', () => {
  for (const name of ['refcount-v5.5', 'refcount-v4.11', 'refcount-x86', 'pax', 'v5.5-vs-ideal']) {
    const target = loadTarget(`targets/${name}.yaml`);
    expect(new Vacuity(harnessOf(target), { threads: 1, ops: 1 }, LIMIT).search(), name).toEqual([]);
  }
});

test.each([
  'atomic-vs-ideal',
  'canary',
  'inet-peer-biased',
  'inet-peer-naive-gc',
  'ip-vs-dest-naive',
  'ip-vs-dest-now',
  'v4.11-to-v5.5',
])('%s: before any worker begins, everything has been met', (name) => {
  const vacuity = new Vacuity(harnessOf(loadTarget(`targets/${name}.yaml`)), { threads: 3, ops: 2 }, LIMIT);
  expect(vacuity.missing([])).toEqual([]);
  expect(vacuity.toMeet.flat()).toEqual([]);
});

test('workers tell what they met of what was left, and their tallies join', () => {
  const harness = harnessOf(twice(smallScheme()));
  const toMeet = [['ran put', 'result get granted', 'result get nothing'], ['ran unlink']];
  const size = { threads: 1, ops: 2 };
  const all = new ScopeChecker(harness, size, LIMIT, toMeet);
  const whole = all.check(0, all.scope.programs);
  expect(whole.met).toEqual([['ran put', 'result get granted'], ['ran unlink']]);
  const parts = [0, 10, 20, 30].map((from) =>
    new ScopeChecker(harness, size, LIMIT, toMeet).check(from, Math.min(from + 10, all.scope.programs)),
  );
  expect(parts.reduce(joined, EMPTY_TALLY).met).toEqual(whole.met);
  expect(new ScopeChecker(harness, size, LIMIT).check(0, 5)).not.toHaveProperty('met');
});

test('an op that counts its rounds, without end, is given up after some thousands of accesses', () => {
  let accesses = 0;
  const counts = (object: RcuObject) => {
    for (let round = 0; round < 900; round++) {
      accesses++;
      if (object.list.load() === 7 + round) return 'granted' as const;
    }
    return 'void' as const;
  };
  const scheme = smallScheme({ ops: { endless: { role: 'other', run: counts } } });
  const vacuity = new Vacuity(harnessOf(twice(scheme)), SIZE, LIMIT);
  // Without a bound these are hundreds of millions: nodes times the accesses that lead to each.
  expect(accesses).toBeLessThan(5_000_000);
  expect(vacuity.toMeet.flat()).toEqual([]);
});
