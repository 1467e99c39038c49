import { expect, test } from 'vitest';
import { naiveShards } from '../../test/naive-campaign.ts';
import { LAG, roundStart, SHARDS, shardSize } from './rounds.ts';

const KINDS = ['counter', 'scheme'] as const;

test.each(KINDS)('rounds of a %s are four shards each, and follow each other without a gap', (kind) => {
  for (let round = 0; round < 40; round++) {
    const shards = naiveShards(kind, round, Number.POSITIVE_INFINITY);
    expect(shards.length).toBe(SHARDS);
    expect(roundStart(kind, round)).toBe(shards[0]![0]);
    for (const [from, to] of shards) expect(to - from).toBe(shardSize(kind, round));
    expect(roundStart(kind, round + 1)).toBe(shards.at(-1)![1]);
  }
});

// A campaign of months: no loop over its rounds, and no number that is not exact.
test.each(KINDS)('rounds of a %s stay whole numbers, however many there are', (kind) => {
  for (const round of [1e6, 1e9, 1e11]) {
    const start = roundStart(kind, round);
    expect(Number.isSafeInteger(start)).toBe(true);
    expect(roundStart(kind, round + 1) - start).toBe(SHARDS * shardSize(kind, round));
  }
});

// Stored campaigns depend on these: a change needs another version of the format.
test('the sizes are what stored campaigns were divided by', () => {
  expect(KINDS.map((kind) => [0, 1, 2, 3, 4, 5].map((round) => shardSize(kind, round)))).toEqual([
    [64, 128, 256, 512, 1024, 1024],
    [4, 8, 16, 32, 32, 32],
  ]);
  expect(LAG).toBe(2);
});
