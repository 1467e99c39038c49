import { createHash } from 'node:crypto';
import { subjectsOf } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';

/**
 * Tells apart targets, and other things, on which stored progress depends: progress of one means nothing for another.
 *
 * @param more whatever else it depends on
 * @returns 16 hexadecimal digits
 */
export function digestOf(target: Target, more: unknown): string {
  const { name, ops, initial, arguments: values, oracles, discipline, memory, asksUses } = target;
  const reference = target.reference === 'ideal' ? 'ideal' : target.reference.name;
  const sides = [reference, target.subject.name, codeOf(target)];
  const all = [
    name,
    ops,
    initial,
    values,
    oracles,
    discipline,
    sides,
    more,
    ...(memory ? [memory] : []),
    ...(asksUses ? ['uses'] : []),
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
}

/** Digests of what of a target is not refuzz's own code: empty for models. */
export function codeOf(target: Target): string[] {
  return subjectsOf(target).flatMap(({ digest }) => digest ?? []);
}
