import { describe, expect, test } from 'vitest';
import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import { KEEP, type Word } from '../../targets/subject/word.ts';
import { SUBJECTS } from '../../targets/target/subjects.ts';
import type { Target } from '../../targets/target/target.ts';
import { programOf } from '../case/program-text.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { aloneTarget } from './alone-target.ts';
import { SoundnessChecker } from './soundness.ts';
import { type SoundnessAnswer, soundnessAnswer, soundnessOf } from './soundness-answer.ts';
import { faultShown } from './soundness-witness.ts';

const SIZE = { threads: 2, ops: 2 };

const OPS: Counter['ops'] = {
  inc: { arity: 0, run: (count) => void count.fetchAdd(1, 'relaxed') },
  inc_not_zero: {
    arity: 0,
    run: (count) => count.update((old) => (old === 0 ? KEEP : old + 1), 'full') !== 0,
  },
  dec_and_test: { arity: 0, run: (count) => count.fetchSub(1, 'full') === 1 },
};

function counterWith(ops: Record<string, CounterOp['run']>, more: Partial<Counter> = {}): Counter {
  const own = Object.entries(ops).map(([name, run]) => [name, { arity: 0, run }]);
  const all = { ...OPS, ...Object.fromEntries(own) };
  return { kind: 'counter', name: 'own', ops: all, reading: 'signed', about: 'a counter', ...more };
}

function harnessFor(subject: Counter, ops = Object.keys(subject.ops), more: Partial<Target> = {}): Harness {
  const target: Target = {
    name: 'alone',
    about: 'one counter',
    reference: 'ideal',
    subject,
    threads: 3,
    ops,
    initial: [1],
    arguments: [],
    oracles: ['lockstep'],
    ...more,
  };
  return harnessOf(aloneTarget(target));
}

function asked(harness: Harness, size = SIZE): SoundnessAnswer {
  return soundnessOf(harness, harness.subject, size, 10_000);
}

function gravest({ faults, verdict, neverMet }: SoundnessAnswer): string {
  const [fault] = faults;
  if (!fault) return [verdict, ...neverMet].join(': ');
  const { what, op, program } = fault;
  return `${what} by ${op}, ${program.start}: ${program.threads.map((ops) => ops.join(', ')).join(' | ')}`;
}

describe('built-in counters', () => {
  const builtIn = (name: string) => SUBJECTS.find((one) => one.name === name) as Counter;
  const all = [
    'inc',
    'inc_not_zero',
    'dec',
    'dec_and_test',
    'sub_and_test',
    'dec_if_one',
    'dec_not_one',
    'read',
  ];

  test.each(['atomic', 'refcount/v4.11', 'refcount/x86', 'refcount/v5.5'])('%s is sound', (name) => {
    expect(gravest(asked(harnessFor(builtIn(name), all)))).toBe('sound');
  });

  test('PaX is sound, with the answers that tell the count', () => {
    const ops = ['inc_return', 'dec_return', 'fetch_dec', 'fetch_sub'];
    expect(gravest(asked(harnessFor(builtIn('pax'), ops)))).toBe('sound');
  });

  test('three threads', () => {
    const harness = harnessFor(builtIn('refcount/v5.5'), ['inc_not_zero', 'dec_and_test', 'dec']);
    const checker = new SoundnessChecker(harness, harness.subject, { threads: 3, ops: 2 }, 10_000);
    const tally = checker.check(0, checker.scope.programs);
    expect(tally.states).toBeGreaterThan(10_000);
    expect(gravest(soundnessAnswer(harness, harness.subject, tally))).toBe('sound');
  });

  test('of the canary both planted faults are found: the early last put, and the late look', () => {
    const harness = harnessFor(builtIn('canary'), ['inc_not_zero', 'dec_and_test', 'read']);
    expect(gravest(asked(harness))).toBe('freed-while-held by dec_and_test, 2: dec_and_test');
    const { inc_not_zero } = builtIn('canary').ops;
    const late = { ...builtIn('refcount/v4.11'), name: 'late' };
    const onlyLate = { ...late, ops: { ...late.ops, inc_not_zero: inc_not_zero! } };
    expect(gravest(asked(harnessFor(onlyLate, ['inc_not_zero', 'dec_and_test', 'read'])))).toBe(
      'resurrection by inc_not_zero, 1: inc_not_zero | dec_and_test',
    );
  });
});

