import { openTarget, type TargetSource } from '../../targets/target/target-source.ts';
import { harnessOf } from '../run/harness.ts';
import { serveJobs } from '../workers/crew.ts';
import { type Chunk, type Segment, sweepChunk } from './sweep.ts';

/** What a worker needs: a target is code, which does not travel between threads, so each opens its own. */
export interface SweepSetup {
  readonly source: TargetSource;
  /** The letter, as text: numbers of letters are a harness's own. */
  readonly letter: string;
}

serveJobs(({ source, letter }: SweepSetup) => {
  const target = openTarget(source);
  const harness = harnessOf(target);
  const id = harness.alphabet.parse(letter, target.subject.saturated);
  return ({ from, to }: Chunk): Segment[] => sweepChunk(harness, id, from, to);
});
