import { soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { schemeWith } from '../c/c-subjects.ts';
import { smallTarget } from '../small-schemes.ts';

const SIZE = { threads: 2, ops: 2 };
const MOST_STATES = 200_000;

/** A C file below this folder: as it is, or with names defined that plant a defect. */
export function feature(path: string, ...names: readonly string[]): Promise<Scheme> {
  return schemeWith(`test/features/${path}`, names);
}

/**
 * What is said of a scheme by itself: every program of two threads with two ops each, under every schedule. The files are
 * made so that a defect shows there.
 *
 * @returns `sound`, or the gravest fault and whose it is: `stuck put`; or what no program came to
 */
export function verdictOf(scheme: Scheme): string {
  const harness = harnessOf(smallTarget(scheme));
  const { verdict, faults, neverMet } = soundnessOf(harness, harness.subject, SIZE, MOST_STATES);
  const [fault] = faults;
  return fault ? `${fault.what} ${fault.op}` : [verdict, ...neverMet].join(': ');
}