const warns = (count: Word) => count.warn({ kind: 'own', text: 'own warning' });
const dropsThenLooks = (count: Word) => {
  count.fetchSub(1, 'full');
  return count.load('full') === 0;
};

describe('each fault in its smallest program', () => {
  test.each<[string, Counter, string]>([
    ['sound', counterWith({}), 'sound'],
    [
      'use after free',
      counterWith({ dec_and_test: (count) => [count.fetchSub(1, 'full'), count.load('full')][0] === 1 }),
      'use-after-free by dec_and_test, 2: dec_and_test | dec_and_test',
    ],
    [
      'double free',
      counterWith({ dec_and_test: dropsThenLooks }),
      'double-free by dec_and_test, 2: dec_and_test | dec_and_test',
    ],
    [
      'freed while held',
      counterWith({ dec_and_test: (count) => count.fetchSub(1, 'full') <= 2 }),
      'freed-while-held by dec_and_test, 2: dec_and_test',
    ],
    [
      'leak',
      counterWith({ dec_and_test: (count) => count.fetchSub(1, 'full') === 0 }),
      'leak by dec_and_test, 1: dec_and_test',
    ],
    [
      'a lost update shows where it is lost',
      counterWith({ inc: (count) => count.store(count.load('full') + 1, 'full') }),
      'count-too-low by inc, 1: inc | inc_not_zero',
    ],
    [
      'refused while held',
      counterWith({ inc_not_zero: (count) => count.compareExchange(1, 2, 'full') === 1 }),
      'refused-while-held by inc_not_zero, 2: inc_not_zero',
    ],
    [
      'resurrection',
      counterWith({ inc_not_zero: (count) => count.fetchAdd(1, 'full') >= 0 }),
      'resurrection by inc_not_zero, 0: inc_not_zero',
    ],
    [
      'warning',
      counterWith({ inc: (count) => (count.fetchAdd(1, 'full') === 2 ? warns(count) : undefined) }),
      'warning by inc, 2: inc',
    ],
    [
      'saturated, and nobody is warned',
      counterWith({ inc: (count) => count.store(77, 'full') }, { inSaturation: (value) => value >= 77 }),
      'saturated by inc, 1: inc',
    ],
    [
      'crash',
      counterWith({ inc: (count) => (count.fetchAdd(1, 'full') === 2 ? 'trap' : undefined) }),
      'crash by inc, 2: inc',
    ],
    [
      'memory error',
      counterWith({ inc: (count) => (count.fetchAdd(1, 'full') === 2 ? 'memory-error' : undefined) }),
      'memory-error by inc, 2: inc',
    ],
    [
      'an op that never returns',
      counterWith({ inc: (count) => count.repeat(() => count.load('full') === -1) }),
      'stuck by inc, 1: inc',
    ],
  ])('%s', (_, counter, expected) => {
    expect(gravest(asked(harnessFor(counter)))).toBe(expected);
  });
});

