import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PartDone } from '../../convert/search/part.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import { PROTOCOLS, searchHere } from './search-here.ts';

const SIZE = { threads: 2, ops: 2 };

test('a search says the same on threads, and when it goes on from what an earlier one has decided', async () => {
  const { data, result } = await searchHere(join(PROTOCOLS, 'plain.c'), SIZE);
  const kept = new Map<string, PartDone>();
  const options = { scope: SIZE, limit: 100_000 };
  const keep = (key: string, done: PartDone) => void kept.set(key, done);
  const onThreads = await new ConversionSearch(data, { ...options, workers: 2, keep }).run();
  expect(onThreads.decided).toEqual(result.decided);
  expect(onThreads.forbidden).toBe(result.forbidden);
  expect(onThreads.refutations).toEqual(result.refutations);

  const half = new Map([...kept].filter((_, at) => at % 2 === 0));
  const again: string[] = [];
  const resumed = await new ConversionSearch(data, {
    ...options,
    workers: 0,
    kept: half,
    keep: (key) => void again.push(key),
  }).run();
  expect(resumed.decided).toEqual(result.decided);
  expect(resumed.refutations).toEqual(result.refutations);
  expect(half.size).toBeGreaterThan(0);
  // Parts end in any order on threads, so what was decided anew is compared as a set.
  expect(again.toSorted()).toEqual([...kept.keys()].filter((key) => !half.has(key)).toSorted());
});

test('a search that is ended has decided nothing', async () => {
  const { data } = await searchHere(join(PROTOCOLS, 'plain.c'), { threads: 1, ops: 1 });
  const signal = AbortSignal.abort();
  const result = await new ConversionSearch(data, { scope: SIZE, limit: 100_000, workers: 0, signal }).run();
  expect(result.scope).toBeUndefined();
  expect(result.decided.filter(({ kind }) => kind === 'equivalent')).toEqual([]);
});
