import { availableParallelism } from 'node:os';
import { InputError } from '../../targets/subject/input-error.ts';
import { type CodePlaces, type NamedTarget, namedTargets } from '../../targets/target/named-targets.ts';
import { DEFAULT_CORPUS, knownSignatures } from '../case/known-signatures.ts';
import { MAX_OPS } from '../program/program.ts';
import { version } from '../storage/version.ts';
import { eventsOf } from '../workers/events-of.ts';
import type { Host } from '../workers/host.ts';
import type { MakePool } from '../workers/job-pool.ts';
import type { CampaignEvent, CampaignSummary } from './campaign-events.ts';
import type { CampaignHeader } from './campaign-header.ts';
import { type CampaignRequest, checkAsked } from './campaign-request.ts';
import { CampaignSession } from './campaign-session.ts';
import { CampaignState } from './campaign-state.ts';
import type { CampaignStatus } from './campaign-status.ts';
import { DEFAULT_STATE } from './default-state.ts';
import type { MovedCampaign } from './kept-campaigns.ts';
import { codeMetOn } from './raw-findings.ts';
import type { Runner } from './runner.ts';
import { TargetCampaign } from './target-campaign.ts';

/** What one session of a campaign may do, from a start or a resume to its end. None of it changes what is searched. */
export interface SessionOptions {
  /** The clock, see `systemHost`. */
  readonly host: Host;
  /** When its time began, on that clock. Default: at the call. */
  readonly started?: number | undefined;
  /**
   * Ends the session within two seconds: what was met is made a case as far as that goes, everything is stored, and the
   * campaign can be resumed.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * The folder where new cases are stored; the cases in it are no news. Default: `corpus`, and the cases that came with
   * the package are no news either.
   */
  readonly corpus?: string | undefined;
  /** Milliseconds from `started` on, compiling included; it is over two seconds, or a tenth, later at the latest. Default: no limit. */
  readonly time?: number | undefined;
  /** Iterations of each target, over all sessions. Default: no limit. */
  readonly iterations?: number | undefined;
  /** New signatures, over all sessions, after which it ends. Default: no limit. */
  readonly untilNew?: number | undefined;
  /** Worker threads, 1 or more. Default: one for each core. */
  readonly workers?: number | undefined;
  /** Other threads that search, as those of other machines; then `workers` counts for nothing. */
  readonly makePool?: MakePool | undefined;
  /** Milliseconds after which a worker without progress is replaced. Default: 60000 */
  readonly watchdog?: number | undefined;
  /** Milliseconds between two status events. Default: 1000 */
  readonly statusEvery?: number | undefined;
}

/** A new campaign: what is searched, and the limits of its first session. */
export interface StartOptions extends SessionOptions {
  /** An integer, 0 or more: with the targets and the limits below, it decides what is searched. */
  readonly seed: number;
  /** The folder that keeps the campaign. Default: `.refuzz/campaign`; a campaign that lies there is moved, see `DurableCampaign.moved`. */
  readonly state?: string | undefined;
  /** Most ops of a thread, 1 to 12. Default: 12 */
  readonly maxOps?: number | undefined;
  /** Most threads of a program, 1 to 4. Default: what the target says. */
  readonly maxThreads?: number | undefined;
  /** Whether programs that did something new are mutated. Default: yes */
  readonly feedback?: boolean | undefined;
  /** Where C code comes from. */
  readonly code?: CodePlaces | undefined;
}

/** A stored campaign, and the limits of its next session. */
export interface ResumeOptions extends SessionOptions {
  /** The folder that keeps the campaign. Default: `.refuzz/campaign` */
  readonly state?: string | undefined;
  /** What the caller believes that the campaign was started with: anything else is refused. */
  readonly asked?: CampaignRequest | undefined;
}

/**
 * Starts a campaign that is kept on disk: whatever ends this process, `resumeCampaign` continues it, and what was found
 * is not lost.
 *
 * @example
 * ```ts
 * const campaign = await startCampaign(['refcount-v4.11'], {
 *   seed: 1, iterations: 1000, state: 'state', corpus: 'corpus', host: systemHost,
 * });
 * for await (const event of campaign.run()) if (event.kind === 'found') console.log(event.path);
 * ```
 *
 * @param targets names of built-in targets, or target files; none: every built-in one, see `namedTargets`
 * @throws InputError for wrong names, for a folder that holds something else, or that another process is using
 */
export async function startCampaign(
  targets: readonly string[],
  options: StartOptions,
): Promise<DurableCampaign> {
  const { seed, maxOps = MAX_OPS, maxThreads, feedback = true, code = {}, state: folder } = options;
  const { started = options.host.now() } = options;
  // Wrong names are refused before anything is written.
  const named = await namedTargets(targets, code);
  const { kernel, against, include, before, after, discipline, memory, only } = code;
  const header: Omit<CampaignHeader, 'campaign'> = {
    version: version(),
    seed,
    maxOps,
    ...(maxThreads === undefined ? {} : { maxThreads }),
    feedback,
    targets: [...targets],
    // Absent keys instead of undefined ones, as the stored header will have it.
    code: JSON.parse(JSON.stringify({ kernel, against, include, before, after, discipline, memory, only })),
  };
  const state = CampaignState.create(folder ?? DEFAULT_STATE, header, folder === undefined);
  return opened(state, named, options, started);
}

