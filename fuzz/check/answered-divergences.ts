import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { costOf, type ScheduleCost } from '../explore/schedule-cost.ts';
import { CounterDecider } from '../judge/decide-counter.ts';
import { OutcomeComparison } from '../judge/outcome-comparison.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';

/** A divergence of the program, and the proof of it: an op alone, or a schedule. */
export interface AnsweredDivergence {
  readonly divergence: Divergence;
  /** An op that diverges by itself, from whatever value: no schedule is needed. */
  readonly alone: { readonly call: number; readonly old: number } | undefined;
  /** Absent beside `alone`, and where the graph is not complete: nothing could be called the cheapest there. */
  readonly witness: ProvedSchedule | undefined;
}

/** A schedule, and that no other shows the same with fewer preemptions, then context switches, then accesses. */
export interface ProvedSchedule extends ScheduleCost {
  readonly schedule: readonly number[];
}

/** What schedules alone show. @returns whether the program was decided */
export function addRaces(
  harness: Harness,
  program: Program,
  limit: number,
  found: Map<string, AnsweredDivergence>,
): boolean {
  const decider = new CounterDecider(harness);
  const raced = new Map<string, Divergence>();
  const isDecided = decider.decide(program, limit, (divergence) => {
    if (!found.has(signatureOf(divergence))) raced.set(signatureOf(divergence), divergence);
  });
  // One Dijkstra search for all signatures, not one for each.
  const schedules = isDecided
    ? decider.cheapestOfEach(program, [...raced.values()])
    : new Map<string, number[]>();
  for (const [signature, divergence] of raced) {
    const schedule = schedules.get(signatureOf(divergence));
    found.set(signature, { divergence, alone: undefined, witness: proved(harness, program, schedule) });
  }
  return isDecided;
}

/** Where all outcomes are compared, those of the subject alone are what schedules show. @returns as `addRaces` */
export function addOutcomes(
  harness: Harness,
  program: Program,
  limit: number,
  found: Map<string, AnsweredDivergence>,
): boolean {
  const answer = new OutcomeComparison(harness).compare(program, limit);
  for (const [signature, { divergence, schedule }] of answer?.divergences ?? []) {
    if (found.has(signature)) continue;
    const witness = proved(harness, program, answer!.areAllNamed ? schedule : undefined);
    found.set(signature, { divergence, alone: undefined, witness });
  }
  return answer !== undefined;
}

/** A schedule with what it costs, as a proof. */
export function proved(
  harness: Harness,
  program: Program,
  schedule: readonly number[] | undefined,
): ProvedSchedule | undefined {
  return schedule && { schedule, ...costOf(new Machine(harness.subject), program, schedule) };
}
