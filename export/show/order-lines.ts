import type { Case } from '../../fuzz/case/case.ts';
import { fenceRepair, repairText } from '../../fuzz/cause/fence-repair.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { isWeak } from '../../fuzz/run/turn.ts';
import { isOfOrder } from '../../oracles/lifetime.ts';

/** What is not in order, in the words of the kernel's model. */
const RACE = [
  'Who is told of the last put has read what the other put left, and nothing makes a later read wait for that: a read of the',
  'object may have been done before. Its writes, the free among them, wait for the branch that they stand behind.',
];
const UNORDERED = [
  'Nothing that another thread did to the object is released by its put, or what is released does not come to who frees: the',
  "object's memory may go, and be somebody else's, before that is over.",
];

/** Of the payload of a scheme. */
const PAYLOAD = [
  'Two threads are at the same data at once, and one of them writes: nothing orders the one access before the other, so the',
  'compiler and the processor may take either apart.',
];

const OLDER = [
  'A read takes a value that has been overwritten, as the write has not reached its thread: no interleaving shows this.',
];

/**
 * For a case of memory orders: why no order is there, and what would be enough.
 *
 * @returns no line for any other case
 */
export function orderLines(harness: Harness, program: Program, { expect, schedule = [] }: Case): string[] {
  const { kind } = expect.divergence;
  const { facts } = expect.subject;
  if (!isOfOrder(kind) && !isWeak(schedule)) return [];
  const why = kind === 'race' ? (facts ? PAYLOAD : RACE) : kind === 'unordered-free' ? UNORDERED : OLDER;
  const edits = fenceRepair(harness, program, expect.divergence);
  const repair = edits
    ? `Smallest repair: ${repairText(edits)}; proved for this program, under every schedule.`
    : 'No one access, and no two, that are more strongly ordered repair this program.';
  return [...why, repair];
}
