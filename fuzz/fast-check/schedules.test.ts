import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MUTANTS } from '../../test/mutants/mutants.ts';
import { parseProgram } from '../case/program-text.ts';
import { costOf } from '../explore/schedule-cost.ts';
import { RandomChoices } from '../program/choices.ts';
import { harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { strictReplay } from '../run/schedulers.ts';
import { pairTarget } from './pair-target.ts';
import { programs } from './programs.ts';
import { runUnder } from './run-under.ts';
import { schedules } from './schedules.ts';

const TWO_STEPS = MUTANTS.find(({ subject }) => subject.name.endsWith('/inc-not-zero-in-two-steps'))!;
const HARNESS = harnessOf(pairTarget(TWO_STEPS.base, TWO_STEPS.subject, { threads: 3 }));

describe('schedules', () => {
  test('fit any program: each run comes to its end, and its schedule can be replayed', () => {
    const property = fc.property(programs(HARNESS, { maxOps: 3 }), schedules(), (program, turns) => {
      const { schedule, subject } = runUnder(HARNESS, program, turns);
      expect(subject.results.map((list) => list.length)).toEqual(program.threads.map((ops) => ops.length));
      const buffer = scheduleBuffer();
      run(new Machine(HARNESS.subject), program, strictReplay(schedule), new RandomChoices(0, 0), buffer);
      expect(scheduleOf(buffer)).toEqual(schedule);
    });
    fc.assert(property, { seed: 1, numRuns: 200 });
  });

  test('without turns do not preempt: thread by thread', () => {
    const program = parseProgram(HARNESS, '1: inc, inc_not_zero | dec | inc_not_zero');
    const { schedule } = runUnder(HARNESS, program, []);
    expect(schedule).toEqual([...schedule].sort());
  });

  test('reach every order of two threads', () => {
    const program = parseProgram(HARNESS, '9: inc, inc | dec, dec');
    const orders = new Set(
      fc
        .sample(schedules(), { seed: 1, numRuns: 1000 })
        .map((turns) => runUnder(HARNESS, program, turns).schedule.join('')),
    );
    expect(orders.size).toBe(6);
  });

  test.each([
    // The last put comes between the look and the addition.
    ['1: inc_not_zero | dec_and_test', 1],
    ['2: dec, inc_not_zero, inc | read, dec_and_test, read | inc, dec', 1],
  ])('shrink to the preemptions that it takes: %s', (text, least) => {
    const program = parseProgram(HARNESS, text);
    const machine = new Machine(HARNESS.subject);
    for (let seed = 0; seed < 20; seed++) {
      const property = fc.property(schedules(), (turns) => {
        const { accesses } = runUnder(HARNESS, program, turns);
        // An object whose last reference went is found alive.
        return !accesses.some(({ call, old, value, first }) => {
          return HARNESS.alphabet.call(call).op === 'inc_not_zero' && !first && old === 0 && value === 1;
        });
      });
      const details = fc.check(property, { seed, numRuns: 5000 });
      expect(details.failed, `seed ${seed}`).toBe(true);
      const { schedule } = runUnder(HARNESS, program, details.counterexample![0]);
      expect(costOf(machine, program, schedule).preemptions).toBe(least);
    }
  });
});
