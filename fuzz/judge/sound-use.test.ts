import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import type { OracleName } from '../../oracles/oracles.ts';
import type { Counter, CounterOp } from '../../targets/subject/subject.ts';
import { INT_MAX } from '../../targets/subject/values.ts';
import { KEEP, type Word } from '../../targets/subject/word.ts';
import type { Target } from '../../targets/target/target.ts';
import { counterTarget, decided } from '../../test/c/c-subjects.ts';
import { campaignOf } from '../campaign/campaign.ts';
import { parseProgram } from '../case/program-text.ts';
import { replayCase } from '../case/replay-case.ts';
import { answerProgram } from '../check/answer.ts';
import { harnessOf } from '../run/harness.ts';

type Run = CounterOp['run'];

/** A plain counter, with some ops written otherwise. */
function counter(name: string, changes: Readonly<Record<string, Run>> = {}): Counter {
  const plain: Readonly<Record<string, Run>> = {
    inc: (count) => void count.fetchAdd(1, 'relaxed'),
    inc_not_zero: (count) => count.update((old) => (old === 0 ? KEEP : old + 1)) !== 0,
    dec_and_test: (count) => count.fetchSub(1, 'full') === 1,
    ...changes,
  };
  const ops = Object.entries(plain).map(([op, run]): [string, CounterOp] => [op, { arity: 0, run }]);
  return { kind: 'counter', name, about: name, reading: 'signed', ops: Object.fromEntries(ops) };
}

const warn = (count: Word, text: string) => count.warn({ kind: text, text });

const PLAIN = counter('plain');
/** Warns of a put of the last reference but one: whoever holds that may put it. */
const cries = counter('cries', {
  dec_and_test: (count) => {
    const old = count.fetchSub(1, 'full');
    if (old === 2) warn(count, 'nearly gone');
    return old === 1;
  },
});
/** Looks a second time, and takes what others have put since for a count that fell. */
const looksTwice = counter('looks-twice', {
  dec_and_test: (count) => {
    const old = count.fetchSub(1, 'full');
    if (count.load() < old - 1) warn(count, 'the count fell');
    return old === 1;
  },
});
/** Warns of a put that nobody had. */
const right = counter('right', {
  dec_and_test: (count) => {
    const old = count.fetchSub(1, 'full');
    if (old <= 0) warn(count, 'underflow');
    return old === 1;
  },
});
/** Both: the misuse that it rightly warns of must not hide the false alarm. */
const both = counter('both', {
  dec_and_test: (count) => {
    const old = count.fetchSub(1, 'full');
    if (old <= 0) warn(count, 'underflow');
    else if (count.load() < old - 1) warn(count, 'the count fell');
    return old === 1;
  },
});
/** Refuses where a reference is to be had. */
const denies = counter('denies', {
  inc_not_zero: (count) => ![0, 2].includes(count.update((old) => (old === 0 || old === 2 ? KEEP : old + 1))),
});
/** Asks what is left once it has put: two may both be told that they were the last. */
const asksLate = counter('asks-late', {
  dec_and_test: (count) => {
    count.fetchSub(1, 'full');
    return count.load() === 0;
  },
});
/** The same accesses as a loop: the same in all it does. */
const loops = counter('loops', {
  dec_and_test: (count) => count.update((old) => old - 1) === 1,
});

const OUTCOMES: readonly OracleName[] = ['lockstep', 'outcomes'];
const ORDERS: readonly OracleName[] = ['lockstep', 'linearizable', 'conservation', 'sticky'];

function target(subject: Counter, changes: Partial<Target> = {}, reference = PLAIN): Target {
  return counterTarget(reference, subject, { initial: [0, 1, 2, 3, INT_MAX], oracles: OUTCOMES, ...changes });
}