/**
 * Continues a campaign where it was, after an end of any kind.
 *
 * @throws InputError when there is none, when it is of another version, when a target has changed since, when another
 *   process is using it, or when it was not started with what is `asked`
 */
export async function resumeCampaign(options: ResumeOptions): Promise<DurableCampaign> {
  const folder = options.state ?? DEFAULT_STATE;
  const { started = options.host.now() } = options;
  const state = CampaignState.resume(folder);
  try {
    checkAsked(folder, state.header, options.asked ?? {});
    return opened(state, await targetsOf(state), options, started);
  } catch (error) {
    state.close();
    throw error;
  }
}

/** The targets of a stored campaign. @throws InputError when another version of refuzz made it */
export async function targetsOf({ folder, header }: CampaignState): Promise<NamedTarget[]> {
  if (header.version === version()) return namedTargets(header.targets, header.code);
  throw new InputError(
    folder,
    `is a campaign of refuzz ${header.version}, and this is ${version()}; start a new campaign`,
  );
}

/**
 * Reads every journal before anything runs: a target that changed is an error of the start, not of the tenth minute.
 */
function opened(
  state: CampaignState,
  named: readonly NamedTarget[],
  options: SessionOptions,
  started: number,
): DurableCampaign {
  try {
    const runners = named.map((one, index) => runnerOf(one, index, state, options));
    return new DurableCampaign(state, runners, options, started);
  } catch (error) {
    state.close();
    throw error;
  }
}

/**
 * Parts of unfinished rounds are added again as if a worker had just sent them; shards they cover are not searched
 * twice.
 */
function runnerOf(
  named: NamedTarget,
  index: number,
  state: CampaignState,
  { corpus, iterations = Number.POSITIVE_INFINITY }: SessionOptions,
): Runner {
  const { target } = named;
  const { known } = knownSignatures(corpus, target);
  const journal = state.openTarget(target);
  const { progress, parts, found, leftOut } = journal.stored;
  const campaign = new TargetCampaign(target.subject.kind, iterations, progress);
  for (const part of parts) campaign.add(part);
  const member = {
    index,
    campaign,
    known: new Set([...known.keys(), ...found.keys()]),
    leftOut: [...leftOut],
  };
  return { named, member, known, fresh: new Map(found), journal, code: codeMetOn(target) };
}

/**
 * A campaign that is kept on disk, open in this process: run it once, or close it.
 *
 *     startCampaign ─▶ run() ─▶ found, status, … ended        the lock is given up just before `ended`
 *     resumeCampaign ─▶ close()                               nothing has run, and nothing has changed
 */
export class DurableCampaign {
  /** Where new cases are stored. */
  readonly corpus: string;
  readonly targets: readonly NamedTarget[];
  readonly #state: CampaignState;
  readonly #session: CampaignSession;
  readonly #options: SessionOptions;

  /** Use `startCampaign` or `resumeCampaign`. @param started on the clock of the host: compiling counts */
  constructor(state: CampaignState, runners: readonly Runner[], options: SessionOptions, started: number) {
    this.corpus = options.corpus ?? DEFAULT_CORPUS;
    this.targets = runners.map(({ named }) => named);
    this.#state = state;
    this.#options = options;
    this.#session = new CampaignSession(state, runners, {
      host: options.host,
      started,
      corpus: this.corpus,
      workers: options.workers ?? availableParallelism(),
      makePool: options.makePool,
      time: options.time ?? Number.POSITIVE_INFINITY,
      untilNew: options.untilNew ?? Number.POSITIVE_INFINITY,
      watchdog: options.watchdog ?? WATCHDOG,
      statusEvery: options.statusEvery ?? STATUS_EVERY,
    });
  }

  /** The folder that keeps it. */
  get folder(): string {
    return this.#state.folder;
  }

  /** What it was started with. */
  get header(): CampaignHeader {
    return this.#state.header;
  }

  /** Where a campaign was moved that lay in the folder. */
  get moved(): MovedCampaign | undefined {
    return this.#state.moved;
  }

  /** How it stands. */
  get status(): CampaignStatus {
    return this.#session.status;
  }

  /** The result so far, of all sessions. */
  get summary(): CampaignSummary {
    return this.#session.summary;
  }

  /**
   * Runs a session. Whatever an event reports is on disk before the event comes. Ending the iteration early ends the
   * session as the signal does.
   *
   * @throws what a worker threw; InputError when workers die before any program runs. A full disk is no error here: the
   *   session ends, and the summary has what could not be stored.
   */
  async *run(): AsyncGenerator<CampaignEvent, void, undefined> {
    const { signal } = this.#options;
    const session = this.#session;
    const stop = () => session.interrupt();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      yield* eventsOf<CampaignEvent>((emit) => session.run(emit), stop);
    } finally {
      signal?.removeEventListener('abort', stop);
      this.close();
    }
    yield { kind: 'ended', summary: session.summary };
  }

  /** Lets another process have it. */
  close(): void {
    this.#state.close();
  }
}

/** Milliseconds. A program that hangs costs a worker three of these: then it is left out. */
const WATCHDOG = 60_000;
const STATUS_EVERY = 1000;
