import { isDeepStrictEqual } from 'node:util';
import { idealStep, readAs } from '../../oracles/ideal.ts';
import type { Counter, Result } from '../../targets/subject/subject.ts';
import { Explorer, STATE_LIMIT, TooManyStates } from '../explore/explorer.ts';
import { StateSet } from '../explore/state-set.ts';
import { isStuck } from '../explore/stuck.ts';
import { resultClasses } from '../judge/scheme-outcomes.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import { awaitsPut } from '../run/awaited-put.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { ScheduleError } from '../run/schedulers.ts';
import { factOf } from '../run/scheme-facts.ts';
import { type AccessSeen, trace } from '../run/trace.ts';
import type { Observed } from './case.ts';

/** What both sides did with one program. */
export interface BothSides {
  readonly reference: Observed;
  readonly subject: Observed;
  /** The subject's accesses. */
  readonly accesses: readonly AccessSeen[];
}

/**
 * Runs a program on the subject under a schedule, and notes what the reference gives.
 *
 * A schedule belongs to the subject alone: the accesses of the reference are others. A counter's reference
 * runs its ops one after another, in the order in which the subject's ops began. A scheme's reference is
 * shown at the outcome nearest to the subject's among all it can reach.
 *
 * @param schedule may be left out for a single thread
 * @throws ScheduleError when the schedule does not fit
 */
export function observe(harness: Harness, program: Program, schedule?: readonly number[]): BothSides {
  const machine = new Machine(harness.subject);
  const accesses = trace(machine, program, schedule ?? soloSchedule(machine, program));
  if (
    !machine.isOver() &&
    !(machine.trees.subject.kind === 'scheme' ? isStuck(machine) : machine.isDeadlocked())
  )
    throw new ScheduleError('the schedule ends before the program does');
  return harness.target.subject.kind === 'scheme'
    ? observeScheme(harness, machine, program, accesses)
    : observeCounter(harness, machine, program, accesses);
}

/**
 * The schedule of a program that leaves no choice: thread by thread. RCU, the last of the schedulable, runs its
 * callbacks when the threads are done. A thread that comes back to where it was goes round for ever.
 */
function soloSchedule(machine: Machine, program: Program): number[] {
  machine.start(program);
  const schedule: number[] = [];
  for (let thread = 0; thread < machine.schedulable; thread++) {
    const states = new StateSet(machine.state.length);
    for (let at = 0; machine.isEnabled(thread) && states.add(machine.state) === at; at++) {
      schedule.push(thread);
      machine.step(thread);
    }
  }
  return schedule;
}

/**
 * Warnings are listed thread by thread, not as they came: so they read the same under another schedule with the same
 * outcome.
 */
function observeCounter(
  harness: Harness,
  machine: Machine,
  program: Program,
  accesses: readonly AccessSeen[],
): BothSides {
  const results: Result[][] = program.threads.map(() => []);
  const warnings: string[][] = program.threads.map(() => []);
  for (const { thread, outcome } of accesses) {
    if (!outcome) continue;
    results[thread]!.push(outcome.result as Result);
    warnings[thread]!.push(...outcome.warnings.map(({ text }) => text));
  }
  const subject = { results, warnings: warnings.flat(), final: machine.words[WordIndex.COUNT]! };
  return { reference: inOrderOfCalls(harness, program, accesses), subject, accesses };
}

/**
 * The reference under no schedule of its own: its ops, each as one indivisible step, in the order in which the
 * subject's began. This is one right answer among several: other orders may be as right, and none is claimed to be the
 * only one.
 */
function inOrderOfCalls(harness: Harness, program: Program, accesses: readonly AccessSeen[]): Observed {
  const results: Result[][] = program.threads.map(() => []);
  const warnings: string[][] = program.threads.map(() => []);
  let value = program.start as number;
  for (const { thread, call } of accesses.filter(({ first }) => first)) {
    const done = onReference(harness, call, value);
    results[thread]!.push(done.result);
    warnings[thread]!.push(...done.warnings);
    value = done.value;
  }
  return { results, warnings: warnings.flat(), final: value };
}

