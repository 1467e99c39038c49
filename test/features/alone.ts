import { aloneTarget } from '../../fuzz/check/alone-target.ts';
import { SoundnessChecker } from '../../fuzz/check/soundness.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { subjectIn } from '../c/c-subjects.ts';

const MOST_STATES = 200_000;

/** A C file of this folder as a subject. @param defines macros, by which a file has its planted defects */
export function feature(path: string, defines: readonly string[] = []): Promise<Subject> {
  return subjectIn(`test/features/${path}`, path, defines);
}

/**
 * What goes wrong in any program of up to so many threads of so many ops each, as `double-free in put`.
 *
 * @throws Error when a program has too many states
 */
export function faultsOf(subject: Subject, threads = 2, ops = 1): string[] {
  const isScheme = subject.kind === 'scheme';
  const target: Target = aloneTarget({
    name: 'feature',
    about: 'one side alone',
    reference: subject,
    subject,
    threads,
    ops: Object.keys(subject.ops),
    initial: isScheme ? Object.keys(subject.states) : [1, 2],
    arguments: isScheme ? [] : [1, 2],
    oracles: isScheme ? ['outcomes', 'lifetime'] : ['lockstep'],
  });
  const harness = harnessOf(target);
  const checker = new SoundnessChecker(harness, harness.subject, { threads, ops }, MOST_STATES);
  const { faults, undecided } = checker.check(0, checker.scope.programs);
  if (undecided > 0) throw new Error(`${undecided} programs have too many states`);
  return [...new Set(Object.values(faults).map(({ what, op }) => `${what} in ${op}`))].sort();
}
