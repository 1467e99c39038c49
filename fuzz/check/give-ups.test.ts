import { expect, test } from 'vitest';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { harnessOf } from '../run/harness.ts';
import { answerProgram } from './answer.ts';
import { ScopeChecker } from './check-scope.ts';

/** A counter that is stopped in `inc` at 5, and at 7 if it is `early`; what stands there for an op that never returns. */
function stopped(name: string, isEarly: boolean): Counter {
  return {
    kind: 'counter',
    name,
    reading: 'signed',
    about: '',
    ops: {
      inc: {
        arity: 0,
        run: (count) => {
          const old = count.fetchAdd(1, 'relaxed');
          return old === 5 || (isEarly && old === 7) ? 'non-terminating' : undefined;
        },
      },
      read: { arity: 0, run: (count) => count.load('relaxed') },
    },
  };
}

const target: Target = {
  name: 'stopped',
  about: '',
  reference: stopped('before', true),
  subject: stopped('after', false),
  threads: 2,
  ops: ['inc', 'read'],
  initial: [0, 4],
  arguments: [],
  oracles: ['lockstep', 'outcomes'],
};
const harness = harnessOf(target);
const call = (text: string) => harness.alphabet.parse(text);

test('two sides that are stopped at the same place are undecided, and nothing else is', () => {
  const verdict = (start: number) =>
    answerProgram(harness, { start, threads: [[call('inc')], [call('read')]] }, 1000).verdict;
  expect(verdict(4)).toBe('equivalent');
  expect(verdict(5)).toBe('unknown');
  // The reference alone is stopped there.
  expect(verdict(7)).toBe('differs');
  expect(verdict(0)).toBe('equivalent');
});

test('of a scope they are counted, whatever was decided before them', () => {
  // From 4 a program comes to 5 if it has two incs: two in one thread with up to one op beside, or one in each.
  const whole = new ScopeChecker(harness, { threads: 2, ops: 2 }, 1000);
  const tally = whole.check(0, whole.scope.programs);
  const incs = (number: number) => {
    const { start, threads } = whole.scope.program(number);
    return start === 4 && threads.flat().filter((one) => one === call('inc')).length > 1;
  };
  const expected = Array.from({ length: whole.scope.programs }, (_, number) => number).filter(incs);
  expect(tally.undecided).toBe(expected.length);
  const later = new ScopeChecker(harness, { threads: 2, ops: 2 }, 1000);
  const [last] = expected.slice(-1);
  expect(later.check(last!, last! + 1).undecided).toBe(1);
});
