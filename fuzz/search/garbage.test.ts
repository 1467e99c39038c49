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
 * Bytes. A program itself takes some 500, in lists that whoever keeps it may keep. Measured: 950. An object for each of
 * its twelve runs, or for each op, would be more than the difference.
 */
const MOST_A_PROGRAM = 1_800;
/** Measured: 34. One pair in 17 differs, and is judged: 500 bytes. A closure for each pair is 64. */
const MOST_A_PAIR = 64;

const LOCKSTEP = (iteration: number) => iteration % 16 === 0;

/** A search that has run iterations of its kind so often that nothing in them is new. */
function warmed(name: string, isAsked: (iteration: number) => boolean) {
  const search = new TargetSearch(harnessOf(targetLike(name)), { seed: 1, isKnown: () => true });
  const pool = new Pool();
  search.feedback.startFrom(pool.view());
  for (let iteration = 1; iteration < FIRST; iteration++) search.iterate(iteration);
  const { novel, effort } = search.feedback.take();
  pool.merge(novel);
  pool.endRound(effort);
  search.feedback.startFrom(pool.view());
  const iterations = Array.from({ length: LAST - FIRST }, (_, at) => FIRST + at).filter(isAsked);
  const onNews = () => {};
  const pass = () => {
    for (const iteration of iterations) search.iterate(iteration, onNews);
  };
  for (let times = 0; times < PASSES; times++) pass();
  return { search, iterations, pass };
}

describe('in steady state', () => {
  test.each([
    'refcount-v5.5',
    'pax',
    'v4.11-to-v5.5',
    'v5.5-vs-ideal',
  ])('a program of several threads allocates next to nothing but itself: %s', (name) => {
    const { search, iterations, pass } = warmed(name, (iteration) => !LOCKSTEP(iteration));
    const before = search.counts.programs;
    const { total, most } = allocationsOf(pass);
    expect(search.counts.programs - before).toBe(iterations.length);
    const each = Math.round(total / iterations.length);
    expect(each, `${each} bytes a program:\n${most.join('\n')}`).toBeLessThan(MOST_A_PROGRAM);
    // A profile of nothing would hold nothing.
    expect(each).toBeGreaterThan(100);
  });

  test('a pair in lockstep allocates nothing unless it differs', () => {
    const { search, pass } = warmed('refcount-v5.5', LOCKSTEP);
    const before = search.counts.pairs;
    const { total, most } = allocationsOf(pass);
    const each = total / (search.counts.pairs - before);
    expect(each, `${each} bytes a pair:\n${most.join('\n')}`).toBeLessThan(MOST_A_PAIR);
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
