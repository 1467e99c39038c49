import type { Subject } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';

/**
 * Of two sources that are compared: the ops that only one of them has, which no program of the target has then. Of models
 * nothing is said: theirs are known.
 *
 * @returns lines
 */
export function lackingOps({ reference, subject }: Target): string[] {
  if (reference === 'ideal' || reference.digest === undefined || subject.digest === undefined) return [];
  return [...onlyIn(subject, reference), ...onlyIn(reference, subject)];
}

function onlyIn(one: Subject, other: Subject): string[] {
  const names = Object.keys(one.ops).filter((name) => !Object.hasOwn(other.ops, name));
  return names.length > 0 ? [`only ${one.name} has: ${names.join(', ')}`] : [];
}
