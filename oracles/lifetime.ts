import type { FactsOracle } from './oracle.ts';

/**
 * What can befall an object, or the code that handles it, whatever the counter says. Only the first fact of a run counts:
 * what befalls an object that is broken already follows from it.
 */
export const Fact = {
  NONE: 0,
  /** Its memory was touched after it had been freed. */
  USE_AFTER_FREE: 1,
  DOUBLE_FREE: 2,
  /** It was freed while a thread held a reference. */
  FREED_WHILE_HELD: 3,
  /** A lookup that takes a reference was granted one on an object already freed. */
  RESURRECTION: 4,
  /** Unlinked, in no list, no free pending, held by nobody, and not freed. */
  LEAK: 5,
  /** Some thread can never finish: a deadlock, a livelock, a wait that no schedule ends. Schedules are fair. */
  STUCK: 6,
  /** An op of a C scheme trapped, or was stopped because it would not return. */
  CRASH: 7,
  /** An op of a C scheme touched memory that is not its own: through NULL, past an array, a free of something else. */
  MEMORY_ERROR: 8,
  /** A lock was given up by a thread that had not taken it, or an op ended with a lock, or inside an RCU section. */
  UNBALANCED: 9,
  /** Nobody was in the middle of an op, and the count was not the sum of the weights of all holds and the object's own. */
  COUNT_TOO_LOW: 10,
  COUNT_TOO_HIGH: 11,
  /** Of a resource: used, or stopped, while it did not run; started while it ran. */
  USED_WHILE_STOPPED: 12,
  STARTED_TWICE: 13,
  STOPPED_TWICE: 14,
  /** It was stopped while a thread held a reference. */
  STOPPED_WHILE_HELD: 15,
  /** Held by nobody, in no list, and it still runs. */
  LEFT_RUNNING: 16,
  /** It was freed, and some use of it by another thread is not ordered before: see `memory: kernel`. */
  UNORDERED_FREE: 17,
  /** Two accesses of its payload, one of them a write, and neither is ordered before the other: see `refuzz_write`. */
  RACE: 18,
} as const;

/** The facts that only memory orders keep from being: divergences of kinds of their own. */
export const FACTS_OF_ORDER = ['unordered-free', 'race'] as const;

/** Whether a fact, or a kind of divergence, is one that only memory orders keep from being. */
export function isOfOrder(name: string): name is (typeof FACTS_OF_ORDER)[number] {
  return name === 'unordered-free' || name === 'race';
}

/** Whether a divergence of schemes is about what befalls the object. */
export function befallsObject(kind: string): boolean {
  return kind === 'lifetime' || isOfOrder(kind);
}

/** The names of the facts, by number. */
export const FACT_NAMES = [
  'none',
  'use-after-free',
  'double-free',
  'freed-while-held',
  'resurrection',
  'leak',
  'stuck',
  'crash',
  'memory-error',
  'unbalanced',
  'count-too-low',
  'count-too-high',
  'used-while-stopped',
  'started-twice',
  'stopped-twice',
  'stopped-while-held',
  'left-running',
  'unordered-free',
  'race',
] as const;

/** One of FACT_NAMES, but for `none`. */
export type FactName = Exclude<(typeof FACT_NAMES)[number], 'none'>;

/**
 * What no side shows alone, and both together do: with all else the same, the subject leaves the object where the reference
 * frees it, or frees it where the reference leaves it.
 */
export const COMPARED_FACTS = ['stays', 'goes'] as const;
/** One of COMPARED_FACTS. */
export type ComparedFact = (typeof COMPARED_FACTS)[number];

/** The names that a case can hold. */
export const FACT_CHOICES = [...FACT_NAMES.slice(1), ...COMPARED_FACTS] as unknown as readonly [
  FactName | ComparedFact,
  ...(FactName | ComparedFact)[],
];

/**
 * Asks what befalls the object, whatever its counter says. What the reference lets happen too, by the same op at the same
 * place, is no news.
 */
export const lifetime = {
  name: 'lifetime' as const,
  kind: 'facts' as const,
  subjects: ['scheme'],
  byDefault: ['scheme'],
  needsReference: true as const,
  question: 'is there a fact that the reference never shows, or does it show one that the subject does not?',
  sees: ({ kind }) => befallsObject(kind),
  tells: ({ start, subject, op, facts, judgement }) =>
    judgement === 'changes'
      ? `Starting from ${start}, ${subject} ${facts.includes('goes') ? 'frees the object, which the original leaves' : 'leaves the object, which the original frees'}, and all ops end the same.`
      : judgement === 'protects'
        ? `Starting from ${start}, the reference lets ${op} do harm; ${subject} does not.`
        : `Starting from ${start}, ${subject} lets ${op} do harm: ${facts.join(', ')}.`,
} satisfies FactsOracle;
