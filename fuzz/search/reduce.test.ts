import { describe, expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { type Novel, Pool } from '../generate/pool.ts';
import { opCount } from '../program/program.ts';
import { harnessOf } from '../run/harness.ts';
import { unpackProgram } from '../run/packed-program.ts';
import { reducedPool } from './reduce.ts';
import { TargetSearch } from './target-search.ts';

function searchOf(name: string): TargetSearch {
  return new TargetSearch(harnessOf(targetLike(name)), { seed: 3, isKnown: () => true });
}

/** The pool of a short search. */
function poolOf(search: TargetSearch, iterations: number): readonly Novel[] {
  const pool = new Pool();
  search.feedback.startFrom(pool.view());
  for (let iteration = 0; iteration < iterations; iteration++) search.iterate(iteration);
  pool.merge(search.feedback.take().novel);
  return pool.entries;
}

/** All that each program of a pool shows. */
function shown(search: TargetSearch, entries: readonly Novel[]): ReadonlyMap<string, ReadonlySet<number>> {
  return new Map(
    entries.map(({ program, features }, at) => {
      const all = search.featuresOf(unpackProgram(search.harness, program), at);
      return [program.join(), new Set([...all, ...features])];
    }),
  );
}

function union(sets: Iterable<ReadonlySet<number>>): number[] {
  return [...new Set([...sets].flatMap((set) => [...set]))].sort((one, other) => one - other);
}

describe.each([
  ['refcount-v5.5', 400],
  ['inet-peer-naive', 80],
])('the reduced pool of %s', (name, iterations) => {
  const search = searchOf(name);
  const entries = poolOf(search, iterations);
  const all = shown(search, entries);
  const kept = reducedPool(search, entries);
  const setsOf = (list: readonly Novel[]) => list.map(({ program }) => all.get(program.join())!);

  test('is smaller, and holds programs of the pool in its order', () => {
    expect(entries.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(entries.length);
    expect(kept.length).toBeGreaterThan(1);
    const texts = entries.map(({ program }) => program.join());
    const places = kept.map(({ program }) => texts.indexOf(program.join()));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(new Set(places).size).toBe(places.length);
  });

  test('shows every feature that the whole pool shows, and no other', () => {
    expect(union(setsOf(kept))).toEqual(union(all.values()));
  });

  test('names for each feature one program that shows it', () => {
    const named = kept.flatMap(({ features }) => features);
    expect(named.toSorted((one, other) => one - other)).toEqual(union(all.values()));
    for (const { program, features } of kept) {
      expect(features.length).toBeGreaterThan(0);
      for (const feature of features) expect(all.get(program.join())).toContain(feature);
    }
  });

  test('holds no program that could be left out', () => {
    const superfluous = kept.filter((one) => {
      const others = new Set(union(setsOf(kept.filter((other) => other !== one))));
      return [...all.get(one.program.join())!].every((feature) => others.has(feature));
    });
    expect(superfluous.map(({ program }) => program.join())).toEqual([]);
  });

  test('has fewer ops than the pool had', () => {
    const ops = (list: readonly Novel[]) =>
      list.reduce((sum, { program }) => sum + opCount(unpackProgram(search.harness, program)), 0);
    expect(ops(kept)).toBeLessThan(ops(entries));
  });

  test('is the same each time', () => {
    expect(reducedPool(searchOf(name), entries)).toEqual(kept);
  });
});

test('a pool of nothing stays one', () => {
  expect(reducedPool(searchOf('refcount-v5.5'), [])).toEqual([]);
});

// A program whose features show under some schedules only: other ones are run now.
test('a feature that does not show again stays with the program that showed it', () => {
  const search = searchOf('refcount-v5.5');
  const [one, other] = poolOf(search, 100) as [Novel, Novel];
  const odd = { program: other.program, features: [57_000] };
  const kept = reducedPool(search, [one, odd]);
  expect(kept.flatMap(({ features }) => features)).toContain(57_000);
  expect(kept.find(({ features }) => features.includes(57_000))!.program).toBe(other.program);
});
