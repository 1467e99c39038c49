import { describe, expect, test } from 'vitest';
import { type Mishap, NUMBERS, naiveFindings, outcomeOf, run } from '../../test/made-up-workers.ts';
import { naiveCampaign } from '../../test/naive-campaign.ts';

const WORKERS = [1, 2, 4];
const SEEDS = [1, 2, 3, 4, 5, 6];

describe('what a campaign comes to depends on no worker', () => {
  const cases = WORKERS.flatMap((workers) => SEEDS.map((seed) => [workers, seed] as const));

  test.each(cases)('with %i of them, in order %i', async (workers, seed) => {
    const { members, found, rawFindings, workerPool } = await run({
      workers,
      seed,
      limit: 900,
      known: [NUMBERS[3]!],
    });
    expect(workerPool.most).toBe(workers);
    for (const [at, kind] of (['scheme', 'counter'] as const).entries()) {
      const { counts, hits, nonTerminating, entries, seen, effort } = naiveCampaign(kind, 900);
      expect(outcomeOf(members[at]!)).toEqual({ counts, hits, nonTerminating, entries, seen, effort });
      expect(found[at]).toEqual(naiveFindings(kind, 900, new Set([NUMBERS[3]!])));
      expect(found[at]!.length).toBeGreaterThan(5);
      // Nothing is found of which nobody was told before, but what came to light on the way.
      const signatures = found[at]!.map((text) => text.split(' ')[0]!);
      expect(new Set(signatures).size).toBe(signatures.length);
      for (const signature of rawFindings[at]!) expect(signatures).toContain(signature);
    }
  });

  test('nor when they die now and then', async () => {
    const deaths = new Map<string, number>();
    const mishap: Mishap = (job, choices) => {
      const name = JSON.stringify(job.kind === 'search' ? [job.target, job.from] : job.rawFinding);
      const times = deaths.get(name) ?? 0;
      if (times === 2 || choices.below(3) > 0) return undefined;
      deaths.set(name, times + 1);
      return { kind: 'died', how: 'chance', current: undefined };
    };
    for (const seed of SEEDS) {
      deaths.clear();
      const { members, found, crashes } = await run({ workers: 3, seed, mishap });
      expect(crashes.length).toBeGreaterThan(10);
      expect(crashes.some(({ isLeftOut }) => isLeftOut)).toBe(false);
      for (const [at, kind] of (['scheme', 'counter'] as const).entries()) {
        const { entries, effort } = naiveCampaign(kind, 600);
        expect(outcomeOf(members[at]!)).toMatchObject({ entries, effort });
        expect(found[at]).toEqual(naiveFindings(kind, 600, new Set()));
      }
    }
  });
});
