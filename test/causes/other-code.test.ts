import { expect, test } from 'vitest';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { CauseFinder } from '../../fuzz/cause/find-causes.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX } from '../../targets/subject/values.ts';
import { targetLike } from '../mutants/campaigns.ts';

/** Asks after the subtraction who was the last: a race, from every value. And it stays at INT_MAX: another matter. */
const gate: Counter = {
  kind: 'counter',
  name: 'gate',
  about: 'who is inside of a gate',
  reading: 'signed',
  ops: {
    dec_and_test: {
      arity: 0,
      run(count) {
        if (count.load('relaxed') === INT_MAX) return false;
        count.fetchSub(1, 'release');
        return count.load('relaxed') === 0;
      },
    },
  },
};

test('where an op is written in another way, its race is no part of what it does at one value', () => {
  const like = targetLike('refcount-v5.5', {
    subject: gate,
    ops: ['dec_and_test'],
    oracles: ['lockstep', 'outcomes'],
  });
  const harness = harnessOf(like);
  const finder = new CauseFinder(harness);
  const causesIn = (text: string) => {
    const program = parseProgram(harness, text);
    const shown = deciderOf(harness).rawFindings(program)!;
    return new Set([...shown.values()].map(({ divergence }) => finder.causeOf(divergence, program).name));
  };
  expect([...causesIn('INT_MAX: dec_and_test')]).toEqual(['dec_and_test-at-INT_MAX']);
  expect([...causesIn('2: dec_and_test | dec_and_test')]).toEqual(['dec_and_test-in-races']);
});
