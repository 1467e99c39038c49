import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { askedOracles } from '../../oracles/oracles.ts';
import { difference, outcomeSets } from '../explore/outcomes.ts';
import { stateGraph } from '../explore/state-graph.ts';
import { schemeComparison } from '../judge/compare-schemes.ts';
import { CounterDecider } from '../judge/decide-counter.ts';
import { OutcomeComparison } from '../judge/outcome-comparison.ts';
import { PairWalk } from '../judge/pair-walk.ts';
import type { SchemeComparison } from '../judge/scheme-answer.ts';
import type { Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { GiveUps } from './give-ups.ts';

/** A program whose schedules were all seen: how many outcomes of the reference the subject lacks. */
export interface Decided {
  /** 0 for a counter program that shows a signature: it is reported for that, and its outcomes are not compared. */
  readonly lost: number;
  /** Whether the subject has an outcome that the reference lacks, with a signature or without. */
  readonly hasNew?: boolean;
}

/**
 * `small` replaces the program: a pair of op and value is a program of one op, from that value.
 *
 * @param small a smaller program that shows the signature as well
 * @param use how its counter was used until then; undefined where that is not asked
 */
export type Found = (signature: string, divergence: Divergence, small?: Program, use?: Use) => void;

/** Says of one program after another in what the two sides differ, over all schedules: bounded model checking. */
export interface ProgramVerdicts {
  /** Of all programs so far. */
  readonly counts: { readonly states: number; readonly transitions: number };
  /**
   * @param found called for each divergence; the same one may be called many times
   * @returns undefined when there are too many states, or both sides had to be stopped: what was found until then still
   *   holds
   */
  decide(program: Program, found: Found): Decided | undefined;
}

/**
 * Three ways, from what the target asks: sets of outcomes where the oracle `outcomes` is asked; signatures, and
 * outcomes only where these say nothing, for other counters; sets of outcomes again for schemes.
 *
 * @param limit the most states of a program on one side
 */
export function programVerdicts(harness: Harness, limit: number): ProgramVerdicts {
  const verdicts = verdictsOf(harness, limit);
  // A comparison of schemes asks that itself.
  if (!isCounterTarget(harness)) return verdicts;
  const giveUps = new GiveUps(harness);
  return {
    counts: verdicts.counts,
    decide(program, found) {
      const decided = verdicts.decide(program, found);
      return decided && giveUps.inBoth(program, limit) ? undefined : decided;
    },
  };
}

function verdictsOf(harness: Harness, limit: number): ProgramVerdicts {
  if (isCounterTarget(harness) && harness.oracles.ofOutcomes) {
    const comparison = new OutcomeComparison(harness);
    return {
      counts: comparison.counts,
      decide: (program, found) => decideOutcomes(comparison, program, limit, found),
    };
  }
  if (isCounterTarget(harness)) {
    const tools = counterTools(harness);
    return {
      counts: tools.decider.counts,
      decide: (program, found) => decideCounter(tools, program, limit, found),
    };
  }
  const comparison = schemeComparison(harness, limit);
  return { counts: comparison.counts, decide: (program, found) => decideScheme(comparison, program, found) };
}

/** What decides counter programs: ops alone, threads together, and the threads of the reference. */
interface CounterTools {
  readonly harness: Harness;
  readonly walk: PairWalk;
  readonly decider: CounterDecider;
  /**
   * Absent with the ideal counter, whose ops are indivisible. Its harness has the reference as subject, and asks one
   * thing: whether whole ops explain its runs.
   */
  readonly reference: CounterDecider | undefined;
  /** The same of the subject; absent where the target asks `linearizable` anyway. */
  readonly explained: CounterDecider | undefined;
}

/**
 * `documented: 'self'` and the lone oracle make the reference its own measure: its runs are held against its own atomic
 * specification.
 */
function counterTools(harness: Harness): CounterTools {
  const { target, reference, subject } = harness;
  const alone = (side: TransitionTrees): CounterDecider =>
    new CounterDecider({
      ...harness,
      subject: side,
      documented: 'self' as const,
      oracles: askedOracles(['linearizable']),
      target: { ...target, subject: side.subject, oracles: ['linearizable' as const] },
    });
  const isAsked = target.oracles.includes('linearizable');
  return {
    harness,
    walk: new PairWalk(harness),
    decider: new CounterDecider(harness),
    reference: reference && alone(reference),
    explained: isAsked || !reference ? undefined : alone(subject),
  };
}

/**
 * With no signature, both sides have the outcomes of the same atomic specification: no pair of op and value differs,
 * and every run of the subject is explained by its atomic specification. That the runs of the reference are as well is
 * asked last; if not, the sets of outcomes themselves are compared.
 *
 * That costs an exploration of each side, where lists of outcomes can have millions of entries for one program.
 */
function decideCounter(
  tools: CounterTools,
  program: Program,
  limit: number,
  found: Found,
): Decided | undefined {
  const { harness, walk, decider, reference, explained } = tools;
  let differs = false;
  // One op diverges by itself, from whatever value it meets: that is a program of its own.
  const isWalked = walk.walk(program, ({ divergence, signature, call, old, use }) => {
    differs = true;
    found(signature, divergence, { start: old, threads: [[call]] }, use);
  });
  const isDecided = decider.decide(program, limit, (divergence, use) => {
    differs = true;
    found(signatureOf(divergence), divergence, undefined, use);
  });
  if (!isDecided || !isWalked) return undefined;
  if (differs || !reference) return { lost: 0 };
  // Asked last, since most programs of a faulty subject have been settled by now.
  const isExplained = [reference, explained].map((side) => (side ? side.isExplained(program, limit) : true));
  if (isExplained.includes(undefined)) return undefined;
  return isExplained.every(Boolean) ? { lost: 0 } : lostOutcomes(harness, program, limit);
}

/**
 * All that both can do, windows included. Here a lost outcome counts beside a signature too, for the sets are at hand
 * anyway.
 */
function decideOutcomes(
  comparison: OutcomeComparison,
  program: Program,
  limit: number,
  found: Found,
): Decided | undefined {
  const answer = comparison.compare(program, limit, ({ divergence, signature, call, old, use }) =>
    found(signature, divergence, { start: old, threads: [[call]] }, use),
  );
  if (!answer) return undefined;
  for (const [signature, { divergence, use }] of answer.divergences)
    found(signature, divergence, undefined, use);
  return { lost: answer.lost, hasNew: answer.added > 0 };
}

/**
 * All outcomes of both sides, listed and compared. Slow, and only asked where nothing else decides.
 *
 * @returns undefined also where the subject has new ones: no oracle of the target asks for them, so they are neither
 *   divergences nor nothing
 */
function lostOutcomes(harness: Harness, program: Program, limit: number): Decided | undefined {
  const sideOf = (trees: TransitionTrees) => {
    const graph = stateGraph(new Machine(trees), program, limit);
    return graph && { graph, trees };
  };
  const [reference, subject] = [sideOf(harness.reference!), sideOf(harness.subject)];
  const sets = reference && subject && outcomeSets(reference, subject);
  if (!sets || difference(sets.subject, sets.reference).length > 0) return undefined;
  return { lost: difference(sets.reference, sets.subject).length };
}

/** It never names a smaller program: ops of schemes are not compared alone. */
function decideScheme(comparison: SchemeComparison, program: Program, found: Found): Decided | undefined {
  const answer = comparison.compare(program);
  if (!answer) return undefined;
  for (const [signature, { divergence }] of answer.divergences) found(signature, divergence);
  return { lost: answer.lost, hasNew: answer.hasNew };
}
