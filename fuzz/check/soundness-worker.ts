import { openTarget, type TargetData } from '../../targets/target/target-data.ts';
import { harnessOf } from '../run/harness.ts';
import { serveJobs } from '../workers/worker-pool.ts';
import type { ScopeSize } from './scope.ts';
import { SoundnessChecker } from './soundness.ts';
import type { SoundnessTally } from './soundness-tally.ts';

/** What a worker needs to ask about the subject of a target. */
export interface SoundnessSetup {
  readonly target: TargetData;
  readonly size: ScopeSize;
  /** The most states of a program. */
  readonly limit: number;
}

/** Programs `from` to `to - 1`. */
export interface SoundnessPart {
  readonly from: number;
  readonly to: number;
}

serveJobs(({ target, size, limit }: SoundnessSetup): ((part: SoundnessPart) => SoundnessTally) => {
  const harness = harnessOf(openTarget(target));
  const checker = new SoundnessChecker(harness, harness.subject, size, limit);
  return ({ from, to }) => checker.check(from, to);
});
