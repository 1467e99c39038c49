import { expect, test } from 'vitest';
import type { Counter } from '../../targets/subject/subject.ts';
import { KEEP, type Word } from '../../targets/subject/word.ts';
import type { Target } from '../../targets/target/target.ts';
import { smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { aloneTarget } from './alone-target.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { programLines } from './certificate-programs.ts';
import { type Recheck, recheck } from './recheck.ts';
import { Scope } from './scope.ts';
import { soundnessOf } from './soundness-answer.ts';

const SIZE = { threads: 2, ops: 2 };
const OPTIONS = { schedules: 2000, samples: 100, seed: 1 };

type Run = (count: Word) => boolean;
const PUT: Run = (count) => count.fetchSub(1, 'full') === 1;
/** The same in a loop. */
const SWAPS: Run = (count) => count.update((old) => (old - 1) | 0, 'full') === 1;
const LOOKS: Run = (count) => {
  count.fetchSub(1, 'full');
  return count.load('full') === 0;
};

const GETS: readonly Run[] = [
  (count) => count.update((old) => (old === 0 ? KEEP : (old + 1) | 0), 'full') !== 0,
  // Looks first and adds later.
  (count) => count.load('full') !== 0 && count.fetchAdd(1, 'full') !== -1,
  // Adds first, and takes it back.
  (count) => count.fetchAdd(1, 'full') !== 0 || count.fetchSub(1, 'full') === -7,
  (count) => count.update((old) => (old === 0 ? KEEP : (old + 2) | 0), 'full') !== 0,
  // Gives up where another one was quicker.
  (count) => {
    const old = count.load('full');
    return old !== 0 && count.compareExchange(old, old + 1, 'full') === old;
  },
];
const PUTS: readonly Run[] = [
  PUT,
  SWAPS,
  LOOKS,
  (count) => count.fetchSub(1, 'full') <= 2,
  (count) => {
    const old = count.load('full');
    count.store(old - 1, 'full');
    return old === 1;
  },
  (count) => {
    const old = count.fetchSub(1, 'full');
    return old === 1 || (old === 2 && count.load('full') === -3);
  },
];

function counter(name: string, put: Run, get: Run = GETS[0]!): Counter {
  return {
    kind: 'counter',
    name,
    reading: 'signed',
    about: 'a counter',
    ops: {
      inc_not_zero: { arity: 0, run: get },
      dec_and_test: { arity: 0, run: put },
    },
  };
}

function pair(reference: Counter, subject: Counter): Harness {
  const target: Target = {
    name: 'pair',
    about: 'two counters',
    reference,
    subject,
    threads: 3,
    ops: ['inc_not_zero', 'dec_and_test'],
    initial: [0, 1, 2, -1],
    arguments: [],
    oracles: ['lockstep', 'outcomes'],
  };
  return harnessOf(target);
}

const COMMON = { target: null, size: SIZE, limit: 10_000, version: 'test' } as const;
const [ONE, OTHER, FAULTY] = [counter('one', PUT), counter('other', SWAPS), counter('faulty', LOOKS)];

function equivalent(harness: Harness) {
  const sides = [
    { name: 'before', trees: harness.reference! },
    { name: 'after', trees: harness.subject },
  ];
  const made = makeCertificate({ ...COMMON, claim: 'equivalent', harness, sides });
  return { sides, made };
}

function sound(subject: Counter) {
  const harness = harnessOf(aloneTarget(pair(subject, subject).target));
  const sides = [{ name: 'one', trees: harness.subject }];
  const made = makeCertificate({ ...COMMON, claim: 'sound', harness, sides });
  const again = (certificate: Certificate): Recheck => recheck(harness, sides, certificate, OPTIONS);
  return { made, again };
}

test('two counters that come to the same have a certificate, and every schedule bears it out', () => {
  const harness = pair(ONE, OTHER);
  const { sides, made } = equivalent(harness);
  const certificate = made as Certificate;
  expect(certificate).toMatchObject({ claim: 'equivalent', discipline: 'free', programs: 108 });
  expect(certificate.outcomes).toContain('true → 0');
  const found = recheck(harness, sides, certificate, { ...OPTIONS, schedules: 100_000 });
  expect(found).toMatchObject({ contradiction: undefined, enumerated: 216, sampled: 0 });
});

test('two counters that differ in a race have none; and that of others is contradicted', () => {
  const harness = pair(ONE, FAULTY);
  expect(equivalent(harness).made).toMatch(/dec_and_test.* has other outcomes on each side$/);
  const certificate = equivalent(pair(ONE, OTHER)).made as Certificate;
  const { contradiction } = recheck(harness, equivalent(harness).sides, certificate, OPTIONS);
  expect(contradiction).toMatchObject({ side: 'after' });
  expect(contradiction!.what).toMatch(/^it can end with .*, which is not listed$/);
});

test('a sound counter has a certificate of programs of holders, and an unsound one has none', () => {
  const { made, again } = sound(ONE);
  const certificate = made as Certificate;
  expect(certificate).toMatchObject({ claim: 'sound', discipline: 'holders' });
  expect(again(certificate)).toMatchObject({ contradiction: undefined, enumerated: certificate.programs });
  expect(sound(FAULTY).made).toMatch(/dec_and_test can end with .* ✗ (double|use-after)-free$/);
  // Enumeration finds it as well, in the certificate of the sound one.
  const { contradiction } = sound(FAULTY).again(certificate);
  expect(contradiction!.what).toMatch(/✗ (double|use-after)-free, which is not listed$/);
});

test('programs are counted the plain way as often as by arithmetic, each once', () => {
  const harnesses = [pair(ONE, OTHER), harnessOf(smallTarget(smallScheme(), smallScheme()))];
  const sizes = [
    { threads: 1, ops: 3 },
    { threads: 2, ops: 2 },
    { threads: 3, ops: 1 },
  ];
  for (const harness of harnesses) {
    for (const size of sizes) {
      const texts = [...programLines(harness, size)].flatMap((line) =>
        [...line.programs()].map(({ threads }) => `${line.text} ${JSON.stringify(threads.at(-1))}`),
      );
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts.length).toBe(new Scope(harness, size).programs);
    }
  }
});

test('more programs than a list of all their texts would hold', () => {
  const harness = pair(ONE, OTHER);
  const lines = [...programLines(harness, { threads: 3, ops: 5 })];
  const programs = lines.reduce((sum, { length }) => sum + length, 0);
  expect(programs).toBe(new Scope(harness, { threads: 3, ops: 5 }).programs);
  expect(programs).toBeGreaterThan(150_000);
  expect(lines.length).toBeLessThan(10_000);
});

test('the search, which leaves out much, and the list of all outcomes agree about every pair of get and put', () => {
  const sounds: number[][] = [];
  for (const [get, gets] of GETS.entries()) {
    for (const [put, puts] of PUTS.entries()) {
      const subject = counter(`get-${get}-put-${put}`, puts, gets);
      const harness = harnessOf(aloneTarget(pair(subject, subject).target));
      const { verdict } = soundnessOf(harness, harness.subject, SIZE, 10_000);
      const { made } = sound(subject);
      expect(typeof made === 'string', `get ${get}, put ${put}: ${verdict}`).toBe(verdict === 'unsound');
      if (verdict === 'sound') sounds.push([get, put]);
    }
  }
  expect(sounds).toEqual([
    [0, 0],
    [0, 1],
  ]);
});
