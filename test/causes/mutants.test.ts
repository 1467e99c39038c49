import { describe, expect, test } from 'vitest';
import { CauseFinder } from '../../fuzz/cause/find-causes.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { targetLike } from '../mutants/campaigns.ts';
import { MUTANTS } from '../mutants/mutants.ts';
import { shownBy } from './shown.ts';

/** A counter and a copy of it with one defect: whatever signatures that comes to, the cause is one, and names the op. */
describe('a counter with one defect has one cause', () => {
  for (const { subject, base, about, oracle } of MUTANTS) {
    if (base.kind !== 'counter' || subject.kind !== 'counter') continue;
    const changed = Object.keys(subject.ops).filter((op) => subject.ops[op] !== (base as Counter).ops[op]);
    test(`${subject.name}: ${about}`, () => {
      const like = targetLike(base.name.replace('/', '-'));
      const ops = like.ops.filter((op) => op in subject.ops);
      const oracles = oracle === 'ordering' ? [oracle] : (['lockstep', 'outcomes'] as const);
      const target = { ...like, ops, reference: base, subject, oracles };
      const harness = harnessOf(target);
      const finder = new CauseFinder(harness);
      const shown = shownBy(harness);
      expect(shown.size).toBeGreaterThan(0);
      const causes = new Map(
        [...shown.values()].map((finding) => {
          const cause = finder.causeOf(finding.divergence, finding.program);
          return [cause.name, cause];
        }),
      );
      expect([...causes.keys()]).toHaveLength(1);
      expect(causes.values().next().value?.ops).toEqual(expect.arrayContaining(changed));
    });
  }
});
