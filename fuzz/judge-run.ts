import { boundaryOfOp } from '../oracles/boundary.ts';
import { type Completed, lostOrInvented } from '../oracles/conservation.ts';
import type { Divergence, Judgement } from '../oracles/divergence.ts';
import { overwrites } from '../oracles/ideal.ts';
import {
  type Execution,
  FINAL_WORD,
  LINEARIZABLE,
  SLOTS_PER_THREAD,
  unexplained,
} from '../oracles/linearizability.ts';
import type { Counter, Result } from '../targets/subject.ts';
import { asks, type Harness } from './harness.ts';
import type { Machine } from './machine.ts';
import { canProduce } from './reach.ts';
import { type ScheduleBuffer, scheduleOf } from './run.ts';
import { type AccessSeen, trace, writes } from './trace.ts';
import { seenThrough, slotOf, type Window, windowsOf } from './windows.ts';

/**
 * Judges one finished run of a counter. The common case, a run that every oracle accepts, costs one pass over
 * its calls and returns; anything else is run again with every access noted, to say what diverged and where.
 *
 * @param machine has just run its program under `schedule`
 */
export function judgeRun(harness: Harness, machine: Machine, schedule: ScheduleBuffer): Divergence[] {
  const { execution } = machine;
  const suspicious =
    (asks(harness, 'linearizable') && unexplained(execution, harness.subject, true) !== LINEARIZABLE) ||
    (execution.final !== harness.target.subject.saturated &&
      ((asks(harness, 'conservation') && failsConservation(harness, machine) >= 0) ||
        (asks(harness, 'sticky') && lostSaturation(harness, machine))));
  return suspicious ? judgeClosely(harness, machine, schedule) : [];
}

function judgeClosely(harness: Harness, machine: Machine, schedule: ScheduleBuffer): Divergence[] {
  const program = machine.program;
  const accesses = trace(machine, program, scheduleOf(schedule));
  const divergences: Divergence[] = [];
  if (asks(harness, 'linearizable')) {
    const found = notLinearizable(harness, machine, accesses);
    if (found) divergences.push(found);
  }
  if (asks(harness, 'conservation')) {
    const slot = failsConservation(harness, machine);
    if (slot >= 0 && accesses.every(({ value }) => countable(harness, value))) {
      divergences.push(at(harness, accesses, slot, 'conservation', 'breaks'));
    }
  }
  if (asks(harness, 'sticky')) {
    const slot = lostSaturation(harness, machine) ? leftSaturation(harness, accesses) : -1;
    if (slot >= 0) {
      const blamed = at(harness, accesses, slot, 'sticky', 'misses');
      divergences.push({ ...blamed, boundary: 'saturated' });
    }
  }
  return divergences;
}

/** A divergence whose boundary is where the op in `slot` made its first access. */
function at(
  harness: Harness,
  accesses: readonly AccessSeen[],
  slot: number,
  kind: Divergence['kind'],
  judgement: Judgement,
): Divergence {
  const first = accesses.find((access) => access.first && slotOf(access) === slot)!;
  const { op } = harness.alphabet.letter(first.letter);
  return { op, boundary: boundaryAt(harness, first), kind, judgement };
}

function boundaryAt(harness: Harness, access: AccessSeen): Divergence['boundary'] {
  const { op, a, b } = harness.alphabet.letter(access.letter);
  return boundaryOfOp(op, a, b, access.old, harness.saturated);
}

function saturates(harness: Harness, value: number): boolean {
  return (harness.target.subject as Counter).inSaturation?.(value) ?? false;
}

/** Whether references can be counted from here on: the count is neither saturated nor below 0. */
function countable(harness: Harness, value: number): boolean {
  const unsigned = (harness.target.subject as Counter).reading === 'unsigned';
  return !saturates(harness, value) && (value >= 0 || unsigned);
}

/**
 * What no order of indivisible ops explains. Results weigh more than warnings, so an op whose result is
 * inexplicable is named before one whose warning is.
 */
function notLinearizable(
  harness: Harness,
  machine: Machine,
  accesses: readonly AccessSeen[],
): Divergence | undefined {
  const byResult = unexplained(machine.execution, harness.subject, false);
  const slot = byResult >= 0 ? byResult : unexplained(machine.execution, harness.subject, true);
  if (slot === LINEARIZABLE) return undefined;
  const documented = isDocumented(harness, machine);
  if (documented === undefined) {
    // To accuse would be a guess.
    harness.tally.unjudged++;
    return undefined;
  }
  const judgement = documented ? 'transient' : 'breaks';
  const windows = windowsOf(accesses);
  if (slot === FINAL_WORD) {
    // All answers are explained, the word is not: something was stored into a window and lost.
    const { opener, lost } = lostWrite(harness, windows, accesses);
    const { op } = harness.alphabet.letter(lost.letter);
    return { op, boundary: boundaryAt(harness, opener), kind: 'value', judgement };
  }
  const observer = accesses.find((access) => access.first && slotOf(access) === slot)!;
  return {
    op: harness.alphabet.letter(observer.letter).op,
    boundary: boundaryAt(harness, seenThrough(windows, accesses, slot)?.opener ?? observer),
    kind: byResult >= 0 ? 'result' : 'warning',
    judgement,
  };
}