/** As text: `kind judgement` of each signature, by the use that shows it. */
function shown(of: Target): Record<'sound' | 'misuse', string[]> {
  const { signatures, undecided } = decided(of, 2, 2);
  expect(undecided).toBe(0);
  const used = (wanted: string) => {
    const found = Object.values(signatures).filter(({ use }) => use === wanted);
    return [...new Set(found.map(({ divergence: { kind, judgement } }) => `${kind} ${judgement}`))].sort();
  };
  return { sound: used('sound'), misuse: used('misuse') };
}

/** As a counter says that checks afterwards. */
const divisible = (of: Counter): Counter => ({ ...of, documented: of.name });

describe('outcomes of two sources', () => {
  test.each([
    ['a warning of an op alone', cries, ['warning false-alarm']],
    ['a warning that two threads bring about', looksTwice, ['warning false-alarm']],
    ['one beside another that is right', both, ['warning false-alarm']],
    ['a refusal', denies, ['result false-alarm']],
    ['a wrong answer', asksLate, ['result breaks']],
    ['a warning of misuse alone', right, []],
    ['the same in other words', loops, []],
  ])('%s', (_, subject, sound) => {
    expect(shown(target(subject)).sound).toEqual(sound);
    expect(shown(target({ ...subject, documented: 'refcount/v5.5' })).sound).toEqual(sound);
  });

  test('what warns of misuse alone protects, and nothing else is said of it', () => {
    expect(shown(target(right))).toEqual({ sound: [], misuse: ['warning protects'] });
  });

  test('the same in other words differs nowhere', () => {
    const tally = decided(target(loops), 2, 2);
    expect(tally).toMatchObject({ undecided: 0, differing: 0, losing: 0, signatures: {} });
  });

  test('a warning that the reference has as well is no new one, and one that is gone is no alarm', () => {
    expect(shown(target({ ...looksTwice, name: 'again' }, {}, looksTwice))).toEqual({
      sound: [],
      misuse: [],
    });
    const repaired = decided(target(PLAIN, {}, looksTwice), 2, 2);
    expect(Object.keys(repaired.signatures)).toEqual([]);
    expect(repaired.losing).toBeGreaterThan(0);
    expect(shown(target(PLAIN, {}, cries)).sound).toEqual(['warning changes']);
  });

  test('free: nobody asks for the use, and all is judged by outcomes alone', () => {
    const { signatures } = decided(target(divisible(looksTwice), { discipline: 'free' }), 2, 2);
    const judgements = Object.values(signatures).map(({ divergence, use }) => [divergence.judgement, use]);
    expect(new Set(judgements.map(String))).toEqual(new Set(['changes,']));
  });
});

describe('orders of indivisible ops', () => {
  test.each([
    ['a warning that two threads bring about', looksTwice, ['warning false-alarm']],
    ['the same of a counter that checks afterwards', divisible(looksTwice), ['warning false-alarm']],
    ['a wrong answer', asksLate, ['conservation breaks', 'result breaks']],
    [
      'a wrong answer of one that checks afterwards',
      divisible(asksLate),
      ['conservation breaks', 'result breaks'],
    ],
    ['a refusal', denies, ['result false-alarm']],
    ['a warning of misuse alone', right, []],
  ])('%s', (_, subject, sound) => {
    expect(shown(target(subject, { oracles: ORDERS })).sound).toEqual(sound);
  });
});

test('sound use is shown where there is any: it wins over smaller programs of misuse', () => {
  const { signatures } = decided(target(asksLate, { initial: [1, 2] }), 2, 2);
  for (const { use, divergence, rank } of Object.values(signatures))
    expect([use, rank[0]], signatureOf(divergence)).toEqual(use === 'sound' ? ['sound', 0] : ['misuse', 1]);
  expect(Object.values(signatures).map(({ use }) => use)).toContain('sound');
});

