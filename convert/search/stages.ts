import type { ScopeSize } from '../../fuzz/check/scope.ts';

/** One op of one thread, one of each of two, two of each, and then all: nearly everything that is wrong shows in few ops. */
export function stagesTo({ threads, ops }: ScopeSize): ScopeSize[] {
  const wanted = [
    { threads: 1, ops: 1 },
    { threads: 2, ops: 1 },
    { threads: 2, ops: 2 },
    { threads, ops },
  ];
  const stages: ScopeSize[] = [];
  for (const size of wanted) {
    const fits = size.threads <= threads && size.ops <= ops;
    if (fits && !stages.some((known) => sameSize(known, size))) stages.push(size);
  }
  return stages;
}

/** Whether two scopes are one; nothing is none. */
export function sameSize(one: ScopeSize | undefined, other: ScopeSize): boolean {
  return one?.threads === other.threads && one.ops === other.ops;
}

/** What lies in both. */
export function smallerOf(one: ScopeSize, other: ScopeSize): ScopeSize {
  return { threads: Math.min(one.threads, other.threads), ops: Math.min(one.ops, other.ops) };
}

/**
 * How many times more candidates each batch has than the one before it, in a scope that is not decided for all at once.
 *
 *     2 × 1      undefined: all at once
 *     2 × 2      without end: the simplest, as somebody waits for it, and then all others
 *     3 × 2      4: all others may take hours
 */
export function growthIn({ threads, ops }: ScopeSize): number | undefined {
  if (threads * ops <= 2) return undefined;
  return threads * ops <= 4 ? Number.POSITIVE_INFINITY : 4;
}
