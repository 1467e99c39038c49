import { expect, test } from 'vitest';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { causesOf } from '../../fuzz/cause/causes-of.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { targetLike } from '../mutants/campaigns.ts';

test('what the known counter shows as well has the cause for which both part from the reference', () => {
  const plain = harnessOf(targetLike('refcount-v5.5'));
  const likeKnown = harnessOf(targetLike('refcount-v5.5', { known: 'refcount-v5.5' }));
  expect(causesOf(likeKnown).partings).toEqual([]);
  for (const text of ['0: inc', '1: dec', '0: inc | read', '1: inc_not_zero | dec']) {
    const program = parseProgram(plain, text);
    const shown = [...deciderOf(plain).rawFindings(program)!.values()];
    expect(shown.length).toBeGreaterThan(0);
    for (const { divergence } of shown) {
      const cause = causesOf(likeKnown).causeOf(divergence, program);
      expect(cause).toEqual(causesOf(plain).causeOf(divergence, program));
      expect(cause.base).toBe('atomic');
    }
  }
});
