import type { Divergence } from '../../oracles/divergence.ts';
import { formatValue, INT_MAX } from '../../targets/subject/values.ts';
import { factsAtEnd } from '../case/observe.ts';
import { cheapestPath } from '../explore/cheapest-path.ts';
import { interleavingsOf } from '../explore/interleavings.ts';
import { difference, outcomeSets } from '../explore/outcomes.ts';
import { costOf } from '../explore/schedule-cost.ts';
import { type StateGraph, stateGraph } from '../explore/state-graph.ts';
import { schemeComparison } from '../judge/compare-schemes.ts';
import { type Decider, deciderOf } from '../judge/decide.ts';
import { toldBy } from '../judge/order-twin.ts';
import { PairWalk } from '../judge/pair-walk.ts';
import { resultClasses } from '../judge/scheme-outcomes.ts';
import type { Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import {
  type AnsweredDivergence,
  addOutcomes,
  addRaces,
  type ProvedSchedule,
  proved,
} from './answered-divergences.ts';

export type { AnsweredDivergence, ProvedSchedule } from './answered-divergences.ts';

import { GiveUps } from './give-ups.ts';

/**
 * Differences beyond these are counted, and not traced to a schedule. Each trace is a shortest-path search of its own
 * over the graph, and a program can differ in thousands of outcomes.
 */
const TRACED = 64;

/** Everything that can be said about one program, over all its schedules. */
export interface ProgramAnswer {
  /**
   * `unknown` when a side has more states than the limit, or its outcomes are too many to list. A difference is a fact
   * however little was seen, so `differs` needs no completeness; `equivalent` does.
   */
  readonly verdict: 'equivalent' | 'differs' | 'unknown';
  /** Whether all was decided: what differs is then all that does. */
  readonly isComplete: boolean;
  /**
   * Every value that a counter's word can hold, on either side, lies strictly between 0 and INT_MAX. Not asked of
   * schemes: false there.
   */
  readonly isInterior: boolean;
  readonly divergences: readonly AnsweredDivergence[];
  /** Absent when the reference is the ideal counter, which has no accesses. */
  readonly reference: SideAnswer | undefined;
  readonly subject: SideAnswer | undefined;
  /** Outcomes that only one side has; absent where they cannot be listed. */
  readonly added: OutcomeDifference | undefined;
  readonly lost: OutcomeDifference | undefined;
}

/** What one side can do with the program: sizes of its graph of states. */
export interface SideAnswer {
  readonly states: number;
  readonly transitions: number;
  /** Exact; absent when there is a livelock, and so infinitely many. */
  readonly interleavings: bigint | undefined;
  /** Different outcomes; absent where they are too many to list. */
  readonly outcomes: number | undefined;
}

/** Outcomes that only one side has. */
export interface OutcomeDifference {
  readonly count: number;
  /** The cheapest to reach first; at most 64. `count` is exact all the same. */
  readonly examples: readonly (ProvedSchedule & { readonly outcome: string })[];
}

/**
 * Decides one program by bounded model checking: every state that any schedule reaches is visited once, so what is not
 * found is not there. The bound is the size of the program; there is none on schedules. The same tools decide the
 * programs of a scope; only here are outcomes traced, since it costs one search for each.
 *
 * @param limit the most states of a side
 * @returns `unknown` rather than an error where the program is too large
 */
export function answerProgram(harness: Harness, program: Program, limit: number): ProgramAnswer {
  if (!isCounterTarget(harness)) return answerScheme(harness, program, limit);
  const answer = answerCounter(harness, program, limit);
  if (!new GiveUps(harness).inBoth(program, limit)) return answer;
  // What both would have done without being stopped is not known, so that they look alike says nothing.
  const verdict = answer.verdict === 'equivalent' ? 'unknown' : answer.verdict;
  return { ...answer, verdict, isComplete: false };
}

/**
 * Signatures first, then outcomes. An op that diverges by itself is the better evidence, so the walk over pairs goes
 * first, and a signature that it has shown needs no schedule. Outcomes come on top: a reordering can give the subject
 * an outcome that the reference lacks although every run is explained, and so has no signature.
 *
 *     dec | dec from 1, refcount/v5.5 against atomic    one op alone shows it: `alone`, no witness
 *     a window that a read falls into                   no op alone shows it: the cheapest schedule
 */
function answerCounter(harness: Harness, program: Program, limit: number): ProgramAnswer {
  const found = new Map<string, AnsweredDivergence>();
  const isWalked = new PairWalk(harness).walk(program, ({ divergence, signature, call, old }) => {
    if (!found.has(signature)) found.set(signature, { divergence, alone: { call, old }, witness: undefined });
  });
  const isDecided = (harness.oracles.ofOutcomes ? addOutcomes : addRaces)(harness, program, limit, found);
  const sides = {
    reference: harness.reference && sideOf(harness.reference, program, limit),
    subject: sideOf(harness.subject, program, limit),
  };
  const sets = sides.reference && sides.subject && outcomeSets(sides.reference, sides.subject);
  const traced = (side: 'reference' | 'subject', outcomes: readonly number[]): OutcomeDifference => {
    // A schedule is of its own side: an access more or less in the other would shift all that follows.
    const machine = new Machine(sides[side]!.trees);
    const examples = outcomes.slice(0, TRACED).flatMap((outcome) => {
      const schedule = sets!.cheapest(side, outcome);
      const text = outcomeLine(sets!.read(outcome));
      return schedule ? [{ outcome: text, schedule, ...costOf(machine, program, schedule) }] : [];
    });
    return { count: outcomes.length, examples: examples.sort(byCost) };
  };
  const added = sets && traced('subject', difference(sets.subject, sets.reference));
  const lost = sets && traced('reference', difference(sets.reference, sets.subject));
  const differs = found.size > 0 || (added?.count ?? 0) + (lost?.count ?? 0) > 0;
  const isComplete = isWalked && isDecided && (harness.reference === undefined || sets !== undefined);
  return {
    verdict: differs ? 'differs' : isComplete ? 'equivalent' : 'unknown',
    isComplete,
    isInterior: [sides.reference, sides.subject].every((side) => !side || isInterior(side.graph)),
    divergences: [...found.values()],
    reference: sides.reference && sideAnswer(sides.reference.graph, sets?.reference.length),
    subject: sides.subject && sideAnswer(sides.subject.graph, sets?.subject.length),
    added,
    lost,
  };
}

/** One side of a counter target. Undefined beyond the limit. The trees go with the graph: its outcomes are numbered by them. */
export function sideOf(trees: Harness['subject'], program: Program, limit: number) {
  const graph = stateGraph(new Machine(trees), program, limit);
  return graph && { graph, trees };
}

/**
 * Then both sides have the same outcomes, and the answer is a proof: no boundary is near. One value is enough to lose
 * that: the sides are meant to differ at 0, below it, and at INT_MAX.
 */
function isInterior({ word }: StateGraph): boolean {
  return word.every((value) => value > 0 && value < INT_MAX);
}

/**
 * Interleavings are counted exactly, hence bigint: two threads of 12 accesses have 2 704 156, and four threads of 12
 * have about 2 * 10^26, more than a double holds exactly.
 */
function sideAnswer(graph: StateGraph, outcomes: number | undefined): SideAnswer {
  const { states, transitions } = graph;
  return { states, transitions, interleavings: interleavingsOf(graph)?.count, outcomes };
}

/** The order in which `cheapestSchedules` compares paths, so the first example is also the cheapest of all traced. */
function byCost(one: ProvedSchedule, other: ProvedSchedule): number {
  return (
    one.preemptions - other.preemptions ||
    one.switches - other.switches ||
    one.schedule.length - other.schedule.length
  );
}

/** `true, void | false; ends 0xC0000000` */
export function outcomeLine({
  threads,
  final,
}: {
  threads: readonly (readonly string[])[];
  final: number;
}): string {
  return `${threads.map((results) => results.join(', ')).join(' | ')}; ends ${formatValue(final)}`;
}

// Schemes: an outcome is what a schedule leaves at its end.

/**
 * Scheme outcomes are compared as texts: a text names results, warnings and facts, and leaves out the words, which two
 * schemes are free to use differently. Without both graphs no outcome is called added or lost, because the other side
 * may have it beyond the limit.
 */
function answerScheme(harness: Harness, program: Program, limit: number): ProgramAnswer {
  const decider = deciderOf(harness);
  const compared = schemeComparison(harness, limit).compare(program);
  const reference = schemeSide(harness.reference!, program, limit);
  const subject = schemeSide(harness.subject, program, limit);
  const isKnown = compared !== undefined && reference !== undefined && subject !== undefined;
  const divergences = [...(compared?.divergences.values() ?? [])].map(({ divergence }) =>
    answered(harness, decider, program, divergence),
  );
  const added = isKnown ? schemeDifference(harness.subject, program, subject, reference) : undefined;
  const lost = isKnown ? schemeDifference(harness.reference!, program, reference, subject) : undefined;
  const differs = divergences.length > 0 || (added?.count ?? 0) + (lost?.count ?? 0) > 0;
  return {
    verdict: differs ? 'differs' : isKnown ? 'equivalent' : 'unknown',
    isComplete: isKnown,
    isInterior: false,
    divergences,
    reference: reference && sideAnswer(reference.graph, new Set(reference.endings.values()).size),
    subject: subject && sideAnswer(subject.graph, new Set(subject.endings.values()).size),
    added,
    lost,
  };
}

/** `alone` stays empty: ops of schemes are not compared one by one. */
function answered(
  harness: Harness,
  decider: Decider,
  program: Program,
  divergence: Divergence,
): AnsweredDivergence {
  const schedule = decider.cheapest(program, divergence)?.schedule;
  const told = toldBy(harness, divergence, program);
  return { divergence, alone: undefined, witness: proved(told.harness, told.program, schedule) };
}

/** One side of a scheme's target: all its states, and the outcomes of those at which it ends. */
export interface SchemeSide {
  readonly graph: StateGraph;
  /** By final state: the outcome as text. Several states share one: they differ in words that nobody looks at. */
  readonly endings: ReadonlyMap<number, string>;
}

/** Undefined beyond the limit. */
export function schemeSide(
  trees: Harness['subject'],
  program: Program,
  limit: number,
): SchemeSide | undefined {
  const machine = new Machine(trees);
  const endings = new Map<number, string>();
  const graph = stateGraph(machine, program, limit, (state) => {
    endings.set(state, schemeOutcome(machine));
  });
  return graph && { graph, endings };
}

/**
 * What can be told of an end without looking at the words. Warnings are sorted, for their order is chance.
 *
 *     granted, void | refused ⚠ addition on 0; use-after-free. ✗ leak ✗ deadlock
 */
function schemeOutcome(machine: Machine): string {
  const results = resultClasses(machine).map((classes) => classes.join(', '));
  const facts = factsAtEnd(machine).map((fact) => ` ✗ ${fact}`);
  const warnings = machine
    .warningTexts()
    .sort()
    .map((text) => ` ⚠ ${text}`);
  return `${results.join(' | ')}${warnings.join('')}${facts.join('')}`;
}

/** Outcomes of `own` that `other` lacks, each with the cheapest way to any state that ends so. */
function schemeDifference(
  trees: Harness['subject'],
  program: Program,
  own: SchemeSide,
  other: SchemeSide,
): OutcomeDifference {
  const known = new Set(other.endings.values());
  const only = [...new Set(own.endings.values())].filter((outcome) => !known.has(outcome));
  const machine = new Machine(trees);
  const examples = only.slice(0, TRACED).flatMap((outcome) => {
    const schedule = cheapestPath(
      own.graph,
      () => true,
      (state) => own.endings.get(state) === outcome,
    );
    return schedule ? [{ outcome, schedule, ...costOf(machine, program, schedule) }] : [];
  });
  return { count: only.length, examples: examples.sort(byCost) };
}
