import type { FactsOracle, FactsSeen } from './oracle.ts';

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

/** The names of the facts, by bit: name `n` is that of `1 << n` in `Fact`. */
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

/** Asks what befalls the object, whatever its counter says. What the reference lets happen too is no news. */
export const lifetime = {
  name: 'lifetime' as const,
  kind: 'facts' as const,
  subjects: ['scheme'],
  byDefault: ['scheme'],
  needsReference: true as const,
  question: 'is there a fact that the reference never shows?',
  sees: ({ kind }) => kind === 'lifetime',
  verdict: { kind: 'lifetime', judgement: 'breaks' },
  accused,
  tells: ({ start, subject, op, facts }) =>
    `Starting from ${start}, ${subject} lets ${op} do harm: ${facts.join(', ')}.`,
} satisfies FactsOracle;

/** What befalls an object whose life is broken already follows from the first fact, so only the first counts on a path. */
function accused({ before, after, reference }: FactsSeen): number {
  const isBroken = (before & ~reference) !== 0;
  return isBroken ? 0 : after & ~before & ~reference;
}
