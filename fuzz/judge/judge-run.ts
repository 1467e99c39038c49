import { type Completed, lostOrInvented } from '../../oracles/conservation.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { overwrites } from '../../oracles/ideal.ts';
import {
  type Execution,
  LINEARIZABLE,
  SLOTS_PER_THREAD,
  unexplained,
} from '../../oracles/linearizability.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { canProduce, type Possibility } from '../explore/reach.ts';
import { asks, type Harness } from '../run/harness.ts';
import type { Machine } from '../run/machine.ts';
import type { ScheduleBuffer } from '../run/run.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { OutcomeComparison, strangeness } from './outcome-comparison.ts';
import { type UnjudgedDivergence, WatchedMachine } from './watched-machine.ts';

/**
 * Judges one finished run of a counter. The common case, a run that every oracle accepts, costs one pass over
 * its calls and returns; anything else is run again on a machine that watches, to say what diverged and where.
 *
 * @param machine has just run its program under `schedule`
 */
export function judgeRun(harness: Harness, machine: Machine, schedule: ScheduleBuffer): Divergence[] {
  if (asks(harness, 'outcomes')) return judgeOutcome(harness, machine, schedule);
  const { execution } = machine;
  const suspicious =
    (asks(harness, 'linearizable') &&
      unexplained(execution, harness.subject.specification, true) !== LINEARIZABLE) ||
    (execution.final !== harness.target.subject.saturated &&
      ((asks(harness, 'conservation') && failsConservation(harness, machine)) ||
        (asks(harness, 'sticky') && lostSaturation(harness, machine))));
  return suspicious ? judgeClosely(harness, machine, schedule) : [];
}

/** Runs the schedule again on a machine that watches every access. */
function judgeClosely(harness: Harness, machine: Machine, schedule: ScheduleBuffer): Divergence[] {
  const seen: Divergence[] = [];
  const watched = watchedMachineOf(harness);
  watched.start(machine.program);
  for (const thread of schedule.threads.subarray(0, schedule.length)) {
    watched.step(thread);
    for (let i = 0; i < watched.unjudgedCount; i++) {
      const judged = judgedDivergence(harness, machine, watched.unjudged(i));
      if (judged) seen.push(judged);
    }
  }
  return seen;
}

const watchedMachines = new WeakMap<Harness, WatchedMachine>();

function watchedMachineOf(harness: Harness): WatchedMachine {
  const known = watchedMachines.get(harness);
  if (known) return known;
  const watched = new WatchedMachine(harness);
  watchedMachines.set(harness, watched);
  return watched;
}

/** @returns undefined for what cannot be decided: to accuse would be a guess */
function judgedDivergence(
  harness: Harness,
  machine: Machine,
  unjudged: UnjudgedDivergence,
): Divergence | undefined {
  if (unjudged.kind === 'conservation') return { ...unjudged, judgement: 'breaks' };
  if (unjudged.kind === 'sticky') return { ...unjudged, judgement: 'misses' };
  const documented = isDocumented(harness, machine);
  if (documented === 'undecided') {
    harness.tally.unjudged++;
    return undefined;
  }
  return { ...unjudged, judgement: documented === 'possible' ? 'transient' : 'breaks' };
}

/** Answers of `canProduce`, by what was asked: the schedules of one program end in few outcomes. */
const documentedOutcomes = new WeakMap<Harness, Map<string, Possibility>>();
const REMEMBERED = 4096;

/** Whether the documented algorithm can end the program as the machine has. */
function isDocumented(harness: Harness, machine: Machine): Possibility {
  const { documented } = harness;
  if (documented === undefined) return 'impossible';
  if (documented === 'self') return 'possible';
  return isOutcomeOf(harness, machine, documented);
}

/** For a reference with windows of its own: the run is to end as some run of the reference does. */
function judgeOutcome(harness: Harness, machine: Machine, schedule: ScheduleBuffer): Divergence[] {
  const isKnown = isOutcomeOf(harness, machine, harness.reference!);
  if (isKnown === 'undecided') harness.tally.unjudged++;
  if (isKnown !== 'impossible' || comparisonOf(harness).differsAlone(machine.program) !== false) return [];
  const divergence = strangeness(harness, machine.program, [
    ...schedule.threads.subarray(0, schedule.length),
  ]);
  return divergence ? [divergence] : [];
}

const comparisons = new WeakMap<Harness, OutcomeComparison>();

function comparisonOf(harness: Harness): OutcomeComparison {
  const comparison = comparisons.get(harness) ?? new OutcomeComparison(harness);
  comparisons.set(harness, comparison);
  return comparison;
}

/** Whether another counter can end the program as the machine has. */
function isOutcomeOf(harness: Harness, machine: Machine, other: TransitionTrees): Possibility {
  const { program, execution } = machine;
  const slots = program.threads.flatMap((ops, thread) => ops.map((_, op) => thread * SLOTS_PER_THREAD + op));
  const had = (slot: number) => harness.subject.outcomeOf(execution.outcomes[slot]!);
  const asked = JSON.stringify([program, slots.map(had), execution.final]);
  const known = documentedOutcomes.get(harness) ?? new Map<string, Possibility>();
  documentedOutcomes.set(harness, known);
  const before = known.get(asked);
  if (before !== undefined) return before;
  const answer = canProduce(other, program, had, execution.final);
  if (known.size >= REMEMBERED) known.clear();
  known.set(asked, answer);
  return answer;
}

/** Most runs of a saturating counter warn somewhere, and then nothing is claimed. */
function failsConservation(harness: Harness, { execution }: Machine): boolean {
  const { start, final, events, eventCount } = execution;
  const ops: Completed[] = [];
  for (let at = 0; at < eventCount; at++) {
    const event = events[at]!;
    if ((event & 1) === 0) continue;
    const op = completed(harness, execution, event >> 1);
    if (op.warned) return false;
    ops.push(op);
  }
  return lostOrInvented(start, final, ops);
}

function completed(harness: Harness, { calls, outcomes }: Execution, slot: number): Completed {
  const { op, a, b } = harness.alphabet.call(calls[slot]!);
  const { result, warnings } = harness.subject.outcomeOf(outcomes[slot]!);
  // An op that was stopped has no ledger either.
  const isStopped = typeof result === 'string';
  return { op, a, b, result: result as Result, warned: isStopped || warnings.length > 0 };
}

/** Cheap and necessary: the run could have left saturation, as far as start, end and warnings tell. */
function lostSaturation(harness: Harness, { execution }: Machine): boolean {
  const { saturated } = harness.target.subject;
  const { start, final, events, eventCount, calls } = execution;
  if (saturated === undefined || final === saturated) return false;
  let wasPinned = start === saturated;
  for (let at = 0; at < eventCount; at++) {
    const slot = events[at]! >> 1;
    if (overwrites(harness.alphabet.call(calls[slot]!).op)) return false;
    wasPinned ||= (events[at]! & 1) === 1 && completed(harness, execution, slot).warned;
  }
  return wasPinned;
}
