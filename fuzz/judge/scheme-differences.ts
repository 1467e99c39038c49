import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, type Judgement, type Kind, signatureOf } from '../../oracles/divergence.ts';
import type { FactName } from '../../oracles/lifetime.ts';
import { judgeFact, judgeResult, judgeWarning } from '../../oracles/scheme-judgement.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { codeAt } from '../run/op-results.ts';
import { factOf } from '../run/scheme-facts.ts';
import { firstDifference, nearestResults } from './nearest-results.ts';
import type { Goal } from './scheme-goals.ts';
import type { Instances, Outcomes } from './scheme-outcomes.ts';
import { GRANTED, type OpReturn, REFUSED, type SchemeRuns } from './scheme-runs.ts';
import { endsOf, placeOf, placeOfFact, rowsOf, Situations } from './scheme-situations.ts';

/** A divergence of a program, the fact that it is about, if any, and what a run must do to show it. */
export interface SchemeDivergence {
  readonly divergence: Divergence;
  readonly fact: FactName | undefined;
  readonly goal: Goal;
}

/** Both sides of a program, explored. */
export interface ExploredSides {
  readonly reference: SchemeRuns;
  readonly subject: SchemeRuns;
  readonly outcomes: Outcomes;
  readonly instances: Instances;
}

const SATURATED = BOUNDARIES.indexOf('saturated');

/**
 * Names what differs between the complete outcomes of both sides, and says who is right: the rules of docs/words.md,
 * "Judgements of schemes". Only asked where the sets differ, so it may take its time.
 *
 *     facts       new ones, and those that the subject does not have any more
 *     warnings    that the reference never gives
 *     results     of runs without a fact, that the reference never ends with
 *     the rest    outcomes that are new as a whole only
 */
export class SchemeDifferences {
  readonly found = new Map<string, SchemeDivergence>();
  readonly #harness: Harness;
  readonly #program: Program;
  readonly #sides: ExploredSides;
  readonly #there: Situations;
  readonly #referenceRows: readonly (readonly number[])[];
  readonly #subjectRows: readonly (readonly number[])[];
  /** The subject's returns with a warning that the reference never gives. */
  readonly #objections: readonly OpReturn[];
  /** By state of the subject: whether a run can come there without such a warning. */
  readonly #quiet: readonly boolean[];
  /** Facts of the reference that the subject does not have. */
  readonly #lost: ReadonlySet<number>;
  /** By row of the subject: whether a divergence has been named for it. */
  readonly #isNamed: boolean[] = [];

