import { WordIndex } from '../fuzz/access.ts';
import type { Case } from '../fuzz/case.ts';
import { schemeComparison } from '../fuzz/compare-schemes.ts';
import type { Harness } from '../fuzz/harness.ts';
import { Machine } from '../fuzz/machine.ts';
import type { Program } from '../fuzz/program.ts';
import type { AccessSeen } from '../fuzz/trace.ts';
import { keyOf } from '../oracles/divergence.ts';
import { SLOTS_PER_THREAD, unexplained } from '../oracles/linearizability.ts';

/** A program of a scheme with more states than this is shown without being compared again. */
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
      ? inScheme(harness, program, accesses, keyOf(divergence))
      : inCounter(harness, program, accesses, divergence.kind);
  const found = accesses[exact];
  if (found && (found.letter < 0 || nameAt(harness, found) === divergence.op)) return exact;
  return accesses.findLastIndex((access) => access.outcome && nameAt(harness, access) === divergence.op);
}

function nameAt(harness: Harness, { letter }: AccessSeen): string {
  return letter < 0 ? 'callback' : harness.alphabet.letter(letter).op;
}

/** Replays the run beside the judge of schemes, until the access whose divergence has the key. */
function inScheme(harness: Harness, program: Program, accesses: readonly AccessSeen[], key: string): number {
  const { judge, subject: machine } = schemeComparison(harness, STATES);
  const judged = judge(program);
  if (!judged) return -1;
  machine.start(program);
  return accesses.findIndex(({ thread, op }) => {
    const clean = judged.isClean(machine);
    const { words } = machine;
    const [facts, caller, touched] = [WordIndex.FACTS, WordIndex.CALLER, WordIndex.TOUCHED].map(
      (at) => words[at]!,
    );
    machine.step(thread);
    const seen = judged.at(machine, thread, op, clean, facts!, caller!, touched!);
    return seen !== undefined && keyOf(seen.divergence) === key;
  });
}

function inCounter(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  kind: string,
): number {
  if (kind === 'sticky') return leftSaturation(harness, accesses);
  if (kind !== 'result' && kind !== 'warning') return -1;
  const machine = new Machine(harness.subject);
  machine.start(program);
  for (const { thread } of accesses) machine.step(thread);
  const slot = unexplained(machine.execution, harness.subject, kind === 'warning');
  return accesses.findLastIndex(({ thread, op }) => thread * SLOTS_PER_THREAD + op === slot);
}

function leftSaturation(harness: Harness, accesses: readonly AccessSeen[]): number {
  const { saturated } = harness.target.subject;
  const left = accesses.findLast(({ old, value }) => old === saturated && value !== saturated);
  return accesses.findLastIndex(({ thread, op }) => thread === left?.thread && op === left.op);
}
