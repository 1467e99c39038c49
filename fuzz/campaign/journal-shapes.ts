import { divergenceOf } from '../../oracles/divergence.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import { rawFindingShape } from './raw-findings.ts';

/** The format of journals and snapshots that this code writes, and the only one it reads. */
export const JOURNAL_VERSION = 3;

/** How much was searched: see `SearchCounts`. */
export const countsShape = onDemand(() => {
  const z = zod();
  const COUNT = z.number().nonnegative();
  return z.object({
    iterations: COUNT,
    programs: COUNT,
    schedules: COUNT,
    pairs: COUNT,
    decided: COUNT,
    undecided: COUNT,
    unjudged: COUNT,
  });
});

/**
 * What the lines of a target's journal, and its snapshot, hold. All of it is checked: somebody who has edited a line may
 * have made it a new checksum, and what is used later must not fail there.
 */
export const journalShapes = onDemand(() => {
  const z = zod();
  const COUNT = z.number().nonnegative();
  const INTEGERS = z.array(z.int());
  const COUNTS = countsShape();
  const EFFORT = z.object({ fresh: COUNT, freshNovel: COUNT, mutated: COUNT, mutatedNovel: COUNT });
  const NOVEL = z.array(z.object({ program: INTEGERS, features: INTEGERS }));
  const SIGNATURE = z.string().refine((text) => divergenceOf(text) !== undefined);
  const HITS = z.record(SIGNATURE, COUNT);
  const FOUND = z.record(SIGNATURE, z.string());
  const PART = z.object({
    from: COUNT,
    to: COUNT,
    counts: COUNTS,
    hits: HITS,
    rawFindings: z.array(rawFindingShape()),
    novel: NOVEL,
    effort: EFFORT,
    nonTerminating: z.array(z.string()),
  });
  const MADE = z.object({ signature: SIGNATURE, text: z.string() });
  /** The first that fits, which is the only one: each has a key of its own. */
  const LINE = z.union([
    z.object({ part: PART }),
    z.object({ made: z.array(MADE) }),
    z.object({ found: SIGNATURE, path: z.string() }),
    z.object({ leftOut: INTEGERS }),
  ]);
  const SNAPSHOT = z.object({
    snapshot: z.literal(JOURNAL_VERSION),
    digest: z.string(),
    rounds: COUNT,
    counts: COUNTS,
    hits: HITS,
    nonTerminating: z.array(z.string()),
    effort: EFFORT,
    novel: NOVEL,
    seen: z.string(),
    /** What the next round starts from: so many of the programs. */
    next: z.object({ programs: COUNT, seen: z.string(), share: z.int() }),
    found: FOUND,
    leftOut: z.array(INTEGERS),
  });
  return { LINE, MADE, SNAPSHOT };
});
