import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { formatProgram, parseProgram } from '../case/program-text.ts';
import { isProgram, programs } from '../fast-check/programs.ts';
import { type Choices, RandomChoices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS, opCount, type Program } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import type { Limits } from './generate.ts';
import { Mutator } from './mutate.ts';

const COUNTER = harnessOf(targetLike('refcount-v5.5'));
const SCHEME = harnessOf(targetLike('inet-peer-naive'));
const HARNESSES: [string, Harness][] = [
  ['of a counter', COUNTER],
  ['of a scheme', SCHEME],
];
const LARGEST: Limits = { maxThreads: MAX_THREADS, maxOps: MAX_OPS };
const NO_LIMIT = MAX_THREADS * MAX_OPS;

describe('mutants', () => {
  const settings = fc.record({
    maxThreads: fc.integer({ min: 1, max: MAX_THREADS }),
    maxOps: fc.integer({ min: 1, max: MAX_OPS }),
    minThreads: fc.integer({ min: 1, max: 2 }),
    most: fc.integer({ min: 2, max: NO_LIMIT }),
    seed: fc.nat(),
  });

  // The parents may be larger: a pool of an earlier campaign, an iteration that asks for a small program.
  test.each(HARNESSES)('%s are programs within the limits, whatever they come from', (_, harness) => {
    const parents = programs(harness, LARGEST);
    fc.assert(
      fc.property(parents, parents, settings, (one, other, { minThreads, most, seed, ...limits }) => {
        const mutator = new Mutator(harness, limits, minThreads);
        for (let iteration = 0; iteration < 10; iteration++) {
          const made = mutator.mutate(one, other, most, new RandomChoices(seed, iteration));
          expect(isProgram(harness, made)).toBe(true);
          expect(made.threads.length).toBeLessThanOrEqual(limits.maxThreads);
          expect(made.threads.length).toBeGreaterThanOrEqual(Math.min(minThreads, limits.maxThreads));
          for (const ops of made.threads) {
            expect(ops.length).toBeGreaterThan(0);
            expect(ops.length).toBeLessThanOrEqual(limits.maxOps);
          }
          expect(opCount(made)).toBeLessThanOrEqual(most);
          expect(parseProgram(harness, formatProgram(harness, made))).toEqual(made);
        }
      }),
    );
  });

  test.each(HARNESSES)('%s leave their parents as they are', (_, harness) => {
    const parents = programs(harness, LARGEST);
    const mutator = new Mutator(harness, LARGEST, 1);
    fc.assert(
      fc.property(parents, parents, fc.nat(), (one, other, seed) => {
        const before = structuredClone([one, other]);
        const made = mutator.mutate(one, other, NO_LIMIT, new RandomChoices(seed, 0));
        for (const ops of made.threads) (ops as number[]).push(0);
        expect([one, other]).toEqual(before);
      }),
    );
  });

  // Numbers of calls differ from worker to worker: each met them in another order.
  test.each(
    HARNESSES,
  )('%s are the same from the same choices, whatever else the alphabet has', (_, harness) => {
    const parents = programs(harness, LARGEST);
    const texts = (own: Harness, one: string, other: string, seed: number) => {
      const mutator = new Mutator(own, LARGEST, 1);
      const [first, second] = [one, other].map((text) => parseProgram(own, text)) as [Program, Program];
      return Array.from({ length: 10 }, (_, iteration) =>
        formatProgram(own, mutator.mutate(first, second, 20, new RandomChoices(seed, iteration))),
      );
    };
    fc.assert(
      fc.property(parents, parents, fc.nat(), (one, other, seed) => {
        const given = [formatProgram(harness, one), formatProgram(harness, other), seed] as const;
        expect(texts(harnessOf(harness.target), ...given)).toEqual(texts(harness, ...given));
      }),
      { numRuns: 30 },
    );
  });
});

/** Draws that make one change only: of the programs below nothing is drawn between two, but whether to make another one. */
function oneChange(seed: number): Choices {
  const random = new RandomChoices(seed, 0);
  return { below: (bound) => (bound === 2 ? 1 : random.below(bound)) };
}

