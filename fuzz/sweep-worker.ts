import { loadBuiltInTargets, loadTarget } from '../targets/target-file.ts';
import { serveJobs } from './crew.ts';
import { harnessOf } from './harness.ts';
import { type Chunk, type Segment, sweepChunk } from './sweep.ts';

/** Where a worker finds the target: a subject is code, which does not travel between threads. */
export interface SweepSetup {
  /** The name of a built-in target, unless there is a file. */
  readonly target: string;
  readonly file: string | undefined;
  /** The letter, as text: numbers of letters are a harness's own. */
  readonly letter: string;
}

serveJobs(({ target: name, file, letter }: SweepSetup) => {
  const target = file ? loadTarget(file) : loadBuiltInTargets().find((one) => one.name === name);
  if (!target) throw new Error(`internal: a worker finds no target "${name}"`);
  const harness = harnessOf(target);
  const id = harness.alphabet.parse(letter, target.subject.saturated);
  return ({ from, to }: Chunk): Segment[] => sweepChunk(harness, id, from, to);
});
