import type { Case } from '../../fuzz/case/case.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { WatchedMachine } from '../../fuzz/judge/watched-machine.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';

/** A program of a scheme with more states than this, on a side, is shown without being compared again. */
const STATES = 400_000;

/**
 * The access at which the divergence of a case comes to light: the last one of the op that the case names,
 * or, for the facts of an object's life, the very access that brought the fact.
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
      ? inScheme(harness, program, accesses, signatureOf(divergence))
      : inCounter(harness, program, accesses, divergence);
  // It may come to light in another op than the case names: then the last access of the named one is shown.
  const found = accesses[exact];
  if (found && (found.call < 0 || nameAt(harness, found) === divergence.op)) return exact;
  return accesses.findLastIndex((access) => access.outcome && nameAt(harness, access) === divergence.op);
}

/** The RCU callback is no call of the program: its accesses have a negative one. */
function nameAt(harness: Harness, { call }: AccessSeen): string {
  return call < 0 ? 'callback' : harness.alphabet.call(call).op;
}

/**
 * Replays the run beside the judge of schemes, until the access whose divergence has the signature. The judge compares
 * an access with what the state was before it, so it is told of each state that is left.
 *
 * @returns -1 when there are too many states to judge
 */
function inScheme(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  signature: string,
): number {
  const { judge, subject: machine } = schemeComparison(harness, STATES);
  const judged = judge(program);
  if (!judged) return -1;
  machine.start(program);
  return accesses.findIndex(({ thread, op }) => {
    judged.leave(machine);
    machine.step(thread);
    const seen = judged.at(machine, thread, op);
    return seen !== undefined && signatureOf(seen.divergence) === signature;
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
