import type { BootedFamily, BootedOp } from '../../targets/booted/booted-ops.ts';
import type { Result, Subject } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';

/** The counters that a booted kernel has, by the names of their models. Other generations ran in other kernels. */
const FAMILIES: Readonly<Record<string, BootedFamily>> = {
  atomic: 'atomic',
  'refcount/v5.5': 'refcount',
  'kernel/refcount': 'refcount',
  'against/refcount': 'refcount',
  'kernel/kref': 'kref',
  'against/kref': 'kref',
};

/** @returns undefined for a subject of which a booted kernel has none */
export function familyOf(subject: Subject | 'ideal'): BootedFamily | undefined {
  return subject === 'ideal' ? undefined : FAMILIES[subject.name];
}

/** A target without the ops that a booted kernel lacks. Its subject must be one that `familyOf` knows. */
export function bootedTarget(target: Target, ops: readonly BootedOp[]): Target {
  const family = familyOf(target.subject);
  const names = new Set(ops.filter((op) => op.family === family).map(({ name }) => name));
  return { ...target, ops: target.ops.filter((op) => names.has(op)) };
}

/** What an op returned, of the integer that the guest has for it. Truth is any value but 0, as in C. */
export function bootedResult({ kind }: BootedOp, value: number): Result {
  switch (kind) {
    case 'void':
      return undefined;
    case 'bool':
      return value !== 0;
    case 'int':
      return value;
  }
}
