import { keyOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Finding } from '../minimize/finding.ts';
import type { PackedProgram } from '../run/packed-program.ts';
import type { Crew, Ended } from '../workers/crew.ts';
import type { CampaignJob, Findings, SearchPart, SightedText } from './campaign-jobs.ts';
import { readHand } from './in-hand.ts';
import { SHARDS } from './rounds.ts';
import type { Shard, TargetCampaign } from './target-campaign.ts';

/** A target in a campaign. */
export interface Member {
  /** Its index in the setup of the workers. */
  readonly index: number;
  readonly campaign: TargetCampaign;
  /** Keys that are no news; grows. */
  readonly known: Set<string>;
  /** Programs that are not run any more; grows. */
  readonly leftOut: PackedProgram[];
}

/** A worker's thread has ended with a job, or a job was given up. */
export interface Trouble {
  /** What it died of. */
  readonly how: string;
  /** What it had in hand, if it was running a program. */
  readonly program: PackedProgram | undefined;
  readonly iteration: number | undefined;
  /** How often this program, or this job, has ended a thread by now. */
  readonly times: number;
  /** It is not tried again. */
  readonly isLeftOut: boolean;
  /** The finding that could not be made smaller, if that was the job. */
  readonly sighting: SightedText | undefined;
}

/** What a supervisor tells, before it goes on. What these throw ends the campaign. */
export interface CampaignEvents {
  /** A divergence whose key is news, as it was met. It may be told more than once. */
  sighted(member: Member, sighting: SightedText): void;
  /** @param milliseconds it took @param slot which of the workers */
  searched(member: Member, part: SearchPart, milliseconds: number, slot: number): void;
  /** A round was taken in, and all that was new in it is found. */
  roundEnded(member: Member): void;
  /** All that the news of a round came to. Each is told to be found next: whoever dies in between knows what is missing. */
  made(member: Member, findings: Findings): void;
  found(member: Member, finding: Finding): void;
  troubled(member: Member, trouble: Trouble): void;
}

/** Sightings, by index of the member. */
export type Leftovers = ReadonlyMap<number, readonly SightedText[]>;

/** A program that has ended so many threads is left out. */
const MOST_DEATHS = 3;

/** Beside its fair share, a target that yields most gets so many shares more. */
const BONUS = 3;
/** A key that is news weighs as much as so many features. */
const KEY_WEIGHT = 50;
/** What the yield of the past counts for, part after part. */
const FADING = 0.9;

/** How the supervisor sees a member. */
interface Desk {
  readonly member: Member;
  /** News of the round that was taken in last, still being made smaller. In order; results stay until all are there. */
  awaited: Awaited[];
  /** New features and keys per millisecond, fading. */
  yield: number;
  /** Milliseconds it has had, divided by its weight: who has had least is next. */
  had: number;
  /** Deaths, by program, by shard and by key. */
  readonly deaths: Map<string, number>;
}

interface Awaited {
  readonly sighting: SightedText;
  state: 'waiting' | 'under way' | Findings;
}

/** What a supervisor asks of a crew. */
export type CampaignCrew = Pick<Crew<CampaignJob, SearchPart | Findings>, 'hasRoom' | 'run' | 'dismiss'>;

/**
 * Runs a campaign on a crew of workers: gives out shards and findings to minimise, takes rounds in, and shares the time
 * between targets by what still yields. What a target's iterations show does not depend on any of that.
 */
export class Supervisor {
  readonly #crew: CampaignCrew;
  readonly #events: CampaignEvents;
  readonly #clock: () => number;
  readonly #desks: readonly Desk[];
  readonly #stop: Int32Array;
  #underWay = 0;
  #isDrained = false;
  #own: Leftovers = new Map();
  #failure: Error | undefined;
  #wake: () => void = () => {};
  /** Whose turn it is, and for how many shards more. */
  #turn: { desk: Desk; left: number } | undefined;

