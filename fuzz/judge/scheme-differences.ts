import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, type Judgement, type Kind, signatureOf } from '../../oracles/divergence.ts';
import type { FactName } from '../../oracles/lifetime.ts';
import { judgeFact, judgeResult, judgeWarning } from '../../oracles/scheme-judgement.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { codeAt } from '../run/op-results.ts';
import { factOf } from '../run/scheme-facts.ts';
import { ResultsSoFar, withoutFrom } from './results-so-far.ts';
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

/** Of a callback: see `OpReturn.results`. */
const NO_RESULTS = -1;

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
  /** All returns of the subject. */
  readonly #returns: readonly OpReturn[];
  /** The subject's returns with a warning that the reference never gives. */
  readonly #objections: readonly OpReturn[];
  /** By state of the subject: whether a run can come there without such a warning; absent if there is none. */
  readonly #quiet: readonly boolean[] | undefined;
  /** Facts of the reference that the subject does not have. */
  readonly #lost: ReadonlySet<number>;
  /** Places from which the reference comes to one of these. */
  readonly #mended: ReadonlySet<number>;
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
    this.#mended = this.#mendedPlaces();
    this.#returns = subject.returns();
    this.#objections = subject.hasWarned
      ? this.#returns.filter((seen) => this.#there.isNewWarning(seen))
      : [];
    const loud = new Set(this.#objections.map(({ edge }) => edge));
    this.#quiet = loud.size === 0 ? undefined : subject.reachedFrom(0, (edge) => loud.has(edge));
    const { ofFacts, ofOutcomes } = harness.oracles;
    if (ofFacts) this.#nameFacts();
    if (ofOutcomes) this.#nameWarnings();
    if (ofOutcomes) this.#nameResults();
    this.#nameRest(ofFacts !== undefined);
  }

  /** The place of the reference that an op of the subject is measured by. */
  #placeThere(seen: OpReturn): number {
    return this.#there.nearest(placeOf(seen), seen.shown);
  }

  #mendedPlaces(): Set<number> {
    const { reference, outcomes } = this.#sides;
    const ends = endsOf(reference, (row) => this.#isLost(outcomes.factOf(this.#referenceRows[row]!)));
    if (ends.length === 0) return new Set();
    const harmful = reference.leadingTo(ends);
    return new Set(
      reference
        .returns()
        .filter(({ edge }) => harmful[reference.after(edge)])
        .map(placeOf),
    );
  }

  #isMended(seen: OpReturn): boolean {
    return this.#mended.size > 0 && this.#mended.has(this.#placeThere(seen));
  }

  #isQuiet(state: number): boolean {
    return this.#quiet?.[state] ?? true;
  }

  #isLost(fact: number): boolean {
    return fact !== 0 && this.#lost.has(fact);
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
      const judgement = judgeFact(this.#there.conductAt(this.#there.nearest(place, place & 7)), objects);
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
    const goesThere = this.#returns.some(
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

  /** The first of a run: what comes after follows from it. */
  #nameWarnings(): void {
    const { subject } = this.#sides;
    for (const seen of this.#objections) {
      if (seen.seesPinned || !this.#isQuiet(subject.before(seen.edge))) continue;
      const { thread, op } = seen;
      const judgement = this.#judgeObjection(seen);
      const text = seen.warnings.find((one) => !this.#there.warns(seen.instance, one))!;
      const goal = { place: placeOf(seen), text };
      this.#addAt(seen, thread, op, 'warning', judgement, goal);
    }
  }

  #judgeObjection(seen: OpReturn): Judgement {
    const place = this.#placeThere(seen);
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

  /**
   * Results are named at the op with whose return they agree with no complete run of the reference any more. Only in runs
   * without a fact (else that is the divergence), and up to the first objection: what comes after follows from it.
   */
  #nameResults(): void {
    const { outcomes, subject } = this.#sides;
    const known = new Set(this.#referenceRows.map((row) => outcomes.resultsOf(row).join()));
    const isNew = this.#subjectRows.map(
      (row) => outcomes.factOf(row) === 0 && !known.has(outcomes.resultsOf(row).join()),
    );
    if (!isNew.includes(true)) return;
    for (const [row, is] of isNew.entries()) if (is) this.#isNamed[row] = true;
    const leads = subject.leadingTo(endsOf(subject, (row) => isNew[row]!));
    const complete = this.#referenceRows.map((row) => ({
      results: outcomes.resultsOf(row),
      isFaulty: outcomes.factOf(row) !== 0,
    }));
    const soFar = new ResultsSoFar(complete, this.#program);
    const rows = this.#subjectRows.filter((_, row) => isNew[row]);
    for (const seen of this.#returns) {
      if (seen.results[0] === NO_RESULTS || seen.seesPinned || !leads[subject.after(seen.edge)]) continue;
      if (this.#isQuiet(subject.before(seen.edge))) this.#nameResult(seen, soFar, rows);
    }
  }

  /** One access may end several ops: a put by a thread that holds nothing takes none. The first that is off is named. */
  #nameResult(seen: OpReturn, soFar: ResultsSoFar, rows: readonly (readonly number[])[]): void {
    const { results, thread } = seen;
    if (soFar.agreeing(results).length > 0) return;
    if (soFar.agreeing(withoutFrom(results, thread, seen.op)).length === 0) return;
    let op = seen.op;
    while (soFar.agreeing(withoutFrom(results, thread, op + 1)).length > 0) op++;
    const could = soFar.agreeing(withoutFrom(results, thread, op));
    const code = codeAt(results[thread]!, op);
    const onlyGrants = could.every((one) => codeAt(one.results[thread]!, op) === GRANTED);
    const judgement = judgeResult({
      isFaultyNearby: could.every(({ isFaulty }) => isFaulty) || this.#isMended(seen),
      isDenied: code === REFUSED && onlyGrants && !this.#isPlainMiss(seen, thread, op),
      warning: this.#there.isNewWarning(seen) ? this.#judgeObjection(seen) : undefined,
    });
    this.#addAt(seen, thread, op, 'result', judgement, { place: placeOf(seen), rows });
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
      const isQuiet = endsOf(subject, (other) => other === row).some((state) => this.#isQuiet(state));
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
    return ends.every((state) => !this.#isQuiet(state));
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
