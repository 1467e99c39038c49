import type { Branch, Census, Counter, Site, Use } from '../../audit/census/counter.ts';

/** Counters made by hand, for tests of what judges them: what is not said is harmless. */

/** A use without a result. */
const VOID: Use = { result: 'void', tests: [], isPartOfCondition: false };

/** A branch on which nothing happens. */
export const EMPTY_BRANCH: Branch = { calls: [], frees: [], wakes: [] };

/** A site; lines count up by whoever makes them. */
export function madeSite(site: Partial<Site> & Pick<Site, 'op'>): Site {
  const written = site.written ?? `atomic_${site.op}`;
  return {
    ...{ file: 'a.c', line: 1, text: `${written}(&p->refs);`, from: 0, to: 1 },
    ...{ written, amounts: [], fn: 'f', object: 'p', via: [], attribution: 'typed', use: VOID, locks: [] },
    ...site,
  };
}

/** A put that asks, and frees the object by `kfree(p)` where it was the last. */
export function madeLastPut(site: Partial<Site> = {}): Site {
  const free = {
    how: 'directly',
    path: ['kfree'],
    isSameObject: true,
    isConditional: false,
    line: 1,
  } as const;
  const use: Use = {
    result: 'tested',
    tests: [],
    isPartOfCondition: false,
    whenTrue: { ...EMPTY_BRANCH, frees: [free] },
  };
  return madeSite({ op: 'dec_and_test', use, ...site });
}

/** A counter `thing.refs` with these sites. */
export function madeCounter(sites: readonly Site[], rest: Partial<Counter> = {}): Counter {
  const declared = { file: 'a.c', line: 1, text: 'atomic_t refs;', from: 0, to: 8 };
  return {
    ...{
      name: 'thing.refs',
      id: 'thing.refs',
      struct: 'thing',
      field: 'refs',
      type: 'atomic_t',
      shape: 'one',
    },
    ...{ declared, comment: '', escapes: [], embeddedIn: [] },
    ...rest,
    sites,
  };
}

/** A census of these counters, without losses. */
export function madeCensus(counters: readonly Counter[]): Census {
  const loss = { written: 0, attributed: 0, inWrappers: 0, lostCount: 0, lost: [] };
  return { counters, loss, skipped: [], files: { seen: 1, parsed: 1, cached: 0 } };
}
