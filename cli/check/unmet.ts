import type { ScopeTally } from '../../fuzz/check/check-scope.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import type { Missing, Vacuity } from '../../fuzz/check/vacuity.ts';

/** What keeps a comparison that found nothing from being called "equivalent". */
export interface Unmet {
  readonly missing: readonly Missing[];
  /** A larger scope that meets something of it. */
  readonly helpful: ScopeSize | undefined;
  /** What the user has said never happens, by name. */
  readonly never: readonly string[];
}

/** What is said where nobody asked. */
export const NOTHING_UNMET: Unmet = { missing: [], helpful: undefined, never: [] };

/**
 * What no program of a decided scope came to. Where something differs nobody is told "equivalent", and the workers have not
 * looked for it to the end.
 */
export function unmetOf(
  vacuity: Vacuity,
  { signatures, strange, undecided, met = [] }: ScopeTally,
  { never = [] }: { readonly never?: readonly string[] },
): Unmet {
  if (Object.keys(signatures).length > 0 || strange + undecided > 0) return { ...NOTHING_UNMET, never };
  const missing = vacuity.missing(met);
  return { missing, helpful: missing.length > 0 ? vacuity.helpfulSize(met) : undefined, never };
}
