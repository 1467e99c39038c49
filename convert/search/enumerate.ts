import { allowedAt, type Candidate, type Menu, withinOther } from '../menu/candidate.ts';

/** Forms of some sites, with a shift, that no conversion may have together. */
export interface Clause {
  readonly shift: number;
  /** Site and form. */
  readonly forms: readonly (readonly [site: number, form: number])[];
}

/**
 * All candidates that no clause forbids, in the order of the menu: a search in depth that turns back at the first site with
 * which a clause is complete.
 *
 * @param sites those that are chosen; the others have their first form
 */
export function* candidatesOf(
  menu: Menu,
  clauses: readonly Clause[],
  sites: readonly number[] = [...menu.sites.keys()],
): Generator<Candidate> {
  // A site without a form has no candidate.
  if (sites.some((site) => menu.forms[site]!.length === 0)) return;
  const outer = withinOther(menu);
  const chosen = new Set(sites);
  const at = new Map(sites.map((site, place) => [site, place]));
  for (const shift of menu.shifts.keys()) {
    // By the last of its sites in the order of the search.
    const completed: Clause[][] = sites.map(() => []);
    const own = clauses.filter((clause) => clause.shift === shift);
    if (own.some(({ forms }) => forms.length === 0)) continue;
    for (const clause of own) {
      const places = clause.forms.map(([site]) => at.get(site) ?? Number.POSITIVE_INFINITY);
      completed[Math.max(...places)]?.push(clause);
    }
    const forms = menu.sites.map(() => 0);
    const fill = function* (place: number): Generator<Candidate> {
      if (place === sites.length) {
        yield { shift, forms: [...forms] };
        return;
      }
      const site = sites[place]!;
      const around = outer[site];
      // Within a put that is left to RCU there is no form to choose.
      const isGone = around !== undefined && forms[around]! > 0 && chosen.has(around);
      for (const form of isGone ? [0] : allowedAt(menu, site, shift)) {
        forms[site] = form;
        const isForbidden = completed[place]!.some((clause) =>
          clause.forms.every(([other, bad]) => forms[other] === bad),
        );
        if (!isForbidden) yield* fill(place + 1);
      }
      forms[site] = 0;
    };
    yield* fill(0);
  }
}

/** Clauses are compared site by site as the enumeration goes. */
export function inOrder(sites: readonly number[]): number[] {
  return [...new Set(sites)].sort((one, other) => one - other);
}

/**
 * What is learnt from a program that refutes a candidate: its forms at the sites that were met, and not at the others.
 *
 *     idle: lookup      refutes bias 0 with peer_lookup=inc_not_zero, whatever peer_put is
 */
export function clauseOf({ shift, forms }: Candidate, sites: readonly number[]): Clause {
  return { shift, forms: sites.map((site) => [site, forms[site]!] as const) };
}
