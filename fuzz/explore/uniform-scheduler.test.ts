import fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { MUTANTS } from '../../test/mutants/mutants.ts';
import { programs } from '../../test/naive.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { uniformBelow, uniformNumberBelow } from './interleavings.ts';
import { UniformSchedules, uniformScheduler } from './uniform-scheduler.ts';

const LOOPING = MUTANTS.find(({ subject }) => subject.name.endsWith('/inc-by-load-and-store'))!.subject;
const HARNESSES = [
  harnessOf(targetLike('refcount-v5.5')),
  harnessOf(targetLike('refcount-v4.11')),
  harnessOf({ ...targetLike('refcount-v5.5'), subject: LOOPING }),
];

/** The schedules that a scheduler draws for a program, one after the other. */
function drawn(machine: Machine, program: Program, scheduler: Scheduler | undefined, seed: number) {
  const choices = new RandomChoices(seed, 0);
  const buffer = scheduleBuffer();
  const schedules = Array.from({ length: scheduler ? 4 : 0 }, () => {
    run(machine, program, scheduler!, choices, buffer);
    return scheduleOf(buffer);
  });
  // What is drawn next says how much was drawn.
  return { schedules, next: choices.below(2 ** 31) };
}

test.each(
  HARNESSES,
)('schedules in arrays are those of the plain scheduler: $subject.subject.name', (harness) => {
  const machine = new Machine(harness.subject);
  const uniform = new UniformSchedules(machine);
  const met = { drawn: 0, none: 0 };
  fc.assert(
    fc.property(programs(harness, 4, 3), fc.nat(), (program, seed) => {
      const plain = uniformScheduler(machine, program);
      met[plain ? 'drawn' : 'none']++;
      const expected = drawn(machine, program, plain, seed);
      const scheduler = uniform.of(program);
      expect(scheduler === undefined).toBe(plain === undefined);
      expect(drawn(machine, program, scheduler, seed)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
  expect(met.drawn).toBeGreaterThan(50);
  expect(met.none).toBeGreaterThan(20);
});

test('a number below a bound is the one that big integers give, of the same draws', () => {
  const bound = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 31 + 5 }),
    fc.maxSafeInteger().map((one) => Math.max(1, Math.abs(one))),
    fc.constantFrom(2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1),
  );
  fc.assert(
    fc.property(bound, fc.nat(), (below, seed) => {
      const [one, other] = [new RandomChoices(seed, 0), new RandomChoices(seed, 0)];
      expect(uniformNumberBelow(below, one)).toBe(Number(uniformBelow(BigInt(below), other)));
      expect(one.below(2 ** 31)).toBe(other.below(2 ** 31));
    }),
    { numRuns: 1_000 },
  );
});
