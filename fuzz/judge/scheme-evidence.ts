import type { Judgement } from '../../oracles/divergence.ts';
import { judgeWarning } from '../../oracles/scheme-judgement.ts';
import type { Goal } from './scheme-goals.ts';
import type { Instances, Outcomes } from './scheme-outcomes.ts';
import type { OpReturn, SchemeRuns } from './scheme-runs.ts';
import { endsOf, placeOf, placeOfFact, rowsOf, Situations, untouched } from './scheme-situations.ts';

/** Both sides of a program, explored. */
export interface ExploredSides {
  readonly reference: SchemeRuns;
  readonly subject: SchemeRuns;
  readonly outcomes: Outcomes;
  readonly instances: Instances;
}

/** What is known of both sides of a program, for whoever judges a difference. */
export class SchemeEvidence {
  /** What the reference does where. */
  readonly there: Situations;
  /** The outcomes of each side, as rows. */
  readonly referenceRows: readonly (readonly number[])[];
  readonly subjectRows: readonly (readonly number[])[];
  /** The subject's returns with a warning that the reference never gives. */
  readonly objections: readonly OpReturn[];
  /** Facts of the reference that the subject does not have; 0, for none, may be among them. */
  readonly lost: ReadonlySet<number>;
  readonly #sides: ExploredSides;
  /** By state of the subject: whether a run can come there without such a warning; absent if there is none. */
  readonly #quiet: readonly boolean[] | undefined;
  /** Places from which the reference comes to a lost fact. */
  readonly #mended: ReadonlySet<number>;

  constructor(sides: ExploredSides) {
    const { reference, subject, outcomes } = sides;
    this.#sides = sides;
    this.there = new Situations(reference, outcomes);
    this.referenceRows = rowsOf(reference);
    this.subjectRows = rowsOf(subject);
    const own = new Set(this.subjectRows.map((row) => outcomes.factOf(row)));
    this.lost = new Set(
      this.referenceRows.map((row) => outcomes.factOf(row)).filter((fact) => !own.has(fact)),
    );
    this.#mended = this.#mendedPlaces();
    this.objections = subject.hasWarned
      ? subject.returns().filter((seen) => this.there.isNewWarning(seen))
      : [];
    const loud = new Set(this.objections.map(({ edge }) => edge));
    this.#quiet = loud.size === 0 ? undefined : subject.reachedFrom(0, (edge) => loud.has(edge));
  }

  /** The place of the reference that an op of the subject is measured by. */
  placeThere(seen: OpReturn): number {
    return this.there.nearest(placeOf(seen), seen.shown);
  }

