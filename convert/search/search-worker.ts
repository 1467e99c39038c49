import { serveJobs } from '../../fuzz/workers/worker-pool.ts';
import type { ConversionData } from '../module/switched-scheme.ts';
import { type Part, PartDecider, type PartDone } from './part.ts';

/** What a worker needs. */
export interface SearchSetup {
  readonly data: ConversionData;
  readonly limit: number;
}

serveJobs(({ data, limit }: SearchSetup): ((part: Part) => PartDone) => {
  const decider = new PartDecider(data, limit);
  return (part) => decider.decide(part);
});
