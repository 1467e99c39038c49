/** Facts about an object's life, a bit each in the FACTS word. They hold whatever the counter says. */
export const Fact = {
  /** Its memory was touched after it had been freed. */
  USE_AFTER_FREE: 1,
  DOUBLE_FREE: 2,
  /** It was freed while a thread held a reference. */
  FREED_WHILE_HELD: 4,
  /** A lookup that takes a reference was granted one on an object already condemned or freed. */
  RESURRECTION: 8,
  /** Unlinked, in no list, no free pending, held by nobody, and not freed. */
  LEAK: 16,
  /** Threads wait for each other's locks. */
  DEADLOCK: 32,
  /** An op of a C scheme trapped, or was stopped because it would not return. */
  CRASH: 64,
} as const;

export const FACT_NAMES: readonly string[] = [
  'use-after-free',
  'double-free',
  'freed-while-held',
  'resurrection',
  'leak',
  'deadlock',
  'crash',
];

/** @returns the names of the facts in a bit set, in order */
export function factNames(facts: number): string[] {
  return FACT_NAMES.filter((_, bit) => facts & (1 << bit));
}
