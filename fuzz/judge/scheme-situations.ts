import type { Conduct } from '../../oracles/scheme-judgement.ts';
import { factOf } from '../run/scheme-facts.ts';
import type { Instances, Outcomes } from './scheme-outcomes.ts';
import { UNTOUCHED } from './scheme-outcomes.ts';
import { NO_RESULTS, type OpReturn, type SchemeRuns } from './scheme-runs.ts';

/** What is known of an op that first touched the counter at one boundary. */
interface Situation {
  /** Whether a complete run without a fact goes through it. */
  isClean: boolean;
  /** Whether the op has warned, and whether it has been silent. */
  hasWarned: boolean;
  isSilent: boolean;
}

/** The same op, if it has not touched the counter. */
export function untouched(place: number): number {
  return (place & ~7) | UNTOUCHED;
}

function meet(places: Map<number, Situation>, place: number, isClean: boolean): void {
  const known = places.get(place) ?? { isClean: false, hasWarned: false, isSilent: false };
  if (isClean) known.isClean = true;
  places.set(place, known);
}

/** The place of an op and a boundary in one number. */
export function placeOf({ instance, boundary }: Pick<OpReturn, 'instance' | 'boundary'>): number {
  return instance * 8 + boundary;
}

/** The place of a packed fact: its op, and where that had first touched the counter, or where the count stood. */
export function placeOfFact(instances: Instances, fact: number): number {
  const { thread, op, boundary } = factOf(fact)!;
  return placeOf({ instance: instances.of(thread, op), boundary });
}

/**
 * What a side comes through, in all its runs of a program: which op first touched the counter where, with what end. It is the
 * measure of whether the reference works in a place where the subject differs.
 *
 *     inet_peer: lookup at zero      the reference goes on well: an objection there is a false alarm
 *     put at zero, of a plain kref   every run of the reference has a use after free: an objection there is deserved
 */
export class Situations {
  readonly #runs: SchemeRuns;
  readonly #outcomes: Outcomes;
  /** Made when it is first asked for: most programs differ in nothing that must be placed. */
  #byPlace: ReadonlyMap<number, Situation> | undefined;
  #warnings: ReadonlySet<string> | undefined;

  constructor(runs: SchemeRuns, outcomes: Outcomes) {
    this.#runs = runs;
    this.#outcomes = outcomes;
  }

  get #places(): ReadonlyMap<number, Situation> {
    this.#byPlace ??= this.#learn();
    return this.#byPlace;
  }

  #learn(): Map<number, Situation> {
    const places = new Map<number, Situation>();
    const rows = rowsOf(this.#runs);
    const endsClean = (row: number) => this.#outcomes.factOf(rows[row]!) === 0;
    const clean = this.#runs.leadingTo(endsOf(this.#runs, endsClean));
    for (const seen of this.#runs.returns()) {
      // What a callback does goes by its caller, but is not the caller's own way.
      if (seen.results[0] === NO_RESULTS) continue;
      const place = placeOf(seen);
      const known = places.get(place) ?? { isClean: false, hasWarned: false, isSilent: false };
      if (clean[this.#runs.after(seen.edge)]) known.isClean = true;
      if (seen.warnings.length > 0) known.hasWarned = true;
      else known.isSilent = true;
      places.set(place, known);
    }
    // An op that never returns has been there as well.
    const { underWay } = this.#runs;
    for (let at = 0; at < underWay.length; at += 3)
      meet(places, placeOf({ instance: underWay[at]!, boundary: underWay[at + 1]! }), underWay[at + 2] === 0);
    return places;
  }

  conductAt(place: number): Conduct {
    const known = this.#places.get(place);
    if (!known) return 'never';
    return known.isClean ? 'clean' : 'faulty';
  }

  knows(place: number): boolean {
    return this.#places.has(place);
  }

  /**
   * The place of this side that stands for one of the other side. Sides need not touch the counter by the same ops: what has
   * not touched it there is asked for where the count stood, and what this side has not met there as one that touches nothing.
   *
   * @param shown where the count stood, for an op that had not touched it
   */
  nearest(place: number, shown: number): number {
    if (this.#places.has(place)) return place;
    return place === untouched(place) ? (place & ~7) | shown : untouched(place);
  }

  /** Whether the op there always warns. */
  alwaysWarnsAt(place: number): boolean {
    const known = this.#places.get(place);
    return known?.hasWarned === true && !known.isSilent;
  }

  warns(instance: number, text: string): boolean {
    this.#warnings ??= warningsOf(this.#runs);
    return this.#warnings.has(`${instance} ${text}`);
  }

  /** Whether an op has warned as this side never does. */
  isNewWarning({ instance, warnings }: OpReturn): boolean {
    return warnings.some((text) => !this.warns(instance, text));
  }
}

/** Which ops have warned with which texts, each as one text. */
export function warningsOf(runs: SchemeRuns): Set<string> {
  if (!runs.hasWarned) return new Set();
  return new Set(
    runs.returns().flatMap(({ instance, warnings }) => warnings.map((text) => `${instance} ${text}`)),
  );
}

/** The rows of a side's outcomes, as lists. */
export function rowsOf({ rows }: SchemeRuns): number[][] {
  const length = rows.stride;
  return Array.from({ length: rows.size }, (_, index) => {
    const row = new Int32Array(length);
    rows.copyTo(index, row);
    return [...row];
  });
}

/** The states in which runs end with a row that is asked for. */
export function endsOf({ ends }: SchemeRuns, isAsked: (row: number) => boolean): number[] {
  return ends.filter((_, at) => at % 2 === 0 && isAsked(ends[at + 1]!));
}
