import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JUDGEMENTS } from '../../oracles/divergence.ts';
import { MUTANTS } from '../../test/mutants/mutants.ts';
import { formatProgram, parseProgram } from '../case/program-text.ts';
import { opCount, type Program } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { examiner } from './examine.ts';
import { calls, ops } from './ops.ts';
import { pairTarget } from './pair-target.ts';
import { programs } from './programs.ts';
import { toleratedSignatures } from './tolerated-signatures.ts';

const REFCOUNT = harnessOf(pairTarget('atomic', 'refcount/v5.5', { threads: 3 }));
const PEER = harnessOf(pairTarget('inet-peer', 'inet-peer-biased', { threads: 3 }));

/** A mutant against the sound subject that it was made of. */
function planted(name: string): Harness {
  const mutant = MUTANTS.find(({ subject }) => subject.name.endsWith(`/${name}`))!;
  return harnessOf(pairTarget(mutant.base, mutant.subject));
}

describe('programs', () => {
  test.each([
    ['of a counter', REFCOUNT],
    ['of a scheme', PEER],
  ])('%s keep their limits and are what their text says', (_, harness) => {
    const property = fc.property(
      programs(harness, { minThreads: 2, maxThreads: 3, maxOps: 4 }),
      (program) => {
        expect(program.threads.length).toBeGreaterThanOrEqual(2);
        expect(program.threads.length).toBeLessThanOrEqual(3);
        for (const thread of program.threads) expect(thread.length).toBeLessThanOrEqual(4);
        expect(parseProgram(harness, formatProgram(harness, program))).toEqual(program);
        expect(fc.stringify(program)).toBe(formatProgram(harness, program));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test('are the same from the same seed', () => {
    const texts = () =>
      fc
        .sample(programs(harnessOf(REFCOUNT.target)), { seed: 7, numRuns: 50 })
        .map((program) => fc.stringify(program));
    expect(texts()).toEqual(texts());
  });

  test('never shrink below the number of threads that was asked for', () => {
    const property = fc.property(programs(REFCOUNT, { minThreads: 2 }), () => false);
    const { counterexample } = fc.check(property, { seed: 1 });
    expect(fc.stringify(counterexample![0])).toBe('0: read | read');
  });

  test('that a user gives as examples shrink too, and others are not taken for programs', () => {
    const program = parseProgram(REFCOUNT, '7: inc, add(5), read | dec | read');
    const property = fc.property(programs(REFCOUNT), ({ threads }) => {
      return !threads.flat().some((call) => REFCOUNT.alphabet.call(call).op === 'add');
    });
    const { counterexample } = fc.check(property, { examples: [[program]], numRuns: 1 });
    expect(fc.stringify(counterexample![0])).toBe('0: add(0)');
    const arbitrary = programs(REFCOUNT);
    for (const other of [undefined, {}, { start: 'idle', threads: [[0]] }, { start: 0, threads: [[]] }])
      expect(arbitrary.canShrinkWithoutContext(other)).toBe(false);
  });
});

// fast-check's own commands leave 2.05 ops on average of such a bug of one op, and 3.30 of one of two.
describe('a failing program shrinks to as few ops as there can be, from each of 60 seeds', () => {
  test.each([
    ['one op at one value', 'saturates-at-int-max', 1],
    ['one op at one value, of which there is another way round', 'dec-not-one-takes-one', 1],
    ['a race of two', 'inc-not-zero-in-two-steps', 2],
  ])('%s: %s', (_, name, optimum) => {
    const harness = planted(name);
    const examine = examiner(harness, toleratedSignatures(harness.target, [], ['transient']));
    const isEqual = (program: Program) => examine(program).kind === 'equal';
    const left = Array.from({ length: 60 }, (_, at) => {
      const details = fc.check(fc.property(programs(harness, { maxOps: 6 }), isEqual), {
        seed: at + 1,
        numRuns: 20_000,
      });
      expect(details.failed, `seed ${at + 1}: not met`).toBe(true);
      return opCount(details.counterexample![0]);
    });
    expect(left).toEqual(left.map(() => optimum));
  });
});

describe('ops', () => {
  test('are texts that the alphabet reads, of every op of the target', () => {
    const sample = fc.sample(ops(REFCOUNT), { seed: 1, numRuns: 500 });
    for (const text of sample) expect(REFCOUNT.alphabet.format(REFCOUNT.alphabet.parse(text))).toBe(text);
    const names = new Set(sample.map((text) => text.split('(')[0]));
    expect([...names].sort()).toEqual([...REFCOUNT.target.ops].sort());
  });

  test('shrink to simpler arguments, and to ops without any', () => {
    const shrunk = (holds: (text: string) => boolean) =>
      fc.check(fc.property(ops(REFCOUNT), holds), { seed: 3, numRuns: 1000 }).counterexample?.[0];
    expect(shrunk((text) => !text.startsWith('add('))).toBe('add(0)');
    expect(shrunk((text) => !/^add\([2-9]/.test(text))).toBe('add(2)');
    expect(shrunk(() => false)).toBe(REFCOUNT.target.ops[0]);
  });

  test('as calls are the same ones', () => {
    const options = { seed: 5, numRuns: 100 };
    const texts = fc.sample(calls(REFCOUNT), options).map((call) => REFCOUNT.alphabet.format(call));
    expect(texts).toEqual(fc.sample(ops(REFCOUNT), options));
  });
});

test('every judgement can be accepted as a whole', () => {
  const signatures = toleratedSignatures(REFCOUNT.target, ['lost-outcomes'], JUDGEMENTS);
  expect(signatures.has('inc-zero-value-breaks')).toBe(true);
  expect(signatures.has('lost-outcomes')).toBe(true);
  expect(() => toleratedSignatures(REFCOUNT.target, [], ['brakes' as 'breaks'])).toThrow(
    'unknown judgement "brakes"; did you mean "breaks"?',
  );
});
