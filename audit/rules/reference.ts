import type { Evidence } from './evidence.ts';
import { type Ending, freesAlways, freesByName } from './outcome.ts';
import { type Rule, shown } from './rule.ts';

/**
 * The puts by which this is known for a reference count. What is freed for certain comes first, then what is freed if
 * something else is so, and only then what has no more than a name that says so.
 */
function lastPuts(e: Evidence): readonly Ending[] {
  if (e.freeing.length + e.freeingSometimes.length > 0) return [...e.freeing, ...e.freeingSometimes];
  return e.zeroEndings.filter(freesByName);
}

/** Last puts that end in something else than a free, or whose end is not in sight. */
export function uncertain(e: Evidence): readonly Ending[] {
  return e.zeroEndings.filter((ending) => !freesAlways(ending) && !freesByName(ending));
}

/** 64 bits on most machines: a refcount_t is narrower. */
export function isWide({ counter }: Evidence): boolean {
  return /^atomic(64|_long)_t$|^local_t$/.test(counter.type);
}

/** A rule on what is a reference count by its puts; `when` gives what else must be shown. */
export function reference(
  rule: Omit<Rule, 'when'> & { readonly also: (e: Evidence) => ReturnType<Rule['when']> },
): Rule {
  const { also, ...rest } = rule;
  const when = (e: Evidence) => {
    const last = shown('the last put frees the object', lastPuts(e));
    const more = last && also(e);
    return more && [last, ...more];
  };
  return { ...rest, when };
}