/**
 * One op of the reference on a value, as its atomic specification or the ideal counter has it. The ideal counter never
 * warns; its count and its answer are folded to 32 bits.
 */
export function onReference(
  harness: Harness,
  call: number,
  old: number,
): { result: Result; value: number; warnings: readonly string[] } {
  const trees = harness.reference;
  if (trees) {
    const index = trees.specification.atomically(call, old);
    const { result, warnings } = trees.outcomeOf(trees.specification.atomicOutcome(index));
    return {
      result: result as Result,
      value: trees.specification.atomicValue(index),
      warnings: warnings.map(({ text }) => text),
    };
  }
  const { op, a, b } = harness.alphabet.call(call);
  const { reading } = harness.target.subject as Counter;
  const { result, value } = idealStep(op, a, b, readAs(old, reading), reading);
  return { result: typeof result === 'number' ? result | 0 : result, value: value | 0, warnings: [] };
}

function observeScheme(
  harness: Harness,
  machine: Machine,
  program: Program,
  accesses: readonly AccessSeen[],
): BothSides {
  const own = schemeOutcome(machine);
  const isFreed = machine.words[WordIndex.FREED] !== 0;
  const nearest = nearestOutcome(harness, program, own, isFreed);
  const isAlike = isDeepStrictEqual(own, nearest.observed);
  const facts = isAlike && nearest.isFreed !== isFreed ? [isFreed ? 'goes' : 'stays'] : own.facts!;
  return { reference: nearest.observed, subject: { ...own, facts }, accesses };
}

/** The outcome in which a scheme has ended: all threads done, or unable ever to be. */
function schemeOutcome(machine: Machine): Observed {
  return {
    results: resultClasses(machine),
    warnings: machine.warningTexts().sort(),
    facts: factsAtEnd(machine),
  };
}

/**
 * The fact of a run that is over, by name: there is one at most.
 *
 * @param machine of a scheme, where the run has ended or can only go round
 */
export function factsAtEnd(machine: Machine): string[] {
  const fact = factOf(machine.fact);
  if (fact) return [fact.what];
  return machine.isOver() || awaitsPut(machine) || !isStuck(machine) ? [] : ['stuck'];
}

/**
 * Among the complete outcomes of the reference, the one with the fewest results different; ties by text, and by whether
 * the object ends as the subject's does. The ties make the stored text independent of the order in which the explorer meets
 * outcomes.
 *
 * @throws TooManyStates beyond STATE_LIMIT
 */
function nearestOutcome(
  harness: Harness,
  program: Program,
  subject: Observed,
  isSubjectFreed: boolean,
): { readonly observed: Observed; readonly isFreed: boolean } {
  const machine = new Machine(harness.reference!);
  let nearest: { observed: Observed; isFreed: boolean; distance: number; text: string } | undefined;
  const explorer = new Explorer(machine);
  const meet = () => {
    const observed = schemeOutcome(machine);
    const isFreed = machine.words[WordIndex.FREED] !== 0;
    const text = `${JSON.stringify(observed)}${isFreed === isSubjectFreed ? 0 : 1}`;
    const distance = differences(observed, subject);
    const isNearer = !nearest || distance < nearest.distance;
    if (isNearer || (distance === nearest!.distance && text < nearest!.text))
      nearest = { observed, isFreed, distance, text };
  };
  const states = explorer.explore(program, STATE_LIMIT, {
    state(_, stuck) {
      if (stuck) meet();
    },
  });
  if (states === undefined) throw new TooManyStates();
  // It goes round for ever, whatever the schedule: any state that it stays among will do.
  if (!nearest) explorer.explore(program, STATE_LIMIT, { state: () => void (isStuck(machine) && meet()) });
  return nearest!;
}

/** Place by place over the flat lists, thread by thread; a result that only the reference has does not count. */
function differences(one: Observed, other: Observed): number {
  const mine = one.results.flat();
  return other.results.flat().filter((result, at) => result !== mine[at]).length;
}
