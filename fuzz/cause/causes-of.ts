import type { Divergence } from '../../oracles/divergence.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { builtInFile } from '../../targets/target/named-targets.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import { readTargetFile } from '../../targets/target/target-file.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { Cause } from './cause.ts';
import { CauseFinder } from './find-causes.ts';

/** Finds causes of one target. */
export interface Causes {
  /** @param program shows the divergence; the smaller, the sooner this is decided */
  causeOf(divergence: Divergence, program: Program): Cause;
}

/** Finders learn what the ops do alone: one serves all that is asked of a harness. */
const FINDERS = new WeakMap<Harness, Causes | undefined>();

/** The finder of causes of a target. @returns undefined for schemes */
export function causesOf(harness: Harness): Causes | undefined {
  if (!FINDERS.has(harness)) FINDERS.set(harness, finderOf(harness));
  return FINDERS.get(harness);
}

function finderOf(harness: Harness): Causes | undefined {
  const { subject, known } = harness.target;
  if (subject.kind !== 'counter') return undefined;
  const base = known === undefined ? undefined : subjectOf(known);
  const hasAll = base && harness.target.ops.every((op) => Object.hasOwn(base.ops, op));
  return new CauseFinder(harness, hasAll ? base : undefined);
}

/** What a target that behaves like another is measured by: the built-in subject of that one. */
function subjectOf(known: string): Counter | undefined {
  const subject = findSubject(readTargetFile(builtInFile(known)).subject);
  return subject?.kind === 'counter' ? subject : undefined;
}
