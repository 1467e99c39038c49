import { signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Finding } from '../minimize/finding.ts';
import type { Ended, WorkerPool } from '../workers/worker-pool.ts';
import type { CampaignJob, Findings, SearchPart, StoredRawFinding } from './campaign-jobs.ts';
import { readCurrent } from './current-program.ts';
import { FairShare } from './fair-share.ts';
import type { CampaignEvents, Leftovers, Member } from './supervisor-events.ts';
import type { Shard } from './target-campaign.ts';

/** A program that has ended so many threads is left out. */
const MOST_DEATHS = 3;

/** How the supervisor sees a member. */
interface TargetWork {
  readonly member: Member;
  /** News of the round that was taken in last, being minimised. In order; results stay until all are there. */
  awaited: Awaited[];
  /** Deaths, by program, by shard and by signature. */
  readonly deaths: Map<string, number>;
}

/** Something to be minimised. `waiting` again when its thread died; given up after MOST_DEATHS, with no findings. */
interface Awaited {
  readonly rawFinding: StoredRawFinding;
  state: 'waiting' | 'under way' | Findings;
}

/** What a supervisor asks of a worker pool. */
export type CampaignWorkerPool = Pick<
  WorkerPool<CampaignJob, SearchPart | Findings>,
  'hasRoom' | 'run' | 'dismiss'
>;

/**
 * Runs a campaign on a worker pool: gives out shards and findings to minimise, takes rounds in, and shares the time
 * between targets by what they yield. What a target's iterations show depends on none of that.
 */
export class Supervisor {
  readonly #workerPool: CampaignWorkerPool;
  readonly #events: CampaignEvents;
  readonly #clock: () => number;
  readonly #works: readonly TargetWork[];
  readonly #stop: Int32Array;
  #underWay = 0;
  #isDrained = false;
  #own: Leftovers = new Map();
  #failure: Error | undefined;
  #wake: () => void = () => {};
  readonly #shares: FairShare<TargetWork>;

  /**
   * @param stop the cell that the workers' setup has
   * @param clock milliseconds
   */
  constructor(
    members: readonly Member[],
    workerPool: CampaignWorkerPool,
    stop: SharedArrayBuffer,
    events: CampaignEvents,
    clock: () => number,
  ) {
    this.#workerPool = workerPool;
    this.#events = events;
    this.#clock = clock;
    this.#stop = new Int32Array(stop);
    this.#works = members.map((member) => ({ member, awaited: [], deaths: new Map() }));
    this.#shares = new FairShare(this.#works);
  }

