import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { CampaignSummary } from '../campaign/campaign-events.ts';
import { holdsNothing } from '../campaign/campaign-header.ts';
import { DEFAULT_STATE } from '../campaign/default-state.ts';
import { type DurableCampaign, resumeCampaign, startCampaign } from '../campaign/durable-campaign.ts';
import type { Machines } from '../queue/connect.ts';
import type { EngineContext, EngineEvent, EngineOptions, RandomSummary } from './engine.ts';

/** Milliseconds, where the user names no limit. (`startCampaign` itself has none.) */
const DEFAULT_TIME = 60_000;

/**
 * A durable campaign: random programs under random schedules, see `startCampaign`. Its events are the campaign's, but
 * for `begun` and the frame around status and end.
 */
export async function* runRandom(
  names: readonly string[],
  options: EngineOptions,
  context: EngineContext,
): AsyncGenerator<EngineEvent, void, undefined> {
  const remote = await connected(options, context);
  try {
    yield* runOn(remote, names, options, context);
  } finally {
    await remote?.close();
  }
}

/** The machines of a queue, if one is named. Nobody else loads the room. */
async function connected(
  { queue, queueName, queueVolatile, state = DEFAULT_STATE }: EngineOptions,
  { host, notice = () => {} }: EngineContext,
): Promise<Machines | undefined> {
  if (queue === undefined) return undefined;
  const { connectMachines } = await import('../queue/connect.ts');
  const choice = { address: queue, name: queueName, isVolatile: queueVolatile };
  return connectMachines(choice, resolve(state), host, notice);
}

async function* runOn(
  remote: Machines | undefined,
  names: readonly string[],
  options: EngineOptions,
  context: EngineContext,
): AsyncGenerator<EngineEvent, void, undefined> {
  const isBegun =
    options.resume === true &&
    (names.length > 0 || options.before !== undefined) &&
    holdsNothing(options.state ?? DEFAULT_STATE);
  const campaign = await opened(names, isBegun ? { ...options, resume: false } : options, context, remote);
  const { header, targets, folder, corpus, moved } = campaign;
  const { seed, code } = header;
  try {
    const isResumed = options.resume === true && !isBegun;
    // From the header, not from the options: a resumed campaign goes on with what it was started with.
    yield { kind: 'begun', engine: 'random', seed, targets, code, corpus, state: folder, isResumed, moved };
    if (isBegun) yield { kind: 'note', text: `${folder} held no campaign to resume, so this one begins` };
    for await (const event of campaign.run()) {
      if (event.kind === 'status')
        yield { kind: 'status', status: { engine: 'random', status: event.status } };
      else if (event.kind === 'ended') yield { kind: 'ended', summary: summaryOf(event.summary) };
      else yield event;
    }
  } finally {
    campaign.close();
  }
}

/** A seed that is not named is drawn here, and nowhere below: everything from here on is a function of it. */
async function opened(
  names: readonly string[],
  options: EngineOptions,
  context: EngineContext,
  remote: Machines | undefined,
): Promise<DurableCampaign> {
  const { corpus, state, iterations, untilNew, workers, watchdog } = options;
  const { seed, maxOps, maxThreads, feedback } = options;
  const { kernel, against, include, before, after, discipline, memory, only } = options;
  const isBounded = iterations !== undefined || untilNew !== undefined;
  const time = options.time ?? (isBounded ? undefined : DEFAULT_TIME);
  const limits = { corpus, state, time, iterations, untilNew, workers, watchdog };
  const session = { ...context, ...limits, makePool: remote?.makePool };
  const code = { kernel, against, include, before, after, discipline, memory, only };
  const searched = { maxOps, maxThreads, feedback, code };
  return options.resume
    ? resumeCampaign({ ...session, asked: { ...searched, targets: names, seed } })
    : startCampaign(names, { ...session, ...searched, seed: seed ?? randomInt(2 ** 32) });
}

/** Idle: every program that began was left undecided, or none began. */
function summaryOf(campaign: CampaignSummary): RandomSummary {
  const { ending, unsaved, met, targets, counts, left } = campaign;
  return {
    engine: 'random',
    ending,
    unsaved,
    met,
    cases: targets.flatMap(({ target, cases }) => cases.map((path) => ({ target, path }))),
    left,
    isLoud: false,
    idle: targets.filter((one) => one.counts.programs === one.counts.undecided).map(({ target }) => target),
    isUndecided: counts.undecided + counts.unjudged > 0,
    campaign,
  };
}
