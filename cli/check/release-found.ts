import type { MetCause } from '../../fuzz/case/causes-met.ts';
import { type ReleaseChanges, releaseChanges } from '../../fuzz/case/release-changes.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { atomic } from '../../targets/counters/atomic.ts';
import { KERNEL_SUBJECTS } from '../../targets/target/target-file.ts';

/**
 * What came, went and stayed between two kernel trees, as seen from `atomic_t`.
 *
 * @returns undefined for any other target
 */
export function releaseFound(
  harness: Harness,
  causes: readonly Pick<MetCause, 'cause' | 'witness'>[],
): ReleaseChanges | undefined {
  const { reference, subject } = harness.target;
  if (reference === 'ideal' || reference.name === subject.name) return undefined;
  const areTrees = [reference, subject].every(({ name }) => KERNEL_SUBJECTS.includes(name));
  return areTrees ? releaseChanges(harness, atomic, causes) : undefined;
}