  /** Ends the campaign: shards under way end early, and what was met becomes findings. */
  stop(): void {
    Atomics.store(this.#stop, 0, 1);
    this.#wake();
  }

  get isStopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  /**
   * Runs until all iterations are searched, or `stop`.
   *
   * @param foreign raw findings of another campaign that did not become findings: they do, first
   * @param own those of an earlier session of this campaign. The search meets them again, in the order of iterations;
   *   those that it has not met when it ends become findings then
   * @throws what an event threw; what a worker threw; Error for a shard that ends every thread
   */
  async run(foreign: Leftovers = new Map(), own: Leftovers = new Map()): Promise<void> {
    this.#own = own;
    for (const work of this.#works) this.#await(work, foreign.get(work.member.index) ?? []);
    try {
      for (;;) {
        for (const work of this.#works) this.#takeIn(work);
        // Rounds before jobs: a round taken in can bring something to minimise, which goes first, since a round waits
        // for it.
        while (!this.#failure && this.#workerPool.hasRoom && this.#giveNext());
        if (this.#failure) this.stop();
        if (this.#underWay === 0 && (this.#failure || !this.#drain())) break;
        if (this.#underWay === 0) continue;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      await this.#workerPool.dismiss();
    }
    if (this.#failure) throw this.#failure;
  }

  /** Everything has come back. @returns whether that leaves something to be made a finding */
  #drain(): boolean {
    if (this.#isDrained) return false;
    this.#isDrained = true;
    for (const work of this.#works) {
      const { index, campaign } = work.member;
      this.#await(work, campaign.unfinished());
      this.#await(work, this.#own.get(index) ?? []);
    }
    return this.#works.some(({ awaited }) => awaited.length > 0);
  }

  /**
   * Takes in rounds that are complete. A round with news waits until these are minimised, and others wait for it.
   *
   *     round 3 complete, two news ─▶ awaited: A, B ─▶ minimised ─▶ #settle: made, found A, found B, roundEnded
   */
  #takeIn(work: TargetWork): void {
    const { member } = work;
    while (!this.#failure) {
      if (work.awaited.some(({ state }) => state === 'waiting' || state === 'under way')) return;
      this.#settle(work);
      const rawFindings = this.#attempt(() => member.campaign.endRound());
      if (!rawFindings) return;
      this.#await(work, rawFindings);
      if (work.awaited.length === 0) this.#attempt(() => this.#events.roundEnded(member));
    }
  }

  #await(work: TargetWork, rawFindings: readonly StoredRawFinding[]): void {
    const { known } = work.member;
    const news = rawFindings.filter(({ divergence }) => !known.has(signatureOf(divergence)));
    for (const { divergence } of news) known.add(signatureOf(divergence));
    work.awaited.push(...news.map((rawFinding): Awaited => ({ rawFinding, state: 'waiting' })));
  }

  /** In the order of the raw findings, so that of two findings with one signature always the same stays. */
  #settle(work: TargetWork): void {
    const { member, awaited } = work;
    if (awaited.length === 0) return;
    const own = new Set(awaited.map(({ rawFinding }) => signatureOf(rawFinding.divergence)));
    work.awaited = [];
    const made: Finding[] = [];
    for (const { state } of awaited) {
      for (const finding of state as Findings) {
        if (own.has(finding.signature) ? !own.delete(finding.signature) : member.known.has(finding.signature))
          continue;
        member.known.add(finding.signature);
        this.#shares.found(work);
        made.push(finding);
      }
    }
    if (made.length > 0) this.#attempt(() => this.#events.made(member, made));
    // All of a round, or none: what minimising reports beside its own depends on what is known by then.
    for (const finding of this.#failure ? [] : made) this.#attempt(() => this.#events.found(member, finding));
    if (!this.#failure) this.#attempt(() => this.#events.roundEnded(member));
  }

  /** @returns whether there was something to give */
  #giveNext(): boolean {
    for (const work of this.#works) {
      const next = work.awaited.find(({ state }) => state === 'waiting');
      if (!next) continue;
      next.state = 'under way';
      this.#minimize(work, next);
      return true;
    }
    if (this.isStopped) return false;
    const work = this.#shares.next(hasShard);
    const shard = work?.member.campaign.next();
    if (!work || !shard) return false;
    this.#search(work, shard);
    return true;
  }

  #search(work: TargetWork, shard: Shard): void {
    const { member } = work;
    const { from, to, view } = shard;
    const known = [...member.known];
    const job = {
      kind: 'search',
      target: member.index,
      from,
      to,
      view,
      known,
      leftOut: member.leftOut,
    } as const;
    const started = this.#clock();
    this.#give(
      job,
      (note) => this.#events.rawFinding(member, note as StoredRawFinding),
      (ended) => {
        if (ended.kind !== 'answer') {
          member.campaign.giveBack(shard);
          if (ended.kind === 'died') this.#bury(work, ended, `${from}`, undefined);
          return;
        }
        const milliseconds = this.#clock() - started;
        const part = ended.answer as SearchPart;
        member.campaign.add(part);
        this.#shares.searched(work, part, milliseconds);
        this.#events.searched(member, part, milliseconds, ended.slot);
      },
    );
  }

  #minimize(work: TargetWork, awaited: Awaited): void {
    const { member } = work;
    const { rawFinding } = awaited;
    const signature = signatureOf(rawFinding.divergence);
    const known = [...member.known].filter((one) => one !== signature);
    this.#give({ kind: 'minimize', target: member.index, rawFinding, known }, ignore, (ended) => {
      awaited.state = 'waiting';
      if (ended.kind === 'answer') awaited.state = ended.answer as Findings;
      else if (ended.kind === 'died' && this.#bury(work, ended, signature, rawFinding)) awaited.state = [];
    });
  }

  #give(
    job: CampaignJob,
    onNote: (note: unknown) => void,
    onEnd: (ended: Ended<SearchPart | Findings>) => void,
  ): void {
    this.#underWay++;
    const end = (ended: Ended<SearchPart | Findings>) => {
      this.#underWay--;
      if (ended.kind === 'failure') this.#failure ??= ended.error;
      this.#attempt(() => onEnd(ended));
      this.#wake();
    };
    this.#workerPool
      .run(job, (note) => this.#attempt(() => onNote(note)))
      .then(end, (error: Error) => end({ kind: 'failure', error }));
  }

  /** @returns whether the job, or the program that it had under way, is given up */
  #bury(
    { member, deaths }: TargetWork,
    { how, current }: Extract<Ended<unknown>, { kind: 'died' }>,
    job: string,
    rawFinding: StoredRawFinding | undefined,
  ): boolean {
    const held = current && readCurrent(current);
    // While a finding is made smaller it holds what was met.
    const name = held && !rawFinding ? held.program.join() : job;
    const times = (deaths.get(name) ?? 0) + 1;
    deaths.set(name, times);
    const isLeftOut = times >= MOST_DEATHS;
    if (isLeftOut && held && !rawFinding) member.leftOut.push(held.program);
    this.#events.crashed(member, {
      how,
      program: held?.program,
      iteration: held?.iteration,
      times,
      isLeftOut,
      rawFinding,
    });
    if (isLeftOut && !held && !rawFinding) {
      throw new InputError(
        'worker threads',
        `${times} of them ended with iterations from ${job} on, before any program ran (${how}); use fewer --workers, or a longer --watchdog`,
      );
    }
    return isLeftOut;
  }

  /** What goes wrong ends the campaign, but not before everything under way has come back. */
  #attempt<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#failure ??= error as Error;
      return undefined;
    }
  }
}

function hasShard({ member: { campaign } }: TargetWork): boolean {
  return campaign.hasNext;
}

function ignore(): void {}
