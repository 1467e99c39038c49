import { openTarget, type TargetData } from '../../targets/target/target-data.ts';
import { harnessOf } from '../run/harness.ts';
import { serveJobs } from '../workers/worker-pool.ts';
import { type Chunk, type Segment, sweepChunk } from './sweep.ts';

/** What a worker needs. Subjects are functions, which do not travel between threads, so each worker opens the target. */
export interface SweepSetup {
  readonly target: TargetData;
  /** The call, as text: numbers of calls are a harness's own. */
  readonly call: string;
  /** Which group of the plan: each has threads of its own, wherever these are. */
  readonly part: number;
}

serveJobs(({ target: data, call }: SweepSetup) => {
  const target = openTarget(data);
  const harness = harnessOf(target);
  const id = harness.alphabet.parse(call, target.subject.saturated);
  return ({ from, to }: Chunk): Segment[] => sweepChunk(harness, id, from, to);
});
