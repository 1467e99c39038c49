import type { Evidence } from './evidence.ts';
import { type Ending, freesAlways } from './outcome.ts';
import { type Rule, shown } from './rule.ts';

/** Calls whose name says that the object goes, where the scan could not follow them: another tree, a function pointer. */
const ENDS = /free|destroy|release|delete|dealloc|dispose|reap|final|dtor|destruct|kill|cleanup/i;

function freesByName({ site, last }: Ending): boolean {
  if (site.use.isPartOfCondition || site.object === '') return false;
  const root = /^[A-Za-z_]\w*/.exec(site.object)?.[0] ?? '';
  return (
    last?.calls.some(({ callee, args, isNested }) => !isNested && ENDS.test(callee) && args.includes(root)) ??
    false
  );
}

/** The puts by which this is known for a reference count. */
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