describe.each([
  ['outcomes', OUTCOMES],
  ['orders', ORDERS],
])('a campaign and a check say the same, by %s', (_, oracles) => {
  test.each([looksTwice, denies, asksLate, right, loops])('$name', (subject) => {
    const of = target(subject, { oracles });
    const campaign = campaignOf(harnessOf(of), { seed: 1, known: new Set(), limits: { maxOps: 2 } });
    const found = new Map(
      Array.from({ length: 300 }, (_, iteration) => campaign.iterate(iteration))
        .flatMap((findings) => [...findings])
        .map((finding) => [signatureOf(finding.case.expect.divergence), finding]),
    );
    const checked = decided(of, 2, 2).signatures;
    const sound = Object.keys(checked).filter((signature) => checked[signature]!.use === 'sound');
    expect(found.size > 0).toBe(Object.keys(checked).length > 0);
    expect([...found.keys()]).toEqual(expect.arrayContaining(sound));
    for (const finding of found.values())
      expect(replayCase(() => harnessOf(of), finding.case)).toEqual({ kind: 'same' });
  });
});

describe('the answer about one program agrees with itself', () => {
  test('what is new has a signature and a schedule', () => {
    const harness = harnessOf(target(looksTwice));
    const answer = answerProgram(harness, parseProgram(harness, '2: dec_and_test | dec_and_test'), 1e6);
    expect(answer).toMatchObject({ verdict: 'differs', isComplete: true, added: { count: 2 } });
    expect(
      answer.divergences.map(({ divergence, witness }) => [signatureOf(divergence), witness?.schedule]),
    ).toEqual([['dec_and_test-interior-warning-false-alarm', [0, 1, 1, 0]]]);
  });

  test('what differs under misuse hides nothing, but an op that differs in sound use speaks for itself', () => {
    const harness = harnessOf(target(both));
    const answer = answerProgram(harness, parseProgram(harness, '2: dec_and_test | dec_and_test'), 1e6);
    expect(answer.divergences.map(({ divergence }) => divergence.judgement)).toEqual(['false-alarm']);
  });
});

test('what no oracle of the target asks for is neither a divergence nor equivalent', () => {
  const lockstep: readonly OracleName[] = ['lockstep'];
  expect(decided(target(loops, { oracles: lockstep }), 2, 1)).toMatchObject({ undecided: 0, differing: 0 });
  const { undecided, differing } = decided(target(looksTwice, { oracles: lockstep }), 2, 1);
  expect(undecided).toBeGreaterThan(0);
  expect(differing).toBe(0);
});

describe('where both sides were stopped', () => {
  const stops = (name: string, result: 'non-terminating' | 'stack-overflow' | 'trap') =>
    counter(name, {
      inc: (count) => {
        count.fetchAdd(1, 'relaxed');
        return result;
      },
    });

  test.each([
    ['non-terminating', 'non-terminating'],
    ['stack-overflow', 'non-terminating'],
  ] as const)('%s and %s: no program with the op is decided', (one, other) => {
    for (const oracles of [OUTCOMES, ORDERS]) {
      const of = target(stops('after', other), { ops: ['inc'], oracles }, stops('before', one));
      const { programs, undecided } = decided(of, 2, 2);
      expect(undecided).toBe(programs);
      const harness = harnessOf(of);
      const answer = answerProgram(harness, parseProgram(harness, '1: inc | inc'), 1e6);
      expect(answer.isComplete).toBe(false);
      if (one === other) expect(answer.verdict).toBe('unknown');
    }
  });

  test('the other ops are', () => {
    const of = target(stops('after', 'non-terminating'), {}, stops('before', 'non-terminating'));
    const { programs, undecided, differing } = decided(of, 1, 1);
    expect({ undecided, differing }).toEqual({ undecided: programs / 3, differing: 0 });
  });

  test('a trap is what the code does, and no bound of ours', () => {
    const of = target(stops('after', 'trap'), { ops: ['inc'] }, stops('before', 'trap'));
    expect(decided(of, 2, 1)).toMatchObject({ undecided: 0, differing: 0 });
  });

  test('one side alone differs', () => {
    const { undecided, signatures } = decided(
      target(stops('after', 'non-terminating'), { ops: ['inc'] }),
      1,
      1,
    );
    expect(undecided).toBe(0);
    expect(Object.values(signatures).map(({ divergence }) => divergence.kind)).toContain('result');
  });
});
