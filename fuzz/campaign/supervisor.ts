import { signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { STOP } from '../run/interrupt.ts';
import type { JobEnd } from '../workers/job-pool.ts';
import { type Awaited, AwaitedFindings } from './awaited-findings.ts';
import type {
  CampaignJob,
  CampaignWorkerPool,
  Findings,
  MinimizeNote,
  SearchPart,
  StoredRawFinding,
} from './campaign-jobs.ts';
import { Deaths, MOST_DEATHS } from './deaths.ts';
import { FairShare } from './fair-share.ts';
import type { CampaignEvents, Leftovers, Member } from './supervisor-events.ts';
import type { Shard } from './target-campaign.ts';

interface TargetWork {
  readonly member: Member;
  readonly awaited: AwaitedFindings;
  readonly deaths: Deaths;
}

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
  #isAbandoned = false;
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
    this.#works = members.map((member) => ({ member, awaited: new AwaitedFindings(), deaths: new Deaths() }));
    this.#shares = new FairShare(this.#works);
  }

  /** Ends the campaign: shards under way end early, and what was met becomes findings. */
  stop(): void {
    Atomics.compareExchange(this.#stop, 0, STOP.NOT, STOP.SOON);
    this.#wake();
  }

  /** Ends it now: iterations under way do not count; what is not minimal stays a raw finding. */
  giveUp(): void {
    Atomics.store(this.#stop, 0, STOP.NOW);
    this.#wake();
  }

  /** Ends the threads of whoever has not heard of it. What they had under way is lost, as after a kill. */
  abandon(): void {
    this.giveUp();
    this.#isAbandoned = true;
    void this.#workerPool.dismiss();
  }

  get isStopped(): boolean {
    return Atomics.load(this.#stop, 0) !== STOP.NOT;
  }

  /** How many raw findings are being made cases, or wait for it. */
  get minimizing(): number {
    return this.#works.reduce((sum, { awaited }) => sum + awaited.open, 0);
  }

  get #isGivenUp(): boolean {
    return Atomics.load(this.#stop, 0) === STOP.NOW;
  }

  /**
   * Runs until all iterations are searched, or `stop`, or `giveUp`.
   *
   * @param foreign raw findings of another campaign that did not become findings: they do, first
   * @param own those of an earlier session of this campaign. The search meets them again, in the order of iterations;
   *   those that it has not met when it ends become findings then
   * @throws what an event threw; what a worker threw; Error for a shard that ends every thread
   */
  async run(foreign: Leftovers = new Map(), own: Leftovers = new Map()): Promise<void> {
    this.#own = own;
    for (const { awaited, member } of this.#works) awaited.add(foreign.get(member.index) ?? [], member.known);
    try {
      for (;;) {
        for (const work of this.#works) this.#takeIn(work);
        while (!this.#failure && this.#workerPool.hasRoom && this.#giveNext());
        if (this.#failure) this.stop();
        if (this.#underWay === 0 && (this.#failure || this.#isGivenUp || !this.#drain())) break;
        if (this.#underWay === 0) continue;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#isGivenUp) for (const work of this.#works) this.#store(work);
    } finally {
      await this.#workerPool.dismiss();
    }
    if (this.#failure) throw this.#failure;
  }

  /** Everything has come back. @returns whether that leaves something to be made a finding */
  #drain(): boolean {
    if (this.#isDrained) return false;
    this.#isDrained = true;
    for (const { awaited, member } of this.#works) {
      awaited.add(member.campaign.unfinished(), member.known);
      awaited.add(this.#own.get(member.index) ?? [], member.known);
    }
    return this.#works.some(({ awaited }) => !awaited.isEmpty);
  }

  /**
   * Takes in rounds that are complete. A round with news waits until these are minimised, and others wait for it.
   *
   *     round 3 complete, two news ─▶ awaited: A, B ─▶ minimised ─▶ #store: made, found A, found B, roundEnded
   */
  #takeIn(work: TargetWork): void {
    const { member, awaited } = work;
    while (!this.#failure && !this.#isGivenUp) {
      if (awaited.open > 0) return;
      if (!awaited.isEmpty) {
        this.#store(work);
        if (!this.#failure) this.#attempt(() => this.#events.roundEnded(member));
      }
      const rawFindings = this.#attempt(() => member.campaign.endRound());
      if (!rawFindings) return;
      awaited.add(rawFindings, member.known);
      if (awaited.isEmpty) this.#attempt(() => this.#events.roundEnded(member));
    }
  }

  /**
   * Reports what has been minimised. Without the end of the round, if some of it has not been: the next session takes the
   * round in again.
   */
  #store(work: TargetWork): void {
    const { member } = work;
    const made = work.awaited.take(member.known);
    for (const _ of made) this.#shares.found(work);
    if (made.length > 0) this.#attempt(() => this.#events.made(member, made));
    // All of a round, or none: what minimising reports beside its own depends on what is known by then.
    for (const finding of this.#failure ? [] : made) this.#attempt(() => this.#events.found(member, finding));
  }

  /** @returns whether there was something to give */
  #giveNext(): boolean {
    if (this.#isGivenUp) return false;
    for (const work of this.#works) {
      const next = work.awaited.begin();
      if (!next) continue;
      this.#minimize(work, next);
      return true;
    }
    // Whether a stale one is known decides what is news to a search, so that is settled first.
    if (this.isStopped || this.#works.some(({ awaited }) => awaited.hasStale)) return false;
    const work = this.#shares.next(({ member }) => member.campaign.hasNext);
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
      leftOut: [...member.leftOut],
    } as const;
    const started = this.#clock();
    this.#give(
      job,
      (note) => this.#events.rawFinding(member, note as StoredRawFinding),
      (ended) => {
        const part = ended.kind === 'answer' ? (ended.answer as SearchPart) : undefined;
        if (ended.kind !== 'answer' || !part || part.to === from) {
          member.campaign.giveBack(shard);
          if (ended.kind === 'died') this.#bury(work, ended, `${from}`);
          return;
        }
        const milliseconds = this.#clock() - started;
        member.campaign.add(part);
        this.#shares.searched(work, part, milliseconds);
        this.#events.searched(member, part, milliseconds, ended);
      },
    );
  }

  #minimize(work: TargetWork, awaited: Awaited): void {
    const { member } = work;
    const { rawFinding } = awaited;
    const signature = signatureOf(rawFinding.divergence);
    const known = [...member.known].filter((one) => one !== signature);
    let made: Findings | undefined;
    const onNote = (note: unknown) => {
      const told = note as MinimizeNote;
      if (told.kind === 'made') made = told.findings;
      else if (told.kind === 'gone') this.#cannotUse(member, rawFinding, told.why);
      else this.#events.left(member, told.rawFinding);
    };
    // What earlier sessions left must not end each session that follows.
    const isSpared = ({ message }: Error) =>
      rawFinding.leftover !== undefined &&
      this.#cannotUse(member, rawFinding, `cannot be made a case (${message})`);
    const onEnd = (ended: JobEnd<SearchPart | Findings>) => {
      awaited.state = 'waiting';
      if (ended.kind === 'answer') awaited.state = ended.answer as Findings;
      else if (ended.kind === 'failure') awaited.state = [];
      else if (ended.kind === 'died' && this.#bury(work, ended, signature, rawFinding, made))
        awaited.state = made ?? [];
    };
    this.#give({ kind: 'minimize', target: member.index, rawFinding, known }, onNote, onEnd, isSpared);
  }

  #cannotUse(member: Member, rawFinding: StoredRawFinding, why: string): true {
    member.known.delete(signatureOf(rawFinding.divergence));
    this.#events.unusable(member, rawFinding, why);
    return true;
  }

  #give(
    job: CampaignJob,
    onNote: (note: unknown) => void,
    onEnd: (ended: JobEnd<SearchPart | Findings>) => void,
    isSpared: (error: Error) => boolean = () => false,
  ): void {
    this.#underWay++;
    const end = (ended: JobEnd<SearchPart | Findings>) => {
      this.#underWay--;
      if (ended.kind === 'failure' && !this.#attempt(() => isSpared(ended.error)))
        this.#failure ??= ended.error;
      this.#attempt(() => onEnd(ended));
      this.#wake();
    };
    this.#workerPool
      .run(job, (note) => this.#attempt(() => onNote(note)))
      .then(end, (error: Error) => end({ kind: 'failure', error }));
  }

  /** @param made what was handed in @returns whether the job, or the program that it had under way, is given up */
  #bury(
    { member, deaths }: TargetWork,
    ended: Extract<JobEnd<unknown>, { kind: 'died' }>,
    job: string,
    rawFinding?: StoredRawFinding,
    made?: Findings,
  ): boolean {
    if (this.#isAbandoned) return false; // That was us.
    const crash = deaths.add(ended, job, rawFinding, made);
    const { how, program, times, isLeftOut } = crash;
    // A shard that was given out before may still come to it: once more is enough.
    if (times === MOST_DEATHS && program && !rawFinding) member.leftOut.push(program);
    this.#events.crashed(member, crash);
    if (isLeftOut && !program && !rawFinding) {
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