  /**
   * @param stop the cell that the workers' setup has
   * @param clock milliseconds
   */
  constructor(
    members: readonly Member[],
    crew: CampaignCrew,
    stop: SharedArrayBuffer,
    events: CampaignEvents,
    clock: () => number,
  ) {
    this.#crew = crew;
    this.#events = events;
    this.#clock = clock;
    this.#stop = new Int32Array(stop);
    this.#desks = members.map((member) => ({ member, awaited: [], yield: 0, had: 0, deaths: new Map() }));
  }

  /** Ends the campaign: shards under way end early, and what was sighted is made a finding. */
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
   * @param foreign sightings of another campaign that were not made findings: they are, first
   * @param own those of an earlier run of this campaign. The search meets them again, in the order of iterations; what it
   *   has not met when it ends is made a finding then
   * @throws what an event threw; what a worker threw; Error for a shard that ends every thread
   */
  async run(foreign: Leftovers = new Map(), own: Leftovers = new Map()): Promise<void> {
    this.#own = own;
    for (const desk of this.#desks) this.#await(desk, foreign.get(desk.member.index) ?? []);
    try {
      for (;;) {
        for (const desk of this.#desks) this.#takeIn(desk);
        while (!this.#failure && this.#crew.hasRoom && this.#giveNext());
        if (this.#failure) this.stop();
        if (this.#underWay === 0 && (this.#failure || !this.#drain())) break;
        if (this.#underWay === 0) continue;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      await this.#crew.dismiss();
    }
    if (this.#failure) throw this.#failure;
  }

  /** Everything has come back. @returns whether that leaves something to be made a finding */
  #drain(): boolean {
    if (this.#isDrained) return false;
    this.#isDrained = true;
    for (const desk of this.#desks) {
      const { index, campaign } = desk.member;
      this.#await(desk, campaign.unfinished());
      this.#await(desk, this.#own.get(index) ?? []);
    }
    return this.#desks.some(({ awaited }) => awaited.length > 0);
  }

  /** Takes in rounds that are complete. A round with news waits until these are minimised, and others wait for it. */
  #takeIn(desk: Desk): void {
    const { member } = desk;
    while (!this.#failure) {
      if (desk.awaited.some(({ state }) => state === 'waiting' || state === 'under way')) return;
      this.#settle(desk);
      const sighted = this.#attempt(() => member.campaign.endRound());
      if (!sighted) return;
      this.#await(desk, sighted);
      if (desk.awaited.length === 0) this.#attempt(() => this.#events.roundEnded(member));
    }
  }

  #await(desk: Desk, sighted: readonly SightedText[]): void {
    const { known } = desk.member;
    const news = sighted.filter(({ divergence }) => !known.has(keyOf(divergence)));
    for (const { divergence } of news) known.add(keyOf(divergence));
    desk.awaited.push(...news.map((sighting): Awaited => ({ sighting, state: 'waiting' })));
  }

  /** In the order of the sightings, so that of two findings with one key always the same stays. */
  #settle(desk: Desk): void {
    const { member, awaited } = desk;
    if (awaited.length === 0) return;
    const own = new Set(awaited.map(({ sighting }) => keyOf(sighting.divergence)));
    desk.awaited = [];
    const made: Finding[] = [];
    for (const { state } of awaited) {
      for (const finding of state as Findings) {
        if (own.has(finding.key) ? !own.delete(finding.key) : member.known.has(finding.key)) continue;
        member.known.add(finding.key);
        desk.yield += KEY_WEIGHT * FADING;
        made.push(finding);
      }
    }
    if (made.length > 0) this.#attempt(() => this.#events.made(member, made));
    // Half of a round's findings would make its other half look different: what is known says what minimising tells.
    for (const finding of this.#failure ? [] : made) this.#attempt(() => this.#events.found(member, finding));
    if (!this.#failure) this.#attempt(() => this.#events.roundEnded(member));
  }

  /** @returns whether there was something to give */
  #giveNext(): boolean {
    for (const desk of this.#desks) {
      const next = desk.awaited.find(({ state }) => state === 'waiting');
      if (!next) continue;
      next.state = 'under way';
      this.#minimize(desk, next);
      return true;
    }
    if (this.isStopped) return false;
    const desk = this.#nextDesk();
    const shard = desk?.member.campaign.next();
    if (!desk || !shard) return false;
    this.#search(desk, shard);
    return true;
  }

  /** A target has a round's worth of shards, so that rounds come to their end. Then it is who has had least. */
  #nextDesk(): Desk | undefined {
    const turn = this.#turn;
    if (turn && turn.left > 0 && hasShard(turn.desk)) {
      turn.left--;
      return turn.desk;
    }
    const ready = this.#desks.filter(hasShard);
    if (ready.length === 0) return undefined;
    const desk = ready.reduce((least, one) => (one.had < least.had ? one : least));
    this.#turn = { desk, left: SHARDS - 1 };
    return desk;
  }

  #search(desk: Desk, shard: Shard): void {
    const { member } = desk;
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
      (note) => this.#events.sighted(member, note as SightedText),
      (ended) => {
        if (ended.kind !== 'answer') {
          member.campaign.giveBack(shard);
          if (ended.kind === 'died') this.#bury(desk, ended, `${from}`, undefined);
          return;
        }
        const milliseconds = this.#clock() - started;
        const part = ended.answer as SearchPart;
        member.campaign.add(part);
        this.#credit(desk, part, milliseconds);
        this.#events.searched(member, part, milliseconds, ended.slot);
      },
    );
  }

  #minimize(desk: Desk, awaited: Awaited): void {
    const { member } = desk;
    const { sighting } = awaited;
    const key = keyOf(sighting.divergence);
    const known = [...member.known].filter((one) => one !== key);
    this.#give({ kind: 'minimize', target: member.index, sighting, known }, ignore, (ended) => {
      awaited.state = 'waiting';
      if (ended.kind === 'answer') awaited.state = ended.answer as Findings;
      else if (ended.kind === 'died' && this.#bury(desk, ended, key, sighting)) awaited.state = [];
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
    this.#crew
      .run(job, (note) => this.#attempt(() => onNote(note)))
      .then(end, (error: Error) => end({ kind: 'failure', error }));
  }

  /** @returns whether the job, or the program that it had in hand, is given up */
  #bury(
    { member, deaths }: Desk,
    { how, hand }: Extract<Ended<unknown>, { kind: 'died' }>,
    job: string,
    sighting: SightedText | undefined,
  ): boolean {
    const held = hand && readHand(hand);
    // While a finding is made smaller the hand holds what was sighted.
    const name = held && !sighting ? held.program.join() : job;
    const times = (deaths.get(name) ?? 0) + 1;
    deaths.set(name, times);
    const isLeftOut = times >= MOST_DEATHS;
    if (isLeftOut && held && !sighting) member.leftOut.push(held.program);
    this.#events.troubled(member, {
      how,
      program: held?.program,
      iteration: held?.iteration,
      times,
      isLeftOut,
      sighting,
    });
    if (isLeftOut && !held && !sighting) {
      throw new InputError(
        'worker threads',
        `${times} of them ended with iterations from ${job} on, before any program ran (${how}); use fewer --workers, or a longer --watchdog`,
      );
    }
    return isLeftOut;
  }

  #credit(desk: Desk, { novel }: SearchPart, milliseconds: number): void {
    const features = novel.reduce((sum, { features }) => sum + features.length, 0);
    desk.yield = desk.yield * FADING + features / Math.max(1, milliseconds);
    const best = Math.max(...this.#desks.map((one) => one.yield));
    const weight = 1 + (best > 0 ? (BONUS * desk.yield) / best : 0);
    desk.had += milliseconds / weight;
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

function hasShard({ member: { campaign } }: Desk): boolean {
  return campaign.hasNext;
}

function ignore(): void {}
