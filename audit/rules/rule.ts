import type { Place, Site } from '../census/counter.ts';
import type { Judged, Reason, Verdict } from '../census/verdict.ts';
import type { Evidence } from './evidence.ts';
import type { Ending } from './outcome.ts';

/**
 * A rule: when it holds, what it says. Rules stand in one table, and the first that holds decides, so a rule may take for
 * granted that none above it does.
 */
export interface Rule {
  /** Unique; the fixtures bear it. */
  readonly name: string;
  /** The protocol in words, as reports show it. */
  readonly protocol: string;
  readonly verdict: Verdict;
  /** The reasons, each with its lines, or undefined where the rule does not hold. */
  readonly when: (evidence: Evidence) => readonly Reason[] | undefined;
  /** What to do, in a sentence. */
  readonly remedy: string;
  /** How sure the rule is at best; doubts about the census lower it. */
  readonly confidence: Judged['confidence'];
  /** What is doubtful in each counter of this kind. */
  readonly doubts?: (evidence: Evidence) => readonly string[];
  /** A counter that everybody knows, for readers. */
  readonly example: string;
}

/**
 * So many lines are shown for one reason: they are read by people, and a counter of a hundred gets is not better known by
 * its seventh. Whoever wants all of them has the counter itself.
 */
const MOST_PLACES = 6;

/** A reason with its lines, or undefined where no line shows it. Lines that repeat are shown once. */
export function shown(what: string, sites: readonly (Site | Ending)[]): Reason | undefined {
  if (sites.length === 0) return undefined;
  const places = new Map<string, Place>();
  for (const one of sites) {
    const { file, line, text } = 'site' in one ? one.site : one;
    if (places.size < MOST_PLACES) places.set(`${file}:${line}`, { file, line, text });
  }
  return { what, places: [...places.values()] };
}

/** A reason that is the absence of something: it has no lines. */
export function absent(what: string): Reason {
  return { what, places: [] };
}

/** All of these, or undefined where one is missing. */
export function all(...reasons: readonly (Reason | undefined)[]): readonly Reason[] | undefined {
  const there = reasons.flatMap((reason) => reason ?? []);
  return there.length === reasons.length ? there : undefined;
}

/** These, and what else is there to be shown. */
export function withMore(
  reasons: readonly Reason[] | undefined,
  ...more: readonly (Reason | undefined)[]
): readonly Reason[] | undefined {
  return reasons && [...reasons, ...more.flatMap((reason) => reason ?? [])];
}
