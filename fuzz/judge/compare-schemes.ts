import { isOfOrder } from '../../oracles/lifetime.ts';
import { Explorer, type ExplorerOptions } from '../explore/explorer.ts';
import { cheapestSchedules } from '../explore/witness.ts';
import type { Program } from '../program/program.ts';
import { asksThread } from '../run/alike-threads.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { factOf } from '../run/scheme-facts.ts';
import { OrderNews } from './order-news.ts';
import type { SchemeAnswer, SchemeComparison, SideCan } from './scheme-answer.ts';
import { SchemeDifferences } from './scheme-differences.ts';
import { SchemeGoal } from './scheme-goals.ts';
import { Instances, Outcomes } from './scheme-outcomes.ts';
import { SchemeRuns } from './scheme-runs.ts';
import { rowsOf, warningsOf } from './scheme-situations.ts';

/**
 * Decides programs of a scheme target: both sides are explored, and what only one comes to is named. What memory orders add to
 * that is asked where the target says so.
 *
 * @param stateLimit of a side; a program with more is left undecided
 * @param asked `symmetry: false` tells threads apart that are alike, in the results of the reference as well
 */
export function schemeComparison(
  harness: Harness,
  stateLimit: number,
  asked: ExplorerOptions = { symmetry: true, eager: true },
): SchemeComparison {
  const isTold = asksThread(harness.target);
  const instances = new Instances(isTold);
  // Of both sides alike: rows of one whose threads are sorted mean nothing beside rows of one whose threads are not.
  const options = isTold ? { ...asked, symmetry: false } : asked;
  const outcomes = new Outcomes(instances, options, harness.oracles.ofFacts !== undefined);
  const sideOf = (trees: Harness['subject'], bias: number) => {
    const explorer = new Explorer(new Machine(trees), options);
    explorer.machine.touches.watch(bias, harness.saturated);
    return new SchemeRuns(explorer, outcomes, instances);
  };
  const { bias } = harness.target.subject as { bias: number };
  const reference = sideOf(harness.reference!, 0);
  const subject = sideOf(harness.subject, bias);
  const counts = { states: 0, transitions: 0 };
  const orders = harness.target.asksUses
    ? new OrderNews(harness, stateLimit, (twin) => schemeComparison(twin, stateLimit, asked))
    : undefined;

  const compare = (program: Program): SchemeAnswer | undefined => {
    instances.begin(program);
    if (!reference.explore(program, stateLimit, counts)) return undefined;
    if (!subject.explore(program, stateLimit, counts)) return undefined;
    if (reference.hasGivenUp && subject.hasGivenUp) return undefined;
    return orders ? orders.addTo(compared(program), program) : compared(program);
  };

  const compared = (program: Program): SchemeAnswer => {
    const { lost, added } = setDifferences(reference, subject);
    if (
      added === 0 &&
      !warnsElsewhere(reference, subject) &&
      !hasLostFact(lost, reference, subject, outcomes)
    )
      return { ...SAME, lost };
    const { found } = new SchemeDifferences(harness, program, { reference, subject, outcomes, instances });
    return { divergences: found, lost, hasNew: added > 0 };
  };

  const cheapest = (program: Program, signature: string): number[] | undefined => {
    const seen = compare(program)?.divergences.get(signature);
    if (!seen) return undefined;
    if (orders && isOfOrder(seen.divergence.kind)) return orders.cheapest(program, signature);
    const machine = new Machine(harness.subject, 1);
    machine.touches.watch(bias, harness.saturated);
    const goal = new SchemeGoal(signature, seen.goal, outcomes, instances);
    return cheapestSchedules(machine, program, goal).get(signature);
  };

  const referenceCan = (program: Program): SideCan | undefined => {
    instances.begin(program);
    if (!reference.explore(program, stateLimit, counts)) return undefined;
    return sideCan(reference, outcomes);
  };
  return {
    compare,
    cheapest,
    referenceCan,
    subject: subject.machine,
    reference: reference.machine,
    counts,
  };
}

/** What a program that has been explored can come to. */
function sideCan(side: SchemeRuns, outcomes: Outcomes): SideCan {
  const rows = rowsOf(side);
  const facts = rows.flatMap((row) => factOf(outcomes.factOf(row))?.what ?? []);
  return {
    results: [
      ...new Map(rows.map((row) => [outcomes.resultsOf(row).join(), outcomes.resultsOf(row)])).values(),
    ],
    facts: [...new Set(facts)].sort(),
    warnings: [...new Set(side.returns().flatMap(({ warnings }) => warnings))].sort(),
  };
}

const SAME: SchemeAnswer = { divergences: new Map(), lost: 0, hasNew: false };

/** How many outcomes each side has that the other lacks. */
function setDifferences(reference: SchemeRuns, subject: SchemeRuns): { lost: number; added: number } {
  const row = new Int32Array(reference.rows.stride);
  let shared = 0;
  for (let index = 0; index < subject.rows.size; index++) {
    subject.rows.copyTo(index, row);
    if (reference.rows.indexOf(row) >= 0) shared++;
  }
  return { lost: reference.rows.size - shared, added: subject.rows.size - shared };
}

/** Whether the subject warns by another op than the reference: the texts of a run do not tell that. */
function warnsElsewhere(reference: SchemeRuns, subject: SchemeRuns): boolean {
  if (!subject.hasWarned) return false;
  const known = warningsOf(reference);
  return [...warningsOf(subject)].some((key) => !known.has(key));
}

/** Whether there is a fact in some run of the reference that the subject never shows. */
function hasLostFact(lost: number, reference: SchemeRuns, subject: SchemeRuns, outcomes: Outcomes): boolean {
  if (lost === 0) return false;
  const facts = (side: SchemeRuns) => new Set(rowsOf(side).map((row) => outcomes.factOf(row)));
  const own = facts(subject);
  return [...facts(reference)].some((fact) => fact !== 0 && !own.has(fact));
}
