import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { INT_MAX } from '../../targets/subject/values.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { everyRun } from '../../test/naive.ts';
import { programOf } from '../case/program-text.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { comparePair } from '../judge/lockstep.ts';
import { opCount, type Program } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { EMPTY_TALLY, joined, ScopeChecker, type ScopeTally } from './check-scope.ts';
import type { ScopeSize } from './scope.ts';

const COUNTER = targetLike('refcount-v5.5', {
  ops: ['inc', 'inc_not_zero', 'dec_and_test'],
  arguments: [],
  initial: [0, 1, 2, INT_MAX],
});
const SCHEME = targetLike('inet-peer-now', { ops: ['lookup', 'put', 'gc'] });
const SIZE = { threads: 2, ops: 2 };
const PLENTY = 1e6;

describe('the tally of a scope is the same however it is cut into parts and whoever decides them', () => {
  /** @param look what is compared of two tallies */
  const isSame = (
    target: typeof COUNTER,
    limit: number,
    look: (tally: ScopeTally) => Partial<ScopeTally> = (tally) => tally,
  ) => {
    const newChecker = () => new ScopeChecker(harnessOf(target), SIZE, limit);
    const checker = newChecker();
    const { programs } = checker.scope;
    const whole = checker.check(0, programs);
    expect(whole.programs).toBe(programs);
    expect(whole.undecided > 3).toBe(limit !== PLENTY);
    if (target === SCHEME) expect(whole.losing).toBeGreaterThan(3);
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: programs }), { maxLength: 5 });
    const property = fc.property(cuts, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (cut, order) => {
      const edges = [0, ...[...cut].sort((one, other) => one - other), programs];
      const parts = edges
        .slice(1)
        .map((to, at) => ({ from: edges[at]!, to, place: order[at % order.length]! }));
      parts.sort((one, other) => one.place - other.place);
      const workers = [checker, newChecker(), newChecker()];
      const tallies = parts.map(({ from, to, place }) => sent(workers[place % 3]!.check(from, to)));
      expect(look(tallies.reduce(joined, EMPTY_TALLY))).toEqual(look(whole));
      expect(look(joinedByHalves(tallies))).toEqual(look(whole));
    });
    // First the whole again by the same checker, then the second part before the first by another.
    const examples: [number[], number[]][] = [
      [[], [0, 0, 0, 0, 0, 0]],
      [[89], [5, 2, 0, 0, 0, 0]],
    ];
    fc.assert(property, { numRuns: 12, seed: 1, examples });
  };

  const ofAnswers = ({ states, transitions, ...rest }: ScopeTally) => rest;
  const answers = 'all but how many states were visited';
  test(`of a counter: ${answers}`, () => isSame(COUNTER, PLENTY, ofAnswers));
  test(`of a counter, of which much is undecided: ${answers}`, () => isSame(COUNTER, 14, ofAnswers));
  test(`of a scheme, with outcomes that are lost: ${answers}`, () => isSame(SCHEME, PLENTY, ofAnswers));

  // also where the registers tell them apart.
  test('of a counter', () => isSame(COUNTER, PLENTY));

  // so the states of a program, and whether these are too many, depend on the programs before it.
  test('of a scheme', () => isSame(SCHEME, PLENTY));
  test('of a scheme, of which much is undecided', () => isSame(SCHEME, 40));
});

/** As a worker sends it, and a journal keeps it. */
function sent(tally: ScopeTally): ScopeTally {
  return JSON.parse(JSON.stringify(tally)) as ScopeTally;
}

function joinedByHalves(tallies: readonly ScopeTally[]): ScopeTally {
  if (tallies.length === 0) return EMPTY_TALLY;
  if (tallies.length === 1) return tallies[0]!;
  const half = tallies.length >> 1;
  return joined(joinedByHalves(tallies.slice(half)), joinedByHalves(tallies.slice(0, half)));
}

/** The signatures of each program of the scope, found by running it in every order and under every schedule. */
function naiveSignatures(
  harness: Harness,
  { scope }: ScopeChecker,
): { program: Program; signatures: Set<string> }[] {
  return Array.from({ length: scope.programs }, (_, number) => {
    const program = scope.program(number);
    return {
      program,
      signatures: new Set([...stepwiseSignatures(harness, program), ...runSignatures(harness, program)]),
    };
  });
}

/** Op by op, from either value after a divergence. */
function stepwiseSignatures(harness: Harness, { start, threads }: Program): string[] {
  return threads.flatMap(([call, ...later], thread) => {
    if (call === undefined) return [];
    const { divergences, reference, subject } = comparePair(harness, call, start as number);
    const rest = threads.with(thread, later);
    const after = [reference.value, subject.value].flatMap((value) =>
      stepwiseSignatures(harness, { start: value, threads: rest }),
    );
    return [...divergences.map(signatureOf), ...after];
  });
}

function runSignatures(harness: Harness, program: Program): string[] {
  const machine = new Machine(harness.subject);
  const signatures: string[] = [];
  everyRun(machine, program, {
    end(schedule) {
      const buffer = { threads: Uint8Array.from(schedule), length: schedule.length };
      signatures.push(...judgeRun(harness, machine, buffer).map(signatureOf));
    },
  });
  return signatures;
}

describe('the signatures of a scope are those that running each of its programs gives', () => {
  const SMALL: readonly (readonly [string, typeof COUNTER, ScopeSize])[] = [
    ['2 threads × 2 ops', COUNTER, SIZE],
    ['3 threads × 1 op', COUNTER, { threads: 3, ops: 1 }],
    [
      '2 threads × 1 op, more ops and starts',
      targetLike('refcount-v5.5', { arguments: [0, 2, INT_MAX] }),
      { threads: 2, ops: 1 },
    ],
    [
      '2 threads × 2 ops of another generation',
      targetLike('v4.11-to-v5.5', { ops: ['inc', 'dec_and_test', 'dec_not_one'], initial: [0, 1, -2] }),
      SIZE,
    ],
  ];

  test.each(SMALL)('%s', (_, target, size) => {
    const harness = harnessOf(target);
    const checker = new ScopeChecker(harness, size, PLENTY);
    const tally = checker.check(0, checker.scope.programs);
    const naive = naiveSignatures(harness, checker);
    const expected = new Set(naive.flatMap(({ signatures }) => [...signatures]));
    expect(Object.keys(tally.signatures).sort()).toEqual([...expected].sort());
    expect(tally.differing).toBe(naive.filter(({ signatures }) => signatures.size > 0).length);
    expect(tally.undecided).toBe(0);

    for (const [signature, { divergence, program, rank }] of Object.entries(tally.signatures)) {
      expect(signatureOf(divergence)).toBe(signature);
      const kept = programOf(harness, program);
      expect(rank.slice(0, 3), signature).toEqual([0, opCount(kept), kept.threads.length]);
      expect([...stepwiseSignatures(harness, kept), ...runSignatures(harness, kept)], signature).toContain(
        signature,
      );
      const sizes = naive
        .filter(({ signatures }) => signatures.has(signature))
        .map((one) => opCount(one.program));
      expect(opCount(kept), signature).toBeLessThanOrEqual(Math.min(...sizes));
      // An op that diverges by itself is kept alone, with the value that it met in some program.
      if (opCount(kept) > 1) expect(opCount(kept), signature).toBe(Math.min(...sizes));
    }
  });
});
