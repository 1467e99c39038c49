import { describe, expect, test } from 'vitest';
import { allocationsOf } from '../../test/allocations.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { Pool } from '../generate/pool.ts';
import { harnessOf } from '../run/harness.ts';
import { TargetSearch } from './target-search.ts';

/*
 * What a search of a counter allocates for programs of which it has met everything before: they are run again and again,
 * until trees and tables have all that they need and V8 has compiled what is hot. What is left is what every program of
 * a campaign costs, for all time; what is new costs more, once.
 */
const FIRST = 400;
const LAST = 800;
const PASSES = 14;

/**
 * By what an iteration does: bytes for each of its units. A program itself takes some 500, in lists that whoever keeps it
 * may keep. A closure takes 64, so none may be made for a run, for an op or for a pair.
 */
const KINDS = {
  /** Measured: 800 to 900. */
  decided: { unit: 'programs', most: 1_200 },
  /** A program under twelve schedules. Measured: 900 to 1200. */
  sampled: { unit: 'programs', most: 1_600 },
  /** Measured: 34. One pair in 17 differs, and is judged: 500 bytes. */
  lockstep: { unit: 'pairs', most: 60 },
} as const;
type IterationKind = keyof typeof KINDS;

/** Runs an iteration. @returns what it did */
function kindOf(search: TargetSearch, iteration: number): IterationKind {
  const { pairs, schedules } = search.counts;
  search.iterate(iteration);
  if (search.counts.pairs > pairs) return 'lockstep';
  return search.counts.schedules > schedules ? 'sampled' : 'decided';
}

/** A search with a pool, and what its iterations do. */
function warmed(name: string) {
  const search = new TargetSearch(harnessOf(targetLike(name)), { seed: 1, isKnown: () => true });
  const pool = new Pool();
  search.feedback.startFrom(pool.view());
  for (let iteration = 1; iteration < FIRST; iteration++) search.iterate(iteration);
  const { novel, effort } = search.feedback.take();
  pool.merge(novel);
  pool.endRound(effort);
  search.feedback.startFrom(pool.view());
  const kinds = new Map<IterationKind, number[]>();
  for (let iteration = FIRST; iteration < LAST; iteration++) {
    const kind = kindOf(search, iteration);
    kinds.set(kind, [...(kinds.get(kind) ?? []), iteration]);
  }
  return { search, kinds };
}

describe.each(['refcount-v5.5', 'pax', 'v5.5-vs-ideal'])('in steady state, a search of %s', (name) => {
  const { search, kinds } = warmed(name);
  const onNews = () => {};

  test.each(Object.keys(KINDS) as IterationKind[])('allocates next to nothing: %s', (kind) => {
    const { unit, most } = KINDS[kind];
    const iterations = kinds.get(kind)!;
    const pass = () => {
      for (const iteration of iterations) search.iterate(iteration, onNews);
    };
    for (let times = 0; times < PASSES; times++) pass();
    const before = search.counts[unit];
    const allocated = allocationsOf(pass);
    const each = Math.round(allocated.total / (search.counts[unit] - before));
    expect(each, `${each} bytes for each of the ${unit}:\n${allocated.most.join('\n')}`).toBeLessThan(most);
    // A profile of nothing would hold nothing.
    expect(allocated.total).toBeGreaterThan(10_000);
  });
});

test('what is allocated is seen: a list for each program is', () => {
  const lists: number[][] = [];
  const { total, most } = allocationsOf(() => {
    for (let list = 0; list < 1_000; list++) lists.push([list, list, list, list]);
  });
  // A header of four words for the list, one of two for its cells, and four cells.
  expect(total).toBeGreaterThan(1_000 * 60);
  expect(total).toBeLessThan(1_000 * 200);
  expect(most.join()).toContain('garbage.test');
});