  #mendedPlaces(): Set<number> {
    const { reference, outcomes } = this.#sides;
    const ends = endsOf(reference, (row) => this.isLost(outcomes.factOf(this.referenceRows[row]!)));
    if (ends.length === 0) return new Set();
    const harmful = reference.leadingTo(ends);
    const places = new Set(reference.returns((edge) => harmful[reference.after(edge)]!).map(placeOf));
    const { underWay } = reference;
    for (let at = 0; at < underWay.length; at += 3)
      if (this.isLost(underWay[at + 2]!))
        places.add(placeOf({ instance: underWay[at]!, boundary: underWay[at + 1]! }));
    return places;
  }

  /**
   * Whether the reference comes from there to a fact that the subject does not have. An op that has not touched the counter
   * may be one that now waits for the repair to be over, where it touched the counter before: so both are asked.
   */
  isMended(seen: OpReturn): boolean {
    if (this.#mended.size === 0) return false;
    const { instance, shown } = seen;
    return (
      this.#mended.has(this.placeThere(seen)) || this.#mended.has(placeOf({ instance, boundary: shown }))
    );
  }

  /** Whether a run of the subject can come to a state without a warning that the reference never gives. */
  isQuiet(state: number): boolean {
    return this.#quiet?.[state] ?? true;
  }

  /** Whether the subject does not have a fact of the reference any more. */
  isLost(fact: number): boolean {
    return fact !== 0 && this.lost.has(fact);
  }

  /** A run without a fact, through the place where the reference does harm; what there is of that. */
  goalOfRepair(place: number): Goal {
    const { subject, outcomes } = this.#sides;
    const clean = subject.leadingTo(endsOf(subject, (row) => outcomes.factOf(this.subjectRows[row]!) === 0));
    if (!clean[0]) return {};
    const goesThere = subject
      .returns((edge) => clean[subject.after(edge)]!)
      .some((seen) => placeOf(seen) === place);
    return goesThere ? { isClean: true, place } : { isClean: true };
  }

  /** What a warning amounts to that the reference never gives. */
  judgeObjection(seen: OpReturn): Judgement {
    const place = this.placeThere(seen);
    const there = this.there.conductAt(place);
    const { outcomes } = this.#sides;
    const isReferenceFaulty = this.referenceRows.some((row) => outcomes.factOf(row) !== 0);
    return judgeWarning({
      there,
      isReferenceFaulty,
      isFaultyWithResults: there === 'never' && isReferenceFaulty && this.#isFaultyAfter(seen),
      warnsOtherwise: this.there.alwaysWarnsAt(place),
    });
  }

  /** Whether the reference ends with the results that the subject comes to from there, and never without a fact. */
  #isFaultyAfter({ edge }: OpReturn): boolean {
    const { subject, outcomes } = this.#sides;
    const reached = subject.reachedFrom(subject.after(edge), () => false);
    const rows = new Set<number>();
    for (let at = 0; at < subject.ends.length; at += 2)
      if (reached[subject.ends[at]!]) rows.add(subject.ends[at + 1]!);
    return [...rows].every((row) => {
      const facts = this.factsWith(outcomes.resultsOf(this.subjectRows[row]!));
      return facts.length > 0 && facts.every((fact) => fact !== 0);
    });
  }

  /** The facts of the reference's runs that end with some results; 0 for a run without. */
  factsWith(results: readonly number[]): number[] {
    const { outcomes } = this.#sides;
    const text = results.join();
    return this.referenceRows
      .filter((row) => outcomes.resultsOf(row).join() === text)
      .map((row) => outcomes.factOf(row));
  }

  /** The place of the reference that a fact is measured by: if it does not come there, where its op touches nothing. */
  placeThereOf(fact: number): number {
    const place = placeOfFact(this.#sides.instances, fact);
    return this.there.knows(place) ? place : untouched(place);
  }

  /**
   * Whether all runs of the subject with a fact have first warned anew where the reference does nothing but harm: what comes
   * of that breaks nothing that worked.
   */
  isForewarned(fact: number): boolean {
    const { subject, outcomes } = this.#sides;
    const deserved = new Set(
      this.objections.filter((seen) => this.#isDeserved(seen)).map(({ edge }) => edge),
    );
    if (deserved.size === 0) return false;
    const reached = subject.reachedFrom(
      0,
      (edge) => deserved.has(edge) && this.isQuiet(subject.before(edge)),
    );
    return endsOf(subject, (row) => outcomes.factOf(this.subjectRows[row]!) === fact).every(
      (state) => !reached[state],
    );
  }

  /** Whether a warning comes where the reference is faulty, and does not always warn. */
  #isDeserved(seen: OpReturn): boolean {
    const place = this.placeThere(seen);
    return this.there.conductAt(place) === 'faulty' && !this.there.alwaysWarnsAt(place);
  }

  /**
   * How the subject's runs with a fact have warned as the reference never does: `excused` if all that there is is an object
   * that cannot be freed because its count is pinned, and all have warned; `objects` if all others have; else `silent`.
   */
  silenceOn(fact: number): 'excused' | 'objects' | 'silent' {
    const { subject, outcomes } = this.#sides;
    let isExcused = true;
    for (let at = 0; at < subject.ends.length; at += 2) {
      if (outcomes.factOf(this.subjectRows[subject.ends[at + 1]!]!) !== fact) continue;
      const isQuiet = this.isQuiet(subject.ends[at]!);
      if (isQuiet) return 'silent';
      if (!subject.factAt(at)!.isPinned) isExcused = false;
    }
    return isExcused ? 'excused' : 'objects';
  }
}