describe('what is no fault', () => {
  test('a put that waits while another holds: that one may put', () => {
    const waits = (count: Word) => {
      const isLast = count.fetchSub(1, 'full') === 1;
      if (!isLast) count.repeat(() => count.load('full') <= 1);
      return isLast;
    };
    const { faults } = asked(harnessFor(counterWith({ dec_and_test: waits }), ['dec_and_test']));
    // It looks at the word when the other one has put the last, but it is not stuck.
    expect(faults.map(({ what }) => what)).toEqual(['use-after-free']);
    // Who waits for a reference of its own waits for ever.
    const all = asked(harnessFor(counterWith({ dec_and_test: waits })));
    expect(all.faults.map(({ what }) => what)).toContain('stuck');
  });

  test('a warning of a put without an answer, where it is the last: its thread must keep another reference', () => {
    const drops = (count: Word) => (count.fetchSub(1, 'full') <= 1 ? warns(count) : undefined);
    expect(gravest(asked(harnessFor(counterWith({ dec: drops }))))).toBe('sound');
    const early = (count: Word) => (count.fetchSub(1, 'full') <= 2 ? warns(count) : undefined);
    expect(gravest(asked(harnessFor(counterWith({ dec: early }))))).toBe('warning by dec, 2: dec');
  });

  test('a get on 0, for who holds nothing does not call it', () => {
    const get = (count: Word) => (count.fetchAdd(1, 'full') <= 0 ? warns(count) : undefined);
    expect(gravest(asked(harnessFor(counterWith({ inc: get }))))).toBe('sound');
  });

  test('a get that adds first and takes it back at 0', () => {
    const optimistic = (count: Word) => {
      if (count.fetchAdd(1, 'full') > 0) return true;
      count.fetchSub(1, 'full');
      return false;
    };
    // Another get meanwhile takes the 1 for a reference.
    const counter = counterWith({ inc_not_zero: optimistic });
    expect(gravest(asked(harnessFor(counter)))).toBe(
      'resurrection by inc_not_zero, 0: inc_not_zero | inc_not_zero',
    );
  });
});

test('a fault is drawn up to the access that shows it, which says what befell the object', () => {
  const harness = harnessFor(counterWith({ dec_and_test: dropsThenLooks }));
  const { faults } = asked(harness);
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) {
    const accesses = faultShown(harness, harness.subject, programOf(harness, fault.program), fault)!;
    expect(accesses.at(-1)!.fault).toBe(fault.what);
    expect(accesses.slice(0, -1).every((access) => access.fault === undefined)).toBe(true);
  }
});

describe('what was never met', () => {
  test('nobody is ever told that he put the last', () => {
    const harness = harnessFor(counterWith({}), ['inc', 'inc_not_zero']);
    expect(asked(harness).neverMet).toEqual(['no put is told that it was the last']);
  });

  test('a branch on a count that no program comes to', () => {
    const odd = (count: Word) => {
      const old = count.fetchSub(1, 'full');
      if (old === 50) count.fetchAdd(1, 'full');
      return old === 1;
    };
    const { verdict, neverMet } = asked(harnessFor(counterWith({ dec_and_test: odd })));
    expect(verdict).toBe('vacuous');
    expect(neverMet).toContain('dec_and_test never goes the way it takes at count 50');
    const there = harnessFor(counterWith({ dec_and_test: odd }), undefined, { initial: [1, 50] });
    expect(gravest(asked(there))).toBe('count-too-high by dec_and_test, 50: dec_and_test');
  });
});

describe('what is asked of a target', () => {
  test('ops that overwrite the count, amounts below 1, and starts that are no number of references are left out', () => {
    const pax = SUBJECTS.find(({ name }) => name === 'pax') as Counter;
    const { target } = harnessFor(pax, ['inc', 'add', 'set', 'xchg', 'dec_and_test'], {
      initial: [5, -1, 0],
      arguments: [0, 3, -2, 1000],
    });
    expect(target.ops).toEqual(['inc', 'add', 'dec_and_test']);
    expect(target.initial).toEqual([0, 1, 2, 3, 5]);
    expect(target.arguments).toEqual([1, 2, 3]);
  });

  test('a counter that nobody gets or puts is wrong input', () => {
    const pax = SUBJECTS.find(({ name }) => name === 'pax') as Counter;
    expect(() => harnessFor(pax, ['set', 'xchg'])).toThrow(/no op that gets, puts or reads/);
  });
});
