import type { Target } from '../../targets/target/target.ts';
import { harnessOf } from '../run/harness.ts';
import { unpackProgram } from '../run/packed-program.ts';
import { version } from '../storage/version.ts';
import { digestOf } from '../workers/target-digest.ts';
import { CampaignState } from './campaign-state.ts';
import { targetsOf } from './durable-campaign.ts';
import { TargetCampaign } from './target-campaign.ts';

/** A target whose pool was synced. */
export interface SyncedPool {
  readonly target: string;
  /** Programs that the other campaign has of it; undefined where it has not this target, or of other code. */
  readonly offered: number | undefined;
  /** Those that show something new here, and were taken. */
  readonly taken: number;
}

/**
 * Gives a campaign those programs of another one's pool that show something which its own do not: for targets that both
 * have, by name and by digest of their code. Features of one target mean the same in both, as both are of this version.
 * A campaign that was given programs goes on otherwise than by its seed alone.
 *
 * @throws InputError where one of the two is no campaign, is running, or is of another version
 */
export async function* syncPools(from: string, to: string): AsyncGenerator<SyncedPool> {
  const source = CampaignState.resume(from);
  try {
    const state = CampaignState.resume(to);
    try {
      const offering = new Map((await targetsOf(source)).map(({ target }) => [target.name, target]));
      for (const { target } of await targetsOf(state)) {
        const other = offering.get(target.name);
        if (!other || sameCode(other) !== sameCode(target)) {
          yield { target: target.name, offered: undefined, taken: 0 };
          continue;
        }
        const { maxOps, maxThreads = target.threads } = state.header;
        const harness = harnessOf(target);
        // A campaign never runs a program beyond its limits.
        const offered = campaignOf(source, other).campaign.pool.entries.filter(({ program }) => {
          const { threads } = unpackProgram(harness, program);
          return threads.length <= maxThreads && threads.every((ops) => ops.length <= maxOps);
        });
        const { journal, campaign } = campaignOf(state, target);
        const { progress, taken } = campaign.withMore(offered);
        // Nothing is written where nothing is new.
        if (taken > 0) journal.compact(progress, campaign.openParts);
        yield { target: target.name, offered: offered.length, taken };
      }
    } finally {
      state.close();
    }
  } finally {
    source.close();
  }
}

function sameCode(target: Target): string {
  return digestOf(target, { version: version() });
}

/** What is stored of a target, with the rounds that are complete in its journal. */
function campaignOf(state: CampaignState, target: Target) {
  const journal = state.openTarget(target);
  const { progress, parts } = journal.stored;
  const campaign = new TargetCampaign(target.subject.kind, Number.POSITIVE_INFINITY, progress);
  for (const part of parts) campaign.add(part);
  while (campaign.endRound());
  return { journal, campaign };
}