/**
 * The write whose effect is missing at the end, with the window it fell into: an op that overwrites by intent
 * if there is one, else whoever wrote last inside a window.
 */
function lostWrite(
  harness: Harness,
  windows: readonly Window[],
  accesses: readonly AccessSeen[],
): { opener: AccessSeen; lost: AccessSeen } {
  const byIntent = ({ letter }: AccessSeen) => overwrites(harness.alphabet.letter(letter).op);
  for (const accept of [byIntent, ({ kind }: AccessSeen) => writes(kind)]) {
    for (const { opener, intruders } of windows) {
      const lost = intruders.findLast(accept);
      if (lost) return { opener, lost };
    }
    const outside = accesses.findLast(accept);
    if (outside) return { opener: windows.at(-1)?.opener ?? outside, lost: outside };
  }
  throw new Error('internal: a word that nobody wrote');
}

/** Answers of `canProduce`, by what was asked: the schedules of one program end in few outcomes. */
const documentedOutcomes = new WeakMap<Harness, Map<string, boolean | undefined>>();
const REMEMBERED = 4096;

/** @returns undefined when that could not be decided */
function isDocumented(harness: Harness, machine: Machine): boolean | undefined {
  const { documented } = harness;
  if (documented === undefined || documented === 'self') return documented === 'self';
  const { program, execution } = machine;
  const slots = program.threads.flatMap((ops, thread) => ops.map((_, op) => thread * SLOTS_PER_THREAD + op));
  const had = (slot: number) => harness.subject.outcomeOf(execution.outcomes[slot]!);
  const asked = JSON.stringify([program, slots.map(had), execution.final]);
  const known = documentedOutcomes.get(harness) ?? new Map<string, boolean | undefined>();
  documentedOutcomes.set(harness, known);
  if (!known.has(asked)) {
    if (known.size >= REMEMBERED) known.clear();
    known.set(asked, canProduce(documented, program, had, execution.final));
  }
  return known.get(asked);
}

/** @returns the slot to blame, or -1 */
function failsConservation(harness: Harness, machine: Machine): number {
  const { execution } = machine;
  const { start, final, events, eventCount } = execution;
  if (saturates(harness, start) || saturates(harness, final)) return -1;
  const ops: Completed[] = [];
  const slots: number[] = [];
  for (let at = 0; at < eventCount; at++) {
    const event = events[at]!;
    if ((event & 1) === 0) continue;
    const op = completed(harness, execution, event >> 1);
    // Most runs of a saturating counter warn somewhere, and then nothing is claimed.
    if (op.warned) return -1;
    ops.push(op);
    slots.push(event >> 1);
  }
  const index = lostOrInvented(start, final, ops);
  return index < 0 ? -1 : slots[index]!;
}

function completed(harness: Harness, { letters, outcomes }: Execution, slot: number): Completed {
  const { op, a, b } = harness.alphabet.letter(letters[slot]!);
  const { result, warnings } = harness.subject.outcomeOf(outcomes[slot]!);
  return { op, a, b, result: result as Result, warned: warnings.length > 0 };
}

/** Cheap and necessary: the run could have left saturation, as far as start, end and warnings tell. */
function lostSaturation(harness: Harness, { execution }: Machine): boolean {
  const { saturated } = harness.target.subject;
  const { start, final, events, eventCount, letters } = execution;
  if (saturated === undefined || final === saturated) return false;
  let wasPinned = start === saturated;
  for (let at = 0; at < eventCount; at++) {
    const slot = events[at]! >> 1;
    if (overwrites(harness.alphabet.letter(letters[slot]!).op)) return false;
    wasPinned ||= (events[at]! & 1) === 1 && completed(harness, execution, slot).warned;
  }
  return wasPinned;
}

/** @returns the slot of the op that took the word away from the saturation value for good, or -1 */
function leftSaturation(harness: Harness, accesses: readonly AccessSeen[]): number {
  const { saturated } = harness.target.subject;
  const left = accesses.findLast(({ old, value }) => old === saturated && value !== saturated);
  return left ? slotOf(left) : -1;
}
