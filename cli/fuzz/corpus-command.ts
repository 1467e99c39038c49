import { CampaignState } from '../../fuzz/campaign/campaign-state.ts';
import { TargetCampaign } from '../../fuzz/campaign/target-campaign.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { reducedPool } from '../../fuzz/search/reduce.ts';
import { TargetSearch } from '../../fuzz/search/target-search.ts';
import { EXIT, type Io } from '../io/io.ts';
import { DEFAULT_STATE, targetsOf } from './fuzz-command.ts';

interface ReduceOptions {
  readonly state?: string;
}

/** Leaves a campaign only those of its kept programs that it takes to show all that they show together. */
export async function reduceCommand(
  { state: folder = DEFAULT_STATE }: ReduceOptions,
  io: Io,
): Promise<number> {
  const state = CampaignState.resume(folder);
  try {
    const { seed, maxOps, maxThreads } = state.header;
    const limits = { maxOps, ...(maxThreads === undefined ? {} : { maxThreads }) };
    for (const { target } of await targetsOf(state)) {
      const journal = state.openTarget(target);
      const { progress, parts } = journal.stored;
      const campaign = new TargetCampaign(target.subject.kind, Number.POSITIVE_INFINITY, progress);
      for (const part of parts) campaign.add(part);
      while (campaign.endRound());
      const before = campaign.pool.entries;
      const search = new TargetSearch(harnessOf(target), { seed, limits, isKnown: () => true });
      const kept = reducedPool(search, before);
      journal.compact(campaign.withPool(kept), campaign.openParts);
      io.out(`${target.name}: ${before.length} programs, ${kept.length} kept\n`);
    }
    return EXIT.OK;
  } finally {
    state.close();
  }
}
