import fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { RandomChoices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import { harnessOf } from '../run/harness.ts';
import { generateProgram } from './generate.ts';
import { ProgramGenerator } from './program-generator.ts';

// The last one has three calls: too few for a swarm.
const HARNESSES = [
  ...['refcount-v5.5', 'pax', 'atomic-vs-ideal', 'inet-peer-biased', 'ip-vs-dest-now'].map((name) =>
    harnessOf(targetLike(name)),
  ),
  harnessOf(targetLike('refcount-v5.5', { ops: ['inc', 'dec', 'read'] })),
];
const LIMITS = fc.record({
  maxThreads: fc.integer({ min: 1, max: MAX_THREADS }),
  maxOps: fc.integer({ min: 1, max: MAX_OPS }),
});

test.each(HARNESSES)('the generator draws what generateProgram draws: $target.name', (harness) => {
  const generator = new ProgramGenerator(harness);
  fc.assert(
    fc.property(LIMITS, fc.integer({ min: 1, max: 2 }), fc.nat(), (limits, minThreads, seed) => {
      const [one, other] = [new RandomChoices(seed, 0), new RandomChoices(seed, 0)];
      // Several in a row: what one leaves behind must not show in the next.
      for (let times = 0; times < 5; times++) {
        expect(generator.program(limits, minThreads, one)).toEqual(
          generateProgram(harness, limits, minThreads, other),
        );
      }
      expect(one.below(2 ** 31)).toBe(other.below(2 ** 31));
    }),
    { numRuns: 300 },
  );
});