  constructor(harness: Harness, program: Program, sides: ExploredSides) {
    const { reference, subject, outcomes, instances } = sides;
    this.#harness = harness;
    this.#program = program;
    this.#sides = sides;
    this.#there = new Situations(reference, outcomes, instances);
    this.#referenceRows = rowsOf(reference);
    this.#subjectRows = rowsOf(subject);
    const own = new Set(this.#subjectRows.map((row) => outcomes.factOf(row)));
    this.#lost = new Set(
      this.#referenceRows.map((row) => outcomes.factOf(row)).filter((fact) => !own.has(fact)),
    );
    this.#objections = subject.returns.filter((seen) => this.#there.isNewWarning(seen));
    const loud = new Set(this.#objections.map(({ edge }) => edge));
    this.#quiet = subject.reachedFrom(0, (edge) => loud.has(edge));
    const { ofFacts, ofOutcomes } = harness.oracles;
    if (ofFacts) this.#nameFacts();
    if (ofOutcomes) this.#nameWarnings();
    if (ofOutcomes) this.#nameResults();
    this.#nameRest(ofFacts !== undefined);
  }

  #nameFacts(): void {
    const { outcomes, instances } = this.#sides;
    const known = new Set(this.#referenceRows.map((row) => outcomes.factOf(row)));
    const own = new Set(this.#subjectRows.map((row) => outcomes.factOf(row)));
    const spoilt = new Set<number>();
    for (const fact of own) {
      if (fact === 0 || known.has(fact)) continue;
      const place = placeOfFact(instances, fact);
      const objects = this.#alwaysObjects((row) => outcomes.factOf(row) === fact);
      // The price of an objection, and told with it: a pinned object is never freed.
      if (factOf(fact)!.isPinned && objects) continue;
      const judgement = judgeFact(this.#there.conductAtFact(instances, fact), objects);
      if (judgement !== 'protects') spoilt.add(place);
      this.#addFact(fact, judgement, { fact });
      for (const [row, cells] of this.#subjectRows.entries())
        if (outcomes.factOf(cells) === fact) this.#isNamed[row] = true;
    }
    for (const fact of this.#lost) {
      if (fact === 0 || spoilt.has(placeOfFact(instances, fact))) continue;
      this.#addFact(fact, 'protects', this.#goalOfRepair(placeOfFact(instances, fact)));
    }
  }

  /** A run without a fact, through the place where the reference does harm; what there is of that. */
  #goalOfRepair(place: number): Goal {
    const { subject, outcomes } = this.#sides;
    const clean = subject.leadingTo(endsOf(subject, (row) => outcomes.factOf(this.#subjectRows[row]!) === 0));
    if (!clean[0]) return {};
    const goesThere = subject.returns.some(
      (seen) => placeOf(seen) === place && clean[subject.after(seen.edge)],
    );
    return goesThere ? { isClean: true, place } : { isClean: true };
  }

  #addFact(fact: number, judgement: Judgement, goal: Goal): void {
    const { what, thread, op, boundary } = factOf(fact)!;
    const divergence = {
      op: this.#nameOf(thread, op),
      boundary: BOUNDARIES[boundary]!,
      kind: 'lifetime' as const,
      judgement,
    };
    this.#add({ divergence, fact: what, goal });
  }

  #nameWarnings(): void {
    const { instances } = this.#sides;
    for (const seen of this.#objections) {
      const { thread, op } = instances.partsOf(seen.instance);
      const judgement = this.#judgeObjection(seen);
      const text = seen.warnings.find((one) => !this.#there.warns(seen.instance, one))!;
      const goal = { place: placeOf(seen), text };
      this.#addAt(seen, thread, op, 'warning', judgement, goal);
    }
  }

  #judgeObjection(seen: OpReturn): Judgement {
    const place = placeOf(seen);
    const there = this.#there.conductAt(place);
    const { outcomes } = this.#sides;
    const isReferenceFaulty = this.#referenceRows.some((row) => outcomes.factOf(row) !== 0);
    return judgeWarning({
      there,
      isReferenceFaulty,
      isFaultyWithResults: there === 'never' && isReferenceFaulty && this.#isFaultyAfter(seen),
      warnsOtherwise: this.#there.alwaysWarnsAt(place),
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
      const facts = this.#factsWith(outcomes.resultsOf(this.#subjectRows[row]!));
      return facts.length > 0 && facts.every((fact) => fact !== 0);
    });
  }

  #nameResults(): void {
    const { outcomes } = this.#sides;
    const known = this.#referenceRows.map((row) => outcomes.resultsOf(row));
    const texts = new Set(known.map((results) => results.join()));
    const groups = new Map<string, number[]>();
    for (const [row, cells] of this.#subjectRows.entries()) {
      const text = outcomes.resultsOf(cells).join();
      if (outcomes.factOf(cells) === 0 && !texts.has(text))
        groups.set(text, [...(groups.get(text) ?? []), row]);
    }
    for (const rows of groups.values()) this.#nameResult(rows, known);
  }

  /** @param rows those without a fact that have the same new results. @param known the results of the reference */
  #nameResult(rows: readonly number[], known: readonly (readonly number[])[]): void {
    const { subject, instances, outcomes } = this.#sides;
    for (const row of rows) this.#isNamed[row] = true;
    const results = outcomes.resultsOf(this.#subjectRows[rows[0]!]!);
    const ops = this.#program.threads.map((calls) => calls.length);
    const nearest = nearestResults(results, known, ops);
    if (nearest.length === 0) return;
    // Where the nearest runs of the reference do harm that the subject does not, the difference is the repair.
    const repaired = nearest.find((near) =>
      this.#factsWith(near).some((fact) => fact !== 0 && this.#lost.has(fact)),
    );
    const { thread, op } = firstDifference(results, repaired ?? nearest[0]!, ops)!;
    const instance = instances.of(thread, op);
    const code = codeAt(results[thread]!, op);
    const leads = subject.leadingTo(endsOf(subject, (row) => rows.includes(row)));
    const isFaultyNearby =
      repaired !== undefined || nearest.every((near) => this.#factsWith(near).every((fact) => fact !== 0));
    const isGrantedNearby = nearest.every((near) => codeAt(near[thread]!, op) === GRANTED);
    const seen = subject.returns.filter(
      (one) => one.instance === instance && one.code === code && leads[subject.after(one.edge)],
    );
    for (const one of seen) {
      // What others see of a counter that has just been pinned follows from the warning.
      if (one.boundary === SATURATED && this.#objections.length > 0) continue;
      const isDenied = code === REFUSED && isGrantedNearby && !this.#isPlainMiss(one, thread, op);
      const warning = this.#there.isNewWarning(one) ? this.#judgeObjection(one) : undefined;
      const judgement = judgeResult({ isFaultyNearby, isDenied, warning });
      const goal = { place: placeOf(one), code, rows: rows.map((row) => this.#subjectRows[row]!) };
      this.#addAt(one, thread, op, 'result', judgement, goal);
    }
  }

  /** A lookup that finds nothing because the object is not in the structure any more raises no alarm. */
  #isPlainMiss({ isUnlinked }: OpReturn, thread: number, op: number): boolean {
    const { role } = (this.#harness.target.subject as Scheme).ops[this.#nameOf(thread, op)]!;
    return isUnlinked && (role === 'get' || role === 'enter');
  }

  /** Outcomes each part of which the reference has, but not all together. */
  #nameRest(asksFacts: boolean): void {
    const { outcomes, subject, reference } = this.#sides;
    for (const [row, cells] of this.#subjectRows.entries()) {
      if (this.#isNamed[row] || reference.rows.indexOf(Int32Array.from(cells)) >= 0) continue;
      const isQuiet = endsOf(subject, (other) => other === row).some((state) => this.#quiet[state]);
      if (!isQuiet || !asksFacts) continue;
      const fact = outcomes.factOf(cells);
      const facts = this.#factsWith(outcomes.resultsOf(cells));
      const goal = { rows: [cells] };
      if (fact !== 0 && facts.includes(0)) this.#addFact(fact, 'breaks', goal);
      else if (fact === 0 && facts.length > 0 && !facts.includes(0))
        this.#addFact(Math.min(...facts), 'protects', goal);
    }
  }

  /** The facts of the reference's runs that end with some results; 0 for a run without. */
  #factsWith(results: readonly number[]): number[] {
    const { outcomes } = this.#sides;
    const text = results.join();
    return this.#referenceRows
      .filter((row) => outcomes.resultsOf(row).join() === text)
      .map((row) => outcomes.factOf(row));
  }

  /** Whether every run of the subject that ends so has warned as the reference never does. */
  #alwaysObjects(isAsked: (row: readonly number[]) => boolean): boolean {
    const ends = endsOf(this.#sides.subject, (row) => isAsked(this.#subjectRows[row]!));
    return ends.every((state) => !this.#quiet[state]);
  }

  #addAt(
    { shown }: OpReturn,
    thread: number,
    op: number,
    kind: Kind,
    judgement: Judgement,
    goal: Goal,
  ): void {
    const divergence = { op: this.#nameOf(thread, op), boundary: BOUNDARIES[shown]!, kind, judgement };
    this.#add({ divergence, fact: undefined, goal });
  }

  #add(one: SchemeDivergence): void {
    const signature = signatureOf(one.divergence);
    if (!this.found.has(signature)) this.found.set(signature, one);
  }

  #nameOf(thread: number, op: number): string {
    return this.#harness.alphabet.call(this.#program.threads[thread]![op]!).op;
  }
}
