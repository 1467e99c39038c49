import type { Divergence } from '../../oracles/divergence.ts';
import type { Counter, Scheme, Subject } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import type { Cause } from './cause.ts';
import { CauseFinder } from './find-causes.ts';
import { SchemeCauseFinder } from './find-scheme-causes.ts';
import type { Parting } from './partings.ts';

/** Finds the causes of a target's divergences. Make one and keep it: what it has looked through is remembered. */
export interface Causes {
  /** What the ops do alone that those of the base do not. */
  readonly partings: readonly Parting[];
  /** @param program shows the divergence; the smaller, the sooner this is decided */
  causeOf(divergence: Divergence, program: Program): Cause;
}

/**
 * The finder for a target's kind.
 *
 * @param base whose ops replace the subject's; absent: those of the reference. Of the same kind
 */
export function causesOf(harness: Harness, base?: Subject): Causes {
  return isCounterTarget(harness)
    ? new CauseFinder(harness, base as Counter | undefined)
    : new SchemeCauseFinder(harness, base as Scheme | undefined);
}
