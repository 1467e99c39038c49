import { isDeepStrictEqual } from 'node:util';
import type { Case } from '../../fuzz/case/case.ts';
import { onReference } from '../../fuzz/case/observe.ts';
import { slotOf } from '../../fuzz/case/windows.ts';
import { WatchedMachine } from '../../fuzz/judge/watched-machine.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { WordIndex } from '../../fuzz/run/access.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { laterCallName } from '../../fuzz/run/later-names.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { returns } from '../../fuzz/run/non-terminating.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { befallsObject } from '../../oracles/lifetime.ts';
import type { Scheme } from '../../targets/subject/subject.ts';

/**
 * The access at which the divergence of a case comes to light: of the op that the case names, or, for the facts of an
 * object's life, the very access that brought the fact. Where only the outcomes of whole runs are compared, a case names
 * the op after which the reference cannot go on like that in any schedule; then the first op that the reference would
 * not have done so is shown, which may be an earlier one.
 *
 * @returns its index, or -1 when the op of that name made no access in this run
 */
export function divergingAccess(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  { expect }: Case,
): number {
  const { divergence } = expect;
  const exact =
    harness.target.subject.kind === 'scheme'
      ? inScheme(harness, program, accesses, divergence)
      : inCounter(harness, program, accesses, divergence);
  // It may come to light in another op than the case names: then the last access of the named one is shown.
  const found = accesses[exact];
  if (found && (found.call < 0 || nameAt(harness, found) === divergence.op)) return exact;
  const departing =
    harness.target.subject.kind === 'counter' && !found ? firstDeparting(harness, accesses) : -1;
  if (departing >= 0) return departing;
  return accesses.findLastIndex((access) => access.outcome && nameAt(harness, access) === divergence.op);
}

/**
 * The end of the first op that answers, warns or leaves the word as the reference's op does on none of the values that it
 * met. What an op leaves is only known where no other thread came between its accesses.
 *
 *     dec() 1 → 0, and no warning     the reference warns of that: here
 *     dec_and_test() 2 → 1, false     so does the reference, although it never comes to 2 here
 *
 * @returns the index of its last access; -1 if there is none
 */
function firstDeparting(harness: Harness, accesses: readonly AccessSeen[]): number {
  return accesses.findIndex((last, end) => {
    if (!last.outcome) return false;
    const own = accesses.flatMap((access, at) => (at <= end && slotOf(access) === slotOf(last) ? [at] : []));
    const isAlone = own.at(-1)! - own[0]! === own.length - 1;
    const met = isAlone ? [accesses[own[0]!]!.old] : own.map((at) => accesses[at]!.old);
    const { result, warnings } = last.outcome;
    const texts = warnings.map(({ text }) => text);
    return !met.some((old) => {
      const done = returns(() => onReference(harness, last.call, old));
      if (!done) return false;
      const isSame = done.result === result && isDeepStrictEqual(done.warnings, texts);
      return isSame && (!isAlone || done.value === last.value);
    });
  });
}

/** What runs later is no call of the program: its accesses have a negative one. */
function nameAt(harness: Harness, { call }: AccessSeen): string {
  return call < 0 ? laterCallName(harness.target.subject, call) : harness.alphabet.call(call).op;
}

/**
 * Replays the run: a fact comes with an access, and a result or a warning with the return of an op that had first touched
 * the counter at the boundary of the case.
 */
function inScheme(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  { op: name, boundary, kind }: Divergence,
): number {
  const broken = befallsObject(kind) ? accesses.findIndex(({ fact }) => fact !== 0) : -1;
  if (broken >= 0) return broken;
  const machine = new Machine(harness.subject);
  machine.touches.watch((harness.target.subject as Scheme).bias, harness.saturated);
  machine.start(program);
  return accesses.findIndex((access) => {
    const touched = machine.words[WordIndex.TOUCHED]!;
    machine.step(access.turn);
    if (!access.outcome || nameAt(harness, access) !== name) return false;
    const first = machine.touches.ofReturned(touched, access.thread);
    return BOUNDARIES[first >= 0 ? first : machine.touches.boundaryNow(machine.words)] === boundary;
  });
}

/**
 * Replays the run on a machine that watches, until it sees what the case recorded. A judgement is not known at an
 * access, nor needed: op, boundary and kind name it.
 */
function inCounter(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  { op, boundary, kind }: Divergence,
): number {
  const watched = new WatchedMachine(harness);
  watched.start(program);
  return accesses.findIndex(({ thread }) => {
    watched.step(thread);
    // One access may bring several to light.
    const unjudged = Array.from({ length: watched.unjudgedCount }, (_, at) => watched.unjudged(at));
    return unjudged.some((seen) => seen.op === op && seen.boundary === boundary && seen.kind === kind);
  });
}
