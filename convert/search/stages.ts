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
