import { expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { loadTarget } from '../../targets/target/target-file.ts';
import { Pool } from '../generate/pool.ts';
import { harnessOf } from '../run/harness.ts';
import { TargetSearch } from './target-search.ts';

/** All that a shard tells: counts, hits, what was news in which order, and what it learnt. */
function shard(search: TargetSearch, from: number, to: number) {
  search.clear();
  search.feedback.startFrom(new Pool().view());
  const news: string[] = [];
  for (let at = from; at < to; at++)
    search.iterate(at, ({ divergence, program }) =>
      news.push(`${at} ${signatureOf(divergence)} ${JSON.stringify(program.start)}`),
    );
  const hits = [...search.hits].map(([signature, { count }]) => [signature, count]);
  return { counts: { ...search.counts }, hits, news, ...search.feedback.take() };
}

// Two machines that run one shard must say the same, whatever each of them has run before.
test.each([
  'refcount-v4.11',
  'pax',
  'atomic-vs-ideal',
  'inet-peer-naive',
])('%s: a warm search tells what a cold one tells', (name) => {
  const harness = harnessOf(loadTarget(`targets/${name}.yaml`));
  const options = { seed: 3, isKnown: () => false };
  const length = name.startsWith('inet') ? 4 : 64;
  const warm = new TargetSearch(harness, options);
  for (const first of [3, 1, 2]) shard(warm, first * length, (first + 1) * length);
  for (const at of [0, 2]) {
    const cold = new TargetSearch(harnessOf(loadTarget(`targets/${name}.yaml`)), options);
    const told = shard(warm, at * length, (at + 1) * length);
    expect(told).toEqual(shard(cold, at * length, (at + 1) * length));
    expect(told.hits.length).toBeGreaterThan(0);
    expect(told.novel.length).toBeGreaterThan(0);
  }
});
