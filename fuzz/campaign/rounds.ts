/**
 * How a campaign on one target is divided. Its iterations form rounds, and each round shards, which may run anywhere and
 * in any order. A round starts from what was learnt up to the round before the last: so the one before it may still be
 * under way, and yet no iteration depends on how many workers there are.
 */

/**
 * Shards of a round. Fixed, whatever the number of workers: what a shard learns by itself depends on where it begins.
 * With two rounds under way eight workers have something to do; more take shards of other targets.
 */
export const SHARDS = 4;

/** Round r starts from what rounds up to r - LAG have learnt. (A snapshot keeps what two rounds start from.) */
export const LAG = 2;

/** Iterations of a shard, some hundred milliseconds' worth; and of the first round, whose code is cold. */
const FULL = { counter: 1024, scheme: 32 };
const FIRST = { counter: 64, scheme: 4 };

/** A scheme's iteration takes some thirty times as long as a counter's. */
export type Kind = keyof typeof FULL;

/**
 * Iterations of each shard of a round: the first rounds are short, so that every target soon has had a turn.
 *
 *     counter, rounds 0 to 5: 64 128 256 512 1024 1024     scheme: 4 8 16 32 32 32
 *
 * The bound of the exponent keeps it finite for rounds far out.
 */
export function shardSize(kind: Kind, round: number): number {
  return Math.min(FULL[kind], FIRST[kind] * 2 ** Math.min(round, 20));
}

/**
 * The first iteration of a round.
 *
 *     counter, rounds 0 to 5: 0 256 768 1792 3840 7936
 */
export function roundStart(kind: Kind, round: number): number {
  const growing = Math.min(round, Math.ceil(Math.log2(FULL[kind] / FIRST[kind])));
  let shard = 0;
  for (let one = 0; one < growing; one++) shard += shardSize(kind, one);
  return SHARDS * (shard + (round - growing) * FULL[kind]);
}
