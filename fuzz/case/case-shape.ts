import type { z } from 'zod';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import { FACT_CHOICES } from '../../oracles/lifetime.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import { describe, unknownName } from '../../targets/target/checked-yaml.ts';
import { targetName } from '../../targets/target/target-file.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';

/**
 * The formats of case files that this code reads. A new key needs a new version: readers refuse keys that they do not
 * know.
 *
 *     1    what all versions of refuzz have written
 *     2    the key `cause`
 *     3    the key `code`
 *     4    the key `memory`, and the kinds of divergence that only it shows
 */
export const VERSIONS = [1, 2, 3, 4] as const;

/**
 * Any document that says that it is a case file of this format. Loose, so that the version is judged before the keys
 * are.
 */
export const versionedShape = onDemand(() =>
  zod().looseObject({
    case: zod().literal(VERSIONS, {
      error: ({ input }) =>
        input === undefined
          ? `not a case file: it must begin with "case: 2"`
          : `case format ${describe(input)} is unknown, this refuzz reads ${VERSIONS.slice(0, -1).join(', ')} and ${VERSIONS.at(-1)}; a later refuzz may read it`,
    }),
  }),
);

/** As it may name a folder. */
const CAUSE_NAME = /^[a-z_][\w+-]*$/;

/** What a thread does that no interleaving has it do: see fuzz/run/turn.ts. */
const TURN = /^\d+(~[1-7]| mb)$/;
const TURN_HINT =
  'no turn: write the thread, 1, or "1~1" where it reads the write before the latest, or "1 mb" where it passes a barrier early';

/** See `CaseCode`. */
const BUILD = /^[0-9a-f]{12}$/;

/**
 * The keys of a case file. What they say is held against each other by `parseCase`. Strict throughout: a misspelt key
 * is an error and not a default.
 */
export const caseShape = onDemand(() => {
  const z = zod();
  const OP_NAME = z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/, { error: ({ input }) => `${describe(input)} is not an op` });

  /** Threads of a schedule, seeds and iterations. */
  const NUMBER = z.int().min(0);

  /**
   * Results and values stay unknown here: they may be numbers, names or words, and `parseCase` reads them with better
   * messages.
   */
  const OBSERVED = z.strictObject({
    results: z.array(z.array(z.unknown())),
    warnings: z.array(z.string()).min(1).optional(),
    final: z.unknown().optional(),
    facts: z
      .array(z.enum(FACT_CHOICES, choice('fact', FACT_CHOICES)))
      .min(1)
      .optional(),
  });

  return z.strictObject({
    case: z.literal(VERSIONS),
    target: targetName(),
    memory: z.literal('kernel').optional(),
    program: z.strictObject({
      start: z.unknown().nonoptional(),
      threads: z.array(z.array(z.string()).max(MAX_OPS)).min(1).max(MAX_THREADS),
    }),
    schedule: z
      .array(
        z.union([NUMBER, z.string().regex(TURN)], {
          error: ({ input }) => `${describe(input)} is ${TURN_HINT}`,
        }),
      )
      .optional(),
    expect: z.strictObject({
      divergence: z.strictObject({
        op: OP_NAME,
        boundary: z.enum(BOUNDARIES, choice('boundary', BOUNDARIES)),
        kind: z.enum(KINDS, choice('kind', KINDS)),
        judgement: z.enum(JUDGEMENTS, choice('judgement', JUDGEMENTS)),
      }),
      reference: OBSERVED,
      subject: OBSERVED,
    }),
    cause: z
      .string()
      .regex(CAUSE_NAME, { error: ({ input }) => `${describe(input)} is not the name of a cause` })
      .optional(),
    code: z
      .array(z.strictObject({ source: z.string().min(1), build: z.string().regex(BUILD) }))
      .min(1)
      .max(2)
      .optional(),
    why: z.string(),
    found: z.strictObject({ by: z.string().min(1), seed: NUMBER.optional(), iteration: NUMBER.optional() }),
  });
});

/** The message for a word that is none of the known ones; other mistakes get the common messages. */
function choice(what: string, known: readonly string[]): { error: z.core.$ZodErrorMap } {
  return { error: ({ input }) => (typeof input === 'string' ? unknownName(what, input, known) : undefined) };
}
