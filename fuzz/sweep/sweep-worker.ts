import { openTarget, type TargetSource } from '../../targets/target/target-source.ts';
import { harnessOf } from '../run/harness.ts';
import { serveJobs } from '../workers/worker-pool.ts';
import { type Chunk, type Segment, sweepChunk } from './sweep.ts';

/** What a worker needs: a target is code, which does not travel between threads, so each opens its own. */
export interface SweepSetup {
  readonly source: TargetSource;
  /** The call, as text: numbers of calls are a harness's own. */
  readonly call: string;
}

serveJobs(({ source, call }: SweepSetup) => {
  const target = openTarget(source);
  const harness = harnessOf(target);
  const id = harness.alphabet.parse(call, target.subject.saturated);
  return ({ from, to }: Chunk): Segment[] => sweepChunk(harness, id, from, to);
});
