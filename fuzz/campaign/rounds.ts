/**
 * How a campaign on one target is divided. Its iterations form rounds, and each round shards, which may run anywhere and
 * in any order. A round starts from what was learnt up to the round before the last: so the one before it may still be
 * under way, and yet no iteration depends on how many workers there are.
 */

/** Shards of a round. */
export const SHARDS = 4;

/** Round r starts from what rounds up to r - LAG have learnt. */
export const LAG = 2;

/** Iterations of a shard: some hundred milliseconds. */
export function shardSize(kind: 'counter' | 'scheme'): number {
  return kind === 'counter' ? 1024 : 32;
}

export function roundSize(kind: 'counter' | 'scheme'): number {
  return SHARDS * shardSize(kind);
}
