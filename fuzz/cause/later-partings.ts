import type { Scheme } from '../../targets/subject/subject.ts';
import { laterOf } from './time-of-both.ts';
import { firstPartings, type SchemeSides } from './tree-twins.ts';

/**
 * Where the functions of two schemes that run later first part: those of one name and kind are held against each other, and one
 * that the other side lacks is a difference. Two schemes with a callback each are asked about that, whatever it is called.
 */
export function laterPartings(sides: SchemeSides, counts: readonly number[]): Set<string> {
  const [base, subject] = [sides.base.subject as Scheme, sides.subject.subject as Scheme];
  if (!base.time && !subject.time) return firstPartings(sides, -1, counts);
  const [theirs, own] = [laterOf(base), laterOf(subject)];
  const found = new Set<string>();
  theirs.forEach(({ name, kind }, which) => {
    const twin = own.findIndex((other) => other.kind === kind && other.name === name);
    if (twin < 0) found.add(`${kind} ${name} → none`);
    else for (const parting of firstPartings(sides, -1 - which, counts, -1 - twin)) found.add(parting);
  });
  for (const { name, kind } of own)
    if (!theirs.some((other) => other.kind === kind && other.name === name))
      found.add(`none → ${kind} ${name}`);
  return found;
}
