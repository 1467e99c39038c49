import { describe, expect, test } from 'vitest';
import { REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import type { Target } from '../../targets/target/target.ts';
import { parseProgram } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { Model } from './model.ts';
import type { ObservedOutcome } from './observed-outcomes.ts';

const target: Target = {
  name: 'test',
  about: '',
  reference: findSubject('atomic')!,
  subject: findSubject('refcount/v5.5')!,
  threads: 2,
  ops: ['inc', 'read', 'dec_and_test'],
  initial: [0, 1],
  arguments: [],
  oracles: ['lockstep', 'linearizable'],
};
const harness = harnessOf(target);
const UAF = 'addition on 0; use-after-free';

function modelOf(text: string, limit = 1000): Model {
  return new Model(harness.subject, parseProgram(harness, text), limit);
}

/** What `0: inc | read` comes to. */
function seen(read: number, final = REFCOUNT_SATURATED, warnings: string[] = [UAF]): ObservedOutcome {
  return { results: [[undefined], [read]], warnings: [[warnings], [[]]], final, count: 1 };
}

describe('0: inc | read', () => {
  const model = modelOf('0: inc | read');

  test.each([
    ['read first', seen(0), true, [1, 0, 0]],
    ['inc first', seen(REFCOUNT_SATURATED), true, [0, 0, 1]],
    ['read in the window', seen(1), false, [0, 1, 0]],
    ['a value that no access writes', seen(2), false, undefined],
    ['another word at the end', seen(0, 1), false, undefined],
    ['without the warning', seen(0, REFCOUNT_SATURATED, []), false, undefined],
  ])('%s', (_, outcome, isAtomic, schedule) => {
    expect(model.isComplete).toBe(true);
    expect(model.isAtomic(outcome)).toBe(isAtomic);
    const found = model.scheduleOf(outcome);
    expect(found?.length).toBe(schedule?.length);
    if (schedule) expect(modelOf('0: inc | read').scheduleOf(outcome)).toEqual(schedule);
  });
});

test('a program with too many states is not judged', () => {
  const model = modelOf('0: inc, inc | dec_and_test, read', 3);
  expect(model.isComplete).toBe(false);
  expect(model.scheduleOf(seen(1))).toBeUndefined();
});
