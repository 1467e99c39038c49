import { expect, test } from 'vitest';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import type { Finding } from '../minimize/finding.ts';
import { harnessOf } from '../run/harness.ts';
import { campaignOf } from './campaign.ts';

/** A power of two that causes are looked for at, and no program of the first iterations comes to. */
const FAR = 2 ** 20;

test('a subject that throws where only a cause is looked for costs no case', () => {
  const target = targetLike('refcount-v4.11') as Target & { readonly subject: Counter };
  const { inc } = target.subject.ops;
  const ops: Counter['ops'] = {
    ...target.subject.ops,
    inc: {
      arity: 0,
      run(count, a, b) {
        if (count.load('relaxed') === FAR) throw new TypeError('nobody counts so far');
        return inc!.run(count, a, b);
      },
    },
  };
  const harness = harnessOf({ ...target, subject: { ...target.subject, ops } });
  const found: Finding[] = [];
  expect(() => {
    for (const finding of campaignOf(harness, { seed: 1, known: new Set() }).batch(16)) found.push(finding);
  }).toThrow('nobody counts so far');
  expect(found).toHaveLength(1);
  expect(found[0]!.case.cause).toBeUndefined();
  // Undisturbed, the same case carries its cause.
  const [first] = campaignOf(harnessOf(target), { seed: 1, known: new Set() }).batch(16);
  expect(first!.case.cause).toBeDefined();
});
