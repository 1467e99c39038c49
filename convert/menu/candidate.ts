import type { Site, Sites } from '../sites/site.ts';
import type { Form } from './form.ts';
import { formText, isSameText } from './form-text.ts';
import { formsAt } from './menu.ts';

/** By how much counts are larger than they were, and where. */
export interface Shift {
  readonly bias: number;
  /** Which states have it: all, or those whose object is linked somewhere. The others count as before. */
  readonly where: 'everywhere' | 'live' | 'trash' | 'nowhere';
}

/** All that is to be decided: what each site could be, and by how much the count could be moved. */
export interface Menu {
  readonly sites: readonly Site[];
  /** By site. */
  readonly forms: readonly (readonly Form[])[];
  readonly shifts: readonly Shift[];
  /** Whether the source is a conversion already, which is to be repaired. */
  readonly isRepair: boolean;
}

/** One conversion: numbers of the menu's. */
export interface Candidate {
  readonly shift: number;
  /** By site: the number of its form. */
  readonly forms: readonly number[];
}

/** What somebody wants of a conversion. */
export interface Wishes {
  /** Site → form, by their names. */
  readonly keep?: ReadonlyMap<string, string>;
  readonly bias?: number;
  readonly plainOnly?: boolean;
  /** The kernel's refcount_t is older than gets with a limit are. */
  readonly isWithoutLimits?: boolean;
  /** The sites are those of a conversion already: forms that are written there are no change. */
  readonly isRepair?: boolean;
}

/** The menu of a source. */
export function menuOf(
  {
    sites,
    unreached = [],
    constants,
    bias: own,
    places,
  }: Pick<Sites, 'sites' | 'constants' | 'bias' | 'places'> & Partial<Pick<Sites, 'unreached'>>,
  wishes: Wishes = {},
): Menu {
  const { keep, bias, plainOnly, isRepair, isWithoutLimits } = wishes;
  const forms = sites.map((site, at) => {
    const wanted = keep?.get(site.name);
    const fitting = formsAt(site)
      .filter(({ isOfRepair }) => isRepair || !isOfRepair)
      .filter(({ text }) => !(isWithoutLimits && text?.includes('_limited_acquire')))
      .filter(
        ({ name, isStructural }) => (wanted === undefined || name === wanted) && !(plainOnly && isStructural),
      )
      .map((form) => (isRepair ? asRepair(form, site) : form));
    // Of those nothing could tell one form from another.
    return unreached.includes(at) ? fitting.slice(0, 1) : fitting;
  });
  // What has a bias already may have one too many.
  const biases = [0, 1, ...(isRepair && own > 0 ? [-1] : []), ...constants];
  const everywhere = biases.map((by) => ({ bias: by, where: 'everywhere' as const }));
  const somewhere = places.map((where) => ({ bias: 1, where }));
  const shifts = [...everywhere, ...(plainOnly ? [] : somewhere)];
  const asked = shifts.filter((shift) => bias === undefined || own + shift.bias === bias);
  return { sites, forms, shifts: asked, isRepair: isRepair ?? false };
}

/** Where a conversion is repaired, what is written there is no change, and all else is one; but that constants move with the bias. */
function asRepair(form: Form, site: Site): Form {
  const isThere =
    form.name === 'shifted' ||
    site.kind !== 'op' ||
    (form.text !== undefined && isSameText(formText(form.text, site, 0), site.written));
  return {
    ...form,
    distance: isThere ? (site.kind === 'op' ? 0 : form.distance) : Math.max(1, form.distance),
  };
}

/** Whether a candidate changes the structure, so that it is tried when the plain ones have been. */
export function isStructural({ forms, shifts }: Menu, candidate: Candidate): boolean {
  return (
    shifts[candidate.shift]!.where !== 'everywhere' ||
    candidate.forms.some((form, site) => forms[site]![form]?.isStructural ?? false)
  );
}

/** How many candidates there are, without those that are the same as another. */
export function countOf(menu: Menu): number {
  const outer = withinOther(menu);
  const ways = (site: number, shift: number): number => {
    const inner = outer.flatMap((around, at) => (around === site ? [at] : []));
    const within = inner.reduce((product, at) => product * ways(at, shift), 1);
    // The first form leaves what lies within to choose; in any other it is gone.
    return allowedAt(menu, site, shift).reduce((sum, form) => sum + (form === 0 ? within : 1), 0);
  };
  let count = 0;
  for (const shift of menu.shifts.keys())
    count += menu.sites.reduce(
      (product, _, site) => product * (outer[site] === undefined ? ways(site, shift) : 1),
      1,
    );
  return count;
}

/** The forms of a site that make sense with a shift. */
export function allowedAt({ forms, shifts }: Menu, site: number, shift: number): number[] {
  const { bias } = shifts[shift]!;
  return forms[site]!.flatMap(({ only }, form) =>
    only === (bias === 0 ? 'with bias' : 'without bias') ? [] : [form],
  );
}

/** Sites that lie within another one, a last put within its free, by number: they have no form of their own once that has. */
export function withinOther({ sites }: Menu): (number | undefined)[] {
  return sites.map((site, at) => {
    const outer = sites.findIndex(
      (other, number) =>
        number !== at && other.file === site.file && other.from <= site.from && site.to <= other.to,
    );
    return outer < 0 ? undefined : outer;
  });
}

/**
 * Simplest first: fewest sites that have another op than that of the same shape, then no bias, then the closest ops. All
 * plain ones come before those that change the structure.
 */
export function costOf(menu: Menu, candidate: Candidate): readonly number[] {
  const distances = candidate.forms.map((form, site) => menu.forms[site]![form]!.distance);
  const { bias, where } = menu.shifts[candidate.shift]!;
  return [
    isStructural(menu, candidate) ? 1 : 0,
    distances.filter((distance) => distance > 0).length + (menu.isRepair && bias !== 0 ? BIAS_CHANGES : 0),
    bias === 0 ? 0 : Math.abs(bias) + (where === 'everywhere' ? 0 : 1),
    distances.reduce((sum, distance) => sum + distance, 0),
    ...candidate.forms,
  ];
}

/** Candidates in that order. Costs are worked out once each: a sort asks for them many times. */
export function simplestFirst(menu: Menu, candidates: readonly Candidate[]): Candidate[] {
  const keyed = candidates.map((candidate) => ({ candidate, cost: costOf(menu, candidate) }));
  return keyed.sort((one, other) => compareCosts(one.cost, other.cost)).map(({ candidate }) => candidate);
}

/** Another bias changes every state, and so is more of a repair than another op at one site. */
const BIAS_CHANGES = 2;

/** The order of costs. */
export function compareCosts(one: readonly number[], other: readonly number[]): number {
  for (const [at, part] of one.entries()) if (part !== other[at]) return part - other[at]!;
  return 0;
}
