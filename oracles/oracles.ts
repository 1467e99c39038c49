import type { Subject } from '../targets/subject/subject.ts';
import { conservation } from './conservation.ts';
import type { Divergence } from './divergence.ts';
import { lastPut } from './last-put.ts';
import { lifetime } from './lifetime.ts';
import { linearizable } from './linearizable.ts';
import { lockstep } from './lockstep.ts';
import type { FactsOracle, JudgeOp, Oracle, OutcomesOracle, RunOracle, Where } from './oracle.ts';
import { ordering } from './ordering.ts';
import { outcomes } from './outcomes.ts';
import { sticky } from './sticky.ts';

/**
 * Every oracle: what a target file may list, and in this order what judges. Add one here; nothing else has a list of them.
 */
export const ORACLES = [
  lockstep,
  linearizable,
  conservation,
  sticky,
  lastPut,
  ordering,
  outcomes,
  lifetime,
] as const satisfies readonly Oracle[];

/** As target files write it. */
export type OracleName = (typeof ORACLES)[number]['name'];

/** The names of all oracles, in the order of the table. */
export const ORACLE_NAMES: readonly OracleName[] = ORACLES.map(({ name }) => name);

const TABLE: readonly (Oracle & { readonly name: OracleName })[] = ORACLES;

/** The oracles that fit a kind of subject; against the ideal counter, only those that need no other reference. */
export function fittingOracles(kind: Subject['kind'], isIdeal = false): readonly OracleName[] {
  return TABLE.filter(
    ({ subjects, needsReference }) => subjects.includes(kind) && !(isIdeal && needsReference),
  ).map(({ name }) => name);
}

/** Those that a target asks if it names none. */
export function defaultOracles(kind: Subject['kind']): readonly OracleName[] {
  return TABLE.filter(({ byDefault }) => byDefault.includes(kind)).map(({ name }) => name);
}

/** The oracles of a target, by the way in which they judge. */
export interface AskedOracles {
  /** What one op alone is judged by. */
  readonly ofOps: readonly JudgeOp[];
  /** What runs of several threads are judged by. With `ofOutcomes` no run is judged by itself. */
  readonly ofRuns: readonly RunOracle[];
  readonly ofOutcomes: OutcomesOracle | undefined;
  readonly ofFacts: FactsOracle | undefined;
}

/** Sorts a target's oracles by what they look at. An oracle with a `judgeOp` is among `ofOps` whatever its kind. */
export function askedOracles(names: readonly OracleName[]): AskedOracles {
  const asked = TABLE.filter(({ name }) => names.includes(name));
  return {
    ofOps: asked.flatMap((oracle) => ('judgeOp' in oracle ? (oracle.judgeOp ?? []) : [])),
    ofRuns: asked.filter((oracle) => oracle.kind === 'run'),
    ofOutcomes: asked.find((oracle) => oracle.kind === 'outcomes'),
    ofFacts: asked.find((oracle) => oracle.kind === 'facts'),
  };
}

/**
 * The oracle behind a divergence: one of those asked; of a case that was stored when others were, any.
 *
 * @returns undefined when no oracle sees such a divergence
 */
export function oracleBehind(
  divergence: Divergence,
  where: Where,
  asked: readonly OracleName[],
): (Oracle & { readonly name: OracleName }) | undefined {
  const seeing = TABLE.filter((oracle) => oracle.sees(divergence, where));
  return seeing.find(({ name }) => asked.includes(name)) ?? seeing[0];
}
