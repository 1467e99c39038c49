import { harnessOf } from '../run/harness.ts';
import { reducedPool } from '../search/reduce.ts';
import { TargetSearch } from '../search/target-search.ts';
import { CampaignState } from './campaign-state.ts';
import { DEFAULT_STATE } from './default-state.ts';
import { targetsOf } from './durable-campaign.ts';
import { TargetCampaign } from './target-campaign.ts';

/** How many programs a campaign kept of a target, and how many of them it keeps now. */
export interface MinimizedPool {
  readonly target: string;
  readonly before: number;
  readonly kept: number;
}

/**
 * Leaves a stored campaign, target by target, only those of its kept programs that it takes to show all that they show
 * together. The corpus is not touched: it holds cases, and the pool holds programs to mutate. Each target is written
 * whole before the next is begun, so a kill leaves some targets minimised and the others as they were.
 *
 * @param folder that keeps the campaign
 * @throws InputError when there is none, or another process is running it
 */
export async function* minimizePools(folder: string = DEFAULT_STATE): AsyncGenerator<MinimizedPool> {
  const state = CampaignState.resume(folder);
  try {
    const { seed, maxOps, maxThreads } = state.header;
    const limits = { maxOps, ...(maxThreads === undefined ? {} : { maxThreads }) };
    for (const { target } of await targetsOf(state)) {
      const journal = state.openTarget(target);
      const { progress, parts } = journal.stored;
      const campaign = new TargetCampaign(target.subject.kind, Number.POSITIVE_INFINITY, progress);
      for (const part of parts) campaign.add(part);
      // Rounds that are complete in the journal but were not taken in when the process was killed.
      while (campaign.endRound());
      const before = campaign.pool.entries;
      // Everything is known to it: only features are of interest here.
      const search = new TargetSearch(harnessOf(target), { seed, limits, isKnown: () => true });
      const kept = reducedPool(search, before);
      journal.compact(campaign.withPool(kept), campaign.openParts);
      yield { target: target.name, before: before.length, kept: kept.length };
    }
  } finally {
    state.close();
  }
}
