import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naiveShare, numbersSeen } from '../../test/naive-campaign.ts';
import { FEATURES, SIGNATURE_FEATURES } from './coverage.ts';
import { type Effort, joinedEffort, NO_EFFORT, type Novel, Pool, SHARES } from './pool.ts';

/** Few features, so that many are met twice; some of them signatures. */
const feature = fc.oneof(fc.nat(30), fc.integer({ min: SIGNATURE_FEATURES, max: SIGNATURE_FEATURES + 5 }));
const novel: fc.Arbitrary<Novel> = fc.record({
  program: fc.array(fc.nat(9), { maxLength: 3 }),
  features: fc.uniqueArray(feature, { minLength: 1, maxLength: 5 }),
});
const novels = fc.array(novel, { maxLength: 30 });

const merged = (...lists: readonly (readonly Novel[])[]) => {
  const pool = new Pool();
  for (const list of lists) pool.merge(list);
  return pool;
};

/** What a pool holds: arrays of so many bytes take long to compare. */
const contents = ({ entries, effort, seen }: Pool) => ({ entries, effort, seen: numbersSeen(seen) });

describe('a pool', () => {
  test('keeps each program that shows what none before it showed, and what that was', () => {
    fc.assert(
      fc.property(novels, (list) => {
        const seen = new Set<number>();
        const kept: Novel[] = [];
        for (const { program, features } of list) {
          const news = features.filter((one) => !seen.has(one));
          for (const one of news) seen.add(one);
          if (news.length > 0) kept.push({ program, features: news });
        }
        const pool = merged(list);
        expect(pool.entries).toEqual(kept);
        expect(numbersSeen(pool.seen)).toEqual([...seen].sort((one, other) => one - other));
        expect(pool.featureCount).toBe(seen.size);
      }),
    );
  });

  test('is the same however what it takes in is divided', () => {
    fc.assert(
      fc.property(novels, fc.nat(30), (list, at) => {
        expect(contents(merged(list.slice(0, at), list.slice(at)))).toEqual(contents(merged(list)));
      }),
    );
  });

  test('is none the wiser for what it has taken in already', () => {
    fc.assert(
      fc.property(novels, novels, (one, other) => {
        expect(contents(merged(one, other, one))).toEqual(contents(merged(one, other)));
      }),
    );
  });

  // Which program a feature is put down to depends on the order, so a campaign has a fixed one.
  test('has seen the same in whatever order it takes things in', () => {
    fc.assert(
      fc.property(novels, novels, (one, other) => {
        expect(numbersSeen(merged(one, other).seen)).toEqual(numbersSeen(merged(other, one).seen));
      }),
    );
    const [a, b] = [
      { program: [1], features: [1, 2] },
      { program: [2], features: [2] },
    ];
    expect(merged([a], [b]).entries.length).toBe(1);
    expect(merged([b], [a]).entries.length).toBe(2);
  });

  test('that is full keeps what it has, and goes on to tell what is new', () => {
    const list = Array.from({ length: 5000 }, (_, at) => ({ program: [at], features: [at] }));
    const pool = merged(list);
    expect(pool.entries).toEqual(list.slice(0, 4096));
    expect(pool.featureCount).toBe(5000);
    expect(pool.view().programs.length).toBe(4096);
  });
});

describe('a view', () => {
  test('stays as it is when the pool grows', () => {
    const pool = merged([{ program: [1], features: [1, SIGNATURE_FEATURES] }]);
    const view = pool.view();
    const before = structuredClone(view);
    pool.merge([{ program: [2], features: [2, SIGNATURE_FEATURES + 1] }]);
    pool.endRound({ fresh: 100, freshNovel: 100, mutated: 100, mutatedNovel: 0 });
    expect(view).toEqual(before);
    expect(pool.view()).not.toEqual(before);
  });

  test('names the programs that were the first to show a signature', () => {
    const pool = merged([
      { program: [1], features: [1] },
      { program: [2], features: [2, SIGNATURE_FEATURES] },
      { program: [3], features: [3, SIGNATURE_FEATURES] },
      { program: [4], features: [FEATURES - 1] },
    ]);
    expect(pool.view().withSignature).toEqual([1, 3]);
  });
});

const effort = fc.tuple(fc.nat(5000), fc.nat(5000), fc.nat(100), fc.nat(100)).map(
  ([fresh, mutated, ofFresh, ofMutated]): Effort => ({
    fresh,
    freshNovel: Math.floor((fresh * ofFresh) / 100),
    mutated,
    mutatedNovel: Math.floor((mutated * ofMutated) / 100),
  }),
);

const shareAfter = (...rounds: readonly Effort[]) => {
  const pool = new Pool();
  for (const round of rounds) pool.endRound(round);
  return pool.view().share;
};

describe('the share of mutated programs', () => {
  test('is half before anything was tried', () => {
    expect(shareAfter()).toBe(SHARES / 2);
    expect(shareAfter(NO_EFFORT)).toBe(SHARES / 2);
  });

  test('is what each kind brings for an iteration, within its bounds', () => {
    fc.assert(
      fc.property(effort, (one) => {
        const share = shareAfter(one);
        expect(share).toBe(naiveShare(one));
        expect(share >= 2 && share <= 12).toBe(true);
      }),
    );
    expect(shareAfter({ fresh: 1000, freshNovel: 0, mutated: 1000, mutatedNovel: 900 })).toBe(12);
    expect(shareAfter({ fresh: 1000, freshNovel: 900, mutated: 1000, mutatedNovel: 0 })).toBe(2);
    expect(shareAfter({ fresh: 1000, freshNovel: 300, mutated: 1000, mutatedNovel: 300 })).toBe(8);
  });

  test('follows what is so now, and forgets what was', () => {
    const mutating = { fresh: 500, freshNovel: 5, mutated: 500, mutatedNovel: 100 };
    const fresh = { fresh: 500, freshNovel: 100, mutated: 500, mutatedNovel: 5 };
    const rounds: Effort[] = Array(20).fill(mutating);
    expect(shareAfter(...rounds)).toBe(12);
    const shares = Array.from({ length: 30 }, (_, count) =>
      shareAfter(...rounds, ...Array(count).fill(fresh)),
    );
    expect(shares).toEqual(shares.toSorted((one, other) => other - one));
    expect(shares.at(-1)).toBeLessThan(4);
  });

  test('does not depend on how a round is divided into parts', () => {
    fc.assert(
      fc.property(effort, effort, effort, (one, other, third) => {
        const joined = joinedEffort(joinedEffort(one, other), third);
        expect(joinedEffort(third, joinedEffort(other, one))).toEqual(joined);
        expect(joinedEffort(joined, NO_EFFORT)).toEqual(joined);
      }),
    );
  });
});