describe('each kind of change happens', () => {
  const parent = parseProgram(
    COUNTER,
    '1: inc, dec, add(2), set(1) | read, inc_not_zero, dec, set(0), inc | read',
  );
  const other = parseProgram(COUNTER, '2: dec_and_test, dec_if_one, dec_not_one, add(1)');
  const [first, second, third] = parent.threads as [number[], number[], number[]];
  const [foreign] = other.threads as [number[]];
  const mutator = new Mutator(COUNTER, LARGEST, 1);
  const made = Array.from({ length: 20_000 }, (_, seed) =>
    mutator.mutate(parent, other, NO_LIMIT, oneChange(seed)),
  );
  const opsOf = (calls: readonly number[]) => calls.map((call) => COUNTER.alphabet.call(call).op).join();
  const isLike = (one: readonly number[] | undefined, two: readonly number[]) => one?.join() === two.join();
  const isThreads = ({ threads }: Program, ...expected: readonly number[][]) =>
    threads.map((ops) => ops.join()).join(' | ') === expected.map((ops) => ops.join()).join(' | ');
  /** The first thread is another one now; nothing else is. */
  const isFirst = (program: Program, is: (ops: readonly number[]) => boolean) => {
    const [ops, ...rest] = program.threads;
    return program.start === 1 && is(ops!) && isThreads({ start: 1, threads: rest }, second, third);
  };
  const isShorter = (ops: readonly number[]) => first.some((_, at) => isLike(ops, first.toSpliced(at, 1)));

  // So many of them at least: now and then another kind of change comes to the same.
  test.each<[string, number, (program: Program) => boolean]>([
    [
      'an op put in',
      100,
      (one) =>
        isFirst(one, (ops) =>
          ops.slice(0, -1).some((call, at) => !first.includes(call) && isLike(ops.toSpliced(at, 1), first)),
        ),
    ],
    [
      'an op put in at the end',
      200,
      (one) =>
        isFirst(
          one,
          (ops) => isLike(ops.slice(0, -1), first) && ![...first, ...foreign].includes(ops.at(-1)!),
        ),
    ],
    ['an op left out', 100, (one) => isFirst(one, isShorter)],
    ['the only op of a thread left out', 500, (one) => isThreads(one, first, second)],
    [
      'an op replaced',
      20,
      (one) =>
        isFirst(
          one,
          (ops) => isLike(ops.toSpliced(1, 1), first.toSpliced(1, 1)) && opsOf(ops) !== opsOf(first),
        ),
    ],
    [
      'other arguments',
      60,
      (one) => isFirst(one, (ops) => ops[2] !== first[2] && opsOf(ops) === opsOf(first)),
    ],
    [
      'an op moved to another thread',
      20,
      ({ threads: [one, two] }) =>
        isShorter(one!) && two!.length === 6 && two!.some((_, at) => isLike(two!.toSpliced(at, 1), second)),
    ],
    [
      'an op moved within its thread',
      5,
      (one) => isFirst(one, (ops) => isLike(ops, [...first.slice(1), first[0]!])),
    ],
    ['another start', 20, (one) => one.start !== 1 && isThreads(one, first, second, third)],
    ['an op doubled', 50, (one) => isFirst(one, (ops) => isLike(ops, [...first, first[0]!]))],
    ['an op doubled in another thread', 20, (one) => isThreads(one, first, second, [...third, second[3]!])],
    [
      'neighbours exchanged',
      80,
      (one) =>
        isFirst(one, (ops) =>
          isLike(
            ops,
            [1, 0, 2, 3].map((at) => first[at]!),
          ),
        ),
    ],
    ['another thread in the place of one', 50, (one) => isThreads(one, foreign, second, third)],
    [
      'the tail of another thread',
      5,
      (one) => isFirst(one, (ops) => isLike(ops, [first[0]!, ...foreign.slice(2)])),
    ],
    ['a thread of another program', 50, (one) => isThreads(one, first, second, third, foreign)],
    ['a thread less', 50, (one) => isThreads(one, second, third)],
  ])('%s', (_, least, is) => {
    expect(made.filter(is).length).toBeGreaterThan(least);
  });

  test('and sometimes several at once', () => {
    const several = ({ start, threads: [one, two] }: Program) =>
      start !== 1 && !isLike(one, first) && !isLike(two, second);
    const many = Array.from({ length: 300 }, (_, seed) =>
      mutator.mutate(parent, other, NO_LIMIT, new RandomChoices(seed, 0)),
    );
    expect(many.some(several)).toBe(true);
    expect(made.some(several)).toBe(false);
  });
});
