import { type Arbitrary, toStringMethod } from 'fast-check';
import { formatProgram } from '../case/program-text.ts';
import { generateProgram, type Limits, limitsFor } from '../generate/generate.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { type OffersSoFar, smallerProgramsFor } from './program-shrinks.ts';
import { shrinkingArbitrary } from './shrinking-arbitrary.ts';

/** How large programs may be: 1 to 4 threads of 1 to 12 ops. */
export interface ProgramLimits extends Partial<Limits> {
  /** 1 when left out */
  readonly minThreads?: number;
}

/**
 * Programs of a harness: where they start and, for each thread, the calls of its ops. fast-check prints them as
 * `1: inc, dec | read`, which `parseProgram` reads.
 *
 * They are those of a campaign: short ones are likelier, and each uses a random half or more of the ops. What a program
 * shrinks to is tried from the smallest on: one of its ops alone from every start that suggests itself, then two, and
 * only then is anything cut off. So a long way up to a value becomes a start at that value.
 *
 * @param limits 1 to 4 threads of 1 to 12 ops each; when left out, as many threads as the target has
 */
export function programs(harness: Harness, limits: ProgramLimits = {}): Arbitrary<Program> {
  const most = limitsFor(harness, limits);
  const minThreads = limits.minThreads ?? 1;
  return shrinkingArbitrary<Program, OffersSoFar>({
    generate: (choices) => printable(harness, generateProgram(harness, most, minThreads, choices)),
    is: (value): value is Program => isProgram(harness, value),
    *smaller(program, context) {
      for (const [smaller, next] of smallerProgramsFor(harness, program, context)) {
        if (smaller.threads.length >= minThreads) yield [printable(harness, smaller), next];
      }
    },
  });
}

/** Not enumerable, so that a program equals its copy. */
export function printable(harness: Harness, program: Program): Program {
  return Object.defineProperty({ ...program }, toStringMethod, {
    value: () => formatProgram(harness, program),
  });
}

/** Whether a value is a program of the harness: fast-check asks this of what users give it as examples. */
export function isProgram({ alphabet, target }: Harness, value: unknown): value is Program {
  if (typeof value !== 'object' || value === null) return false;
  if (!('start' in value) || !('threads' in value) || !Array.isArray(value.threads)) return false;
  const isStart =
    target.subject.kind === 'scheme'
      ? target.initial.some((state) => state === value.start)
      : Number.isInteger(value.start);
  const isCall = (call: unknown) =>
    Number.isInteger(call) && (call as number) >= 0 && (call as number) < alphabet.size;
  const areThreads = value.threads.every((ops) => Array.isArray(ops) && ops.every(isCall));
  return isStart && areThreads && opCount(value as Program) > 0;
}
