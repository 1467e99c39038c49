import { describe, expect, test } from 'vitest';
import { checkEquivalence } from '../../fuzz/fast-check/equivalence.ts';
import { pairTarget } from '../../fuzz/fast-check/pair-target.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { MUTANTS } from './mutants.ts';

const SEEDS = [1, 2, 3];
/** Windows that the sound subject documents are no news. */
const OPTIONS = { accepted: ['transient'] } as const;
/** The order between threads is asked under the kernel's memory model alone, which this does not take. */
const SHOWN = MUTANTS.filter(({ oracle }) => oracle !== 'ordering');

describe('a mutant is not equivalent to what it was made of, and two ops or one say why', () => {
  test.each(SHOWN.map((mutant) => [mutant.subject.name, mutant] as const))('%s', (_, { base, subject }) => {
    const harness = harnessOf(pairTarget(base, subject));
    for (const seed of SEEDS) {
      const found = checkEquivalence(harness, { ...OPTIONS, seed, known: ['lost-outcomes', 'new-outcomes'] });
      expect(found.kind, `seed ${seed}`).toBe('differs');
      if (found.kind !== 'differs') return;
      expect(found.case.program.threads.flat().length).toBeLessThanOrEqual(2);
      expect(found.signature).not.toContain('transient');
    }
  });
});

describe('what it was made of is equivalent to itself', () => {
  const bases = new Map(MUTANTS.map(({ base }) => [base.name, base]));

  test.each([...bases])('%s', (_, base) => {
    const harness = harnessOf(pairTarget(base, { ...base }));
    for (const seed of SEEDS) {
      const found = checkEquivalence(harness, { ...OPTIONS, seed });
      expect(found).toEqual({ kind: 'equivalent', programs: 1000, undecided: 0 });
    }
  });
});
