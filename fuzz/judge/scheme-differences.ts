import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, type Judgement, type Kind, signatureOf } from '../../oracles/divergence.ts';
import { type FactName, isOfOrder } from '../../oracles/lifetime.ts';
import { judgeFact, judgeResult } from '../../oracles/scheme-judgement.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { codeAt } from '../run/op-results.ts';
import { factOf } from '../run/scheme-facts.ts';
import { ResultsSoFar, resultsKey, withoutFrom } from './results-so-far.ts';
import { type ExploredSides, SchemeEvidence } from './scheme-evidence.ts';
import type { Goal } from './scheme-goals.ts';
import { GRANTED, NO_RESULTS, type OpReturn, REFUSED } from './scheme-runs.ts';
import { endsOf, placeOf, placeOfFact } from './scheme-situations.ts';

/** A divergence of a program, the fact that it is about, if any, and what a run must do to show it. */
export interface SchemeDivergence {
  readonly divergence: Divergence;
  readonly fact: FactName | undefined;
  readonly goal: Goal;
}

/** Gravest first. */
const JUDGEMENTS_OF_WARNINGS: readonly Judgement[] = ['false-alarm', 'changes', 'protects'];

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
  readonly #evidence: SchemeEvidence;
  /** By row of the subject: whether a divergence has been named for it. */
  readonly #isNamed: boolean[] = [];
  /** Transitions with a new result and no other end: a warning that comes with it is told by it. */
  readonly #absorbed = new Set<number>();

  constructor(harness: Harness, program: Program, sides: ExploredSides) {
    this.#harness = harness;
    this.#program = program;
    this.#sides = sides;
    this.#evidence = new SchemeEvidence(sides);
    const { ofFacts, ofOutcomes } = harness.oracles;
    if (ofFacts) this.#nameFacts();
    if (ofOutcomes) this.#nameResults();
    if (ofOutcomes) this.#nameWarnings();
    this.#nameRest(ofFacts !== undefined);
    if (ofOutcomes && this.found.size === 0) this.#nameAny();
  }

  #nameFacts(): void {
    const { outcomes, instances } = this.#sides;
    const known = new Set(this.#evidence.referenceRows.map((row) => outcomes.factOf(row)));
    const own = new Set(this.#evidence.subjectRows.map((row) => outcomes.factOf(row)));
    const spoilt = new Set<number>();
    for (const fact of own) {
      if (fact === 0 || known.has(fact)) continue;
      const place = placeOfFact(instances, fact);
      const silence = this.#evidence.silenceOn(fact);
      // The price of an objection, and told with it: a pinned object is never freed.
      if (silence === 'excused') continue;
      const objects = silence === 'objects';
      const isBeyond = objects && this.#evidence.isForewarned(fact);
      const there = this.#evidence.there.conductAt(this.#evidence.placeThereOf(fact));
      const judgement = judgeFact(isBeyond ? 'faulty' : there, objects);
      if (judgement !== 'protects') spoilt.add(place);
      this.#addFact(fact, judgement, { fact });
      for (const [row, cells] of this.#evidence.subjectRows.entries())
        if (outcomes.factOf(cells) === fact) this.#isNamed[row] = true;
    }
    for (const fact of this.#evidence.lost) {
      if (fact === 0 || spoilt.has(placeOfFact(instances, fact))) continue;
      this.#addFact(fact, 'protects', this.#evidence.goalOfRepair(placeOfFact(instances, fact)));
    }
  }

  #addFact(fact: number, judgement: Judgement, goal: Goal): void {
    const { what, thread, op, boundary } = factOf(fact)!;
    const kind: Kind = isOfOrder(what) ? what : 'lifetime';
    const divergence = { op: this.#nameOf(thread, op), boundary: BOUNDARIES[boundary]!, kind, judgement };
    this.#add({ divergence, fact: what, goal });
  }

  /** The first of a run: what comes after follows from it. Of several judgements at one place the gravest is told. */
  #nameWarnings(): void {
    const { subject } = this.#sides;
    const gravest = new Map<number, { seen: OpReturn; judgement: Judgement }>();
    for (const seen of this.#evidence.objections) {
      if (seen.seesPinned || this.#absorbed.has(seen.edge)) continue;
      if (!this.#evidence.isQuiet(subject.before(seen.edge))) continue;
      const judgement = this.#evidence.judgeObjection(seen);
      const at = placeOf(seen) * BOUNDARIES.length + seen.shown;
      const known = gravest.get(at);
      if (
        known &&
        JUDGEMENTS_OF_WARNINGS.indexOf(known.judgement) <= JUDGEMENTS_OF_WARNINGS.indexOf(judgement)
      )
        continue;
      gravest.set(at, { seen, judgement });
    }
    for (const { seen, judgement } of gravest.values()) {
      const text = seen.warnings.find((one) => !this.#evidence.there.warns(seen.instance, one))!;
      const goal = { place: placeOf(seen), text };
      this.#addAt(seen, seen.thread, seen.op, 'warning', judgement, goal);
    }
  }

  /**
   * Results are named at the op with whose return they agree with no complete run of the reference any more. Only in runs
   * without a fact (else that is the divergence), and up to the first objection: what comes after follows from it.
   */
  #nameResults(): void {
    const { outcomes, subject, instances } = this.#sides;
    const ofReference = new Set(this.#evidence.referenceRows.map((row) => outcomes.resultsOf(row).join()));
    const isNew = this.#evidence.subjectRows.map(
      (row) => outcomes.factOf(row) === 0 && !ofReference.has(outcomes.resultsOf(row).join()),
    );
    if (!isNew.includes(true)) return;
    for (const [row, is] of isNew.entries()) if (is) this.#isNamed[row] = true;
    const leads = subject.leadingTo(endsOf(subject, (row) => isNew[row]!));
    const complete = this.#evidence.referenceRows.map((row) => ({
      results: outcomes.resultsOf(row),
      isFaulty: outcomes.factOf(row) !== 0,
    }));
    const soFar = new ResultsSoFar(complete, instances.orders);
    // Only a warning can be absorbed.
    const leadsElsewhere =
      this.#evidence.objections.length > 0 && subject.leadingTo(endsOf(subject, (row) => !isNew[row]!));
    const rows = this.#evidence.subjectRows.filter((_, row) => isNew[row]);
    const isAsked = (edge: number) =>
      leads[subject.after(edge)]! && this.#evidence.isQuiet(subject.before(edge));
    const known = new Map<string | number, Set<number>>();
    for (const seen of subject.returns(isAsked)) {
      if (seen.results[0] === NO_RESULTS || seen.seesPinned || soFar.agreeing(seen.results).length > 0)
        continue;
      // The same op with the same results comes in many schedules.
      const there = entryOf(known, resultsKey(seen.results));
      const way = (placeOf(seen) * BOUNDARIES.length + seen.shown) * 2 + (seen.isUnlinked ? 1 : 0);
      if (seen.warnings.length === 0 && there.has(way)) continue;
      if (!this.#nameResult(seen, soFar, rows)) continue;
      there.add(way);
      if (leadsElsewhere && !leadsElsewhere[subject.after(seen.edge)]) this.#absorbed.add(seen.edge);
    }
  }

  /**
   * One access may end several ops: a put by a thread that holds nothing takes none. The first that is off is named.
   *
   * @returns false where the results were off before
   */
  #nameResult(seen: OpReturn, soFar: ResultsSoFar, rows: readonly (readonly number[])[]): boolean {
    const { results, thread } = seen;
    if (soFar.agreeing(withoutFrom(results, thread, seen.op)).length === 0) return false;
    let op = seen.op;
    while (soFar.agreeing(withoutFrom(results, thread, op + 1)).length > 0) op++;
    const could = soFar.agreeing(withoutFrom(results, thread, op));
    const code = codeAt(results[thread]!, op);
    const onlyGrants = could.every((one) => codeAt(one.results[thread]!, op) === GRANTED);
    const judgement = judgeResult({
      isFaultyNearby: could.every(({ isFaulty }) => isFaulty) || this.#evidence.isMended(seen),
      isDenied: code === REFUSED && onlyGrants && !this.#isPlainMiss(seen, thread, op),
      warning: this.#evidence.there.isNewWarning(seen) ? this.#evidence.judgeObjection(seen) : undefined,
    });
    this.#addAt(seen, thread, op, 'result', judgement, { place: placeOf(seen), rows });
    return true;
  }

  /** A lookup that finds nothing because the object is not in the structure any more raises no alarm. */
  #isPlainMiss({ isUnlinked }: OpReturn, thread: number, op: number): boolean {
    const { role } = (this.#harness.target.subject as Scheme).ops[this.#nameOf(thread, op)]!;
    return isUnlinked && (role === 'get' || role === 'enter');
  }

  /** Outcomes each part of which the reference has, but not all together. */
  #nameRest(asksFacts: boolean): void {
    const { outcomes, subject, reference } = this.#sides;
    for (const [row, cells] of this.#evidence.subjectRows.entries()) {
      if (this.#isNamed[row] || reference.rows.indexOf(Int32Array.from(cells)) >= 0) continue;
      const isQuiet = endsOf(subject, (other) => other === row).some((state) =>
        this.#evidence.isQuiet(state),
      );
      if (!isQuiet || !asksFacts) continue;
      const fact = outcomes.factOf(cells);
      const facts = this.#evidence.factsWith(outcomes.resultsOf(cells));
      const goal = { rows: [cells] };
      if (fact !== 0 && facts.includes(0)) this.#addFact(fact, 'breaks', goal);
      else if (fact === 0 && facts.length > 0 && !facts.includes(0))
        this.#addFact(Math.min(...facts), 'protects', goal);
    }
  }

  /** Whatever is new has a name: if nothing else, that of the op that returns last on the way to it. */
  #nameAny(): void {
    const { subject, reference, outcomes } = this.#sides;
    const at = this.#evidence.subjectRows.findIndex(
      (row) => reference.rows.indexOf(Int32Array.from(row)) < 0,
    );
    if (at < 0) return;
    const row = this.#evidence.subjectRows[at]!;
    const leads = subject.leadingTo(endsOf(subject, (other) => other === at));
    const seen = subject.returns((edge) => leads[subject.after(edge)]!).at(-1);
    this.#nameWait(row);
    if (!seen || this.found.size > 0) return;
    const isOfObject = reference.rows.indexOf(Int32Array.from(outcomes.withOtherEnd(row))) >= 0;
    const isNewResult = this.#evidence.factsWith(outcomes.resultsOf(row)).length === 0;
    const kind = isOfObject ? 'lifetime' : isNewResult ? 'result' : 'warning';
    this.#addAt(seen, seen.thread, seen.op, kind, 'changes', { rows: [row] });
  }

  /** An op that does not return in the run, for it waits for a put that may come. */
  #nameWait(row: readonly number[]): void {
    const { subject, outcomes, instances } = this.#sides;
    const results = outcomes.resultsOf(row);
    const thread = this.#program.threads.findIndex((ops, at) => codeAt(results[at]!, ops.length - 1) === 0);
    if (thread < 0 || outcomes.factOf(row) !== 0) return;
    const { threads } = this.#program;
    const op = threads[thread]!.findIndex((_, at) => codeAt(results[thread]!, at) === 0);
    const { underWay } = subject;
    for (let at = 0; at < underWay.length; at += 3) {
      if (underWay[at] !== instances.of(thread, op) || underWay[at + 2] !== 0) continue;
      const boundary = BOUNDARIES[underWay[at + 1]!] ?? 'interior';
      const divergence = {
        op: this.#nameOf(thread, op),
        boundary,
        kind: 'result',
        judgement: 'changes',
      } as const;
      this.#add({ divergence, fact: undefined, goal: { rows: [row] } });
      return;
    }
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

function entryOf<K>(map: Map<K, Set<number>>, key: K): Set<number> {
  const known = map.get(key) ?? new Set<number>();
  map.set(key, known);
  return known;
}
