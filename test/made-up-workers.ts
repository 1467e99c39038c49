import { expect } from 'vitest';
import type {
  CampaignJob,
  CampaignWorkerPool,
  Findings,
  MinimizeJob,
  MinimizeNote,
  SearchPart,
  StoredRawFinding,
} from '../fuzz/campaign/campaign-jobs.ts';
import type { Kind } from '../fuzz/campaign/rounds.ts';
import { Supervisor } from '../fuzz/campaign/supervisor.ts';
import type { CampaignEvents, Crash, Member } from '../fuzz/campaign/supervisor-events.ts';
import { TargetCampaign } from '../fuzz/campaign/target-campaign.ts';
import type { Finding } from '../fuzz/minimize/finding.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { STOP } from '../fuzz/run/interrupt.ts';
import type { Ended } from '../fuzz/workers/worker-pool.ts';
import { type Divergence, signatureOf } from '../oracles/divergence.ts';
import { divergenceNumber, madeUpPart, naiveCampaign, numbersSeen } from './naive-campaign.ts';

type Answer = SearchPart | Findings;
/** How a job of a campaign ends. */
export type End = Ended<Answer>;

/** How a job ends, when it does not end with its answer. @param onNote what it tells before */
export type Mishap = (
  job: CampaignJob,
  choices: RandomChoices,
  onNote: (note: MinimizeNote) => void,
) => End | undefined;

/** Workers that are none: jobs end one after the other, in an order drawn from a seed. */
class MadeUpWorkerPool implements CampaignWorkerPool {
  readonly #workers: number;
  readonly #choices: RandomChoices;
  readonly #stop: Int32Array;
  readonly #mishap: Mishap;
  #pending: (() => void)[] = [];
  /** The most jobs at a time. */
  most = 0;
  isDismissed = false;

  constructor(workers: number, seed: number, stop: SharedArrayBuffer, mishap: Mishap = () => undefined) {
    this.#workers = workers;
    this.#choices = new RandomChoices(seed, 0);
    this.#stop = new Int32Array(stop);
    this.#mishap = mishap;
  }

  get hasRoom(): boolean {
    return this.#pending.length < this.#workers;
  }

  get underWay(): number {
    return this.#pending.length;
  }

  async run(given: CampaignJob, onNote: (note: unknown) => void = () => {}): Promise<End> {
    const job = structuredClone(given);
    const ended = await new Promise<End>((resolve, reject) => {
      this.#pending.push(() => {
        try {
          resolve(this.#work(job, onNote));
        } catch (error) {
          reject(error);
        }
      });
      this.most = Math.max(this.most, this.#pending.length);
      setImmediate(() => this.#endOne());
    });
    return structuredClone(ended);
  }

  async dismiss(): Promise<void> {
    this.isDismissed = true;
  }

  #endOne(): void {
    const [end] = this.#pending.splice(this.#choices.below(this.#pending.length), 1);
    end!();
  }

  #work(job: CampaignJob, onNote: (note: unknown) => void): End {
    const mishap = this.#mishap(job, this.#choices, onNote);
    if (mishap) return mishap;
    const slot = this.#choices.below(this.#workers);
    const isGivenUp = Atomics.load(this.#stop, 0) === STOP.NOW;
    if (job.kind === 'minimize') {
      if (isGivenUp) onNote({ kind: 'left', rawFinding: job.rawFinding } satisfies MinimizeNote);
      return { kind: 'answer', answer: isGivenUp ? [] : findingsOf(job), slot };
    }
    const { from, to, view } = job;
    if (isGivenUp) return { kind: 'answer', answer: { ...madeUpPart(from, from + 1, view), to: from }, slot };
    const isStopped = Atomics.load(this.#stop, 0) !== 0;
    const part = madeUpPart(from, isStopped ? from + 1 : to, view);
    const rawFindings = part.rawFindings.filter(
      ({ divergence }) => !job.known.includes(signatureOf(divergence)),
    );
    for (const one of rawFindings) onNote(one);
    return { kind: 'answer', answer: { ...part, rawFindings }, slot };
  }
}

/** Minimising, made up: each third divergence brings another one to light, some the same one. */
export function findingsOf({ rawFinding, known }: Pick<MinimizeJob, 'rawFinding' | 'known'>): Finding[] {
  if (known.includes(signatureOf(rawFinding.divergence))) return [];
  const found = [findingOf(rawFinding.divergence, rawFinding)];
  const number = NUMBERS.indexOf(signatureOf(rawFinding.divergence));
  const other = divergenceNumber(RAW_FINDING + (number % 5));
  if (number % 3 === 0 && !known.includes(signatureOf(other))) found.push(findingOf(other, rawFinding));
  return found;
}

/** The made-up search meets so many divergences; the others only come to light. */
export const RAW_FINDING = 24;
/** Their signatures, and those of what only comes to light. */
export const NUMBERS = Array.from({ length: RAW_FINDING + 5 }, (_, index) =>
  signatureOf(divergenceNumber(index)),
);

function findingOf(divergence: Divergence, { program, by, iteration }: StoredRawFinding): Finding {
  const nothing = { results: [], warnings: [] };
  return {
    signature: signatureOf(divergence),
    case: {
      target: 'made up',
      program,
      expect: { divergence, reference: nothing, subject: nothing },
      why: '',
      found: { by, seed: 7, ...(iteration !== undefined && { iteration }) },
    },
  };
}

/** `SIGNATURE from ITERATION`: what was found, and in which iteration it was met. */
export function findingText({ signature, case: { found } }: Finding): string {
  return `${signature} from ${found.iteration}`;
}

/** What a campaign on one thread finds, in its order. */
export function naiveFindings(kind: Kind, limit: number, known: ReadonlySet<string>): string[] {
  const all = new Set(known);
  const texts: string[] = [];
  for (const rawFindings of naiveCampaign(kind, limit).rawFindings) {
    const news = rawFindings.map((text) => text.split(' in ')).filter(([signature]) => !all.has(signature!));
    for (const [signature] of news) all.add(signature!);
    const found = news.flatMap(([signature, iteration]) => {
      const divergence = divergenceNumber(NUMBERS.indexOf(signature!));
      const rawFinding = {
        divergence,
        program: { start: 0, threads: [] },
        by: 'random',
        iteration: Number(iteration),
      };
      return findingsOf({ rawFinding, known: [...all].filter((one) => one !== signature) });
    });
    for (const finding of found) {
      if (texts.some((text) => text.startsWith(`${finding.signature} `))) continue;
      all.add(finding.signature);
      texts.push(findingText(finding));
    }
  }
  return texts;
}

/** Everything that was told of a campaign, and where it stands. */
export interface Session {
  readonly members: readonly Member[];
  readonly stop: SharedArrayBuffer;
  readonly workerPool: MadeUpWorkerPool;
  readonly supervisor: Supervisor;
  /** By member. */
  readonly found: string[][];
  readonly rawFindings: Set<string>[];
  readonly rounds: number[];
  readonly crashes: Crash[];
  readonly left: StoredRawFinding[];
  searched: number;
}

/** What is to be different about a session. */
export interface Setup {
  readonly kinds?: readonly Kind[];
  readonly limit?: number;
  readonly workers?: number;
  readonly seed?: number;
  readonly known?: readonly string[];
  readonly mishap?: Mishap;
  readonly events?: Partial<CampaignEvents>;
  /** In the place of new ones. */
  readonly campaigns?: readonly TargetCampaign[];
}

/** A session that has not begun. */
export function sessionOf(setup: Setup = {}): Session {
  const { kinds = ['scheme', 'counter'], limit = 600, workers = 2, seed = 1, known = [] } = setup;
  const stop = new SharedArrayBuffer(4);
  const workerPool = new MadeUpWorkerPool(workers, seed, stop, setup.mishap);
  const campaigns = setup.campaigns ?? kinds.map((kind) => new TargetCampaign(kind, limit));
  const members = campaigns.map(
    (campaign, index): Member => ({ index, campaign, known: new Set(known), leftOut: [] }),
  );
  const found: string[][] = members.map(() => []);
  const rawFindings = members.map(() => new Set<string>());
  const rounds = members.map(() => 0);
  const crashes: Crash[] = [];
  const left: StoredRawFinding[] = [];
  const { events = {} } = setup;
  let now = 0;
  const all: CampaignEvents = {
    rawFinding(member, rawFinding) {
      rawFindings[member.index]!.add(signatureOf(rawFinding.divergence));
      events.rawFinding?.(member, rawFinding);
    },
    left(member, rawFinding) {
      left.push(rawFinding);
      events.left?.(member, rawFinding);
    },
    unusable(member, rawFinding, why) {
      events.unusable?.(member, rawFinding, why);
    },
    searched(member, ...rest) {
      session.searched++;
      events.searched?.(member, ...rest);
    },
    roundEnded(member) {
      rounds[member.index]!++;
      events.roundEnded?.(member);
    },
    made(member, findings) {
      events.made?.(member, findings);
    },
    found(member, finding) {
      found[member.index]!.push(findingText(finding));
      events.found?.(member, finding);
    },
    crashed(member, crash) {
      crashes.push(crash);
      events.crashed?.(member, crash);
    },
  };
  const supervisor = new Supervisor(members, workerPool, stop, all, () => now++);
  const session: Session = {
    members,
    stop,
    workerPool,
    supervisor,
    found,
    rawFindings,
    rounds,
    crashes,
    left,
    searched: 0,
  };
  return session;
}

/** A session from its start to its end. */
export async function run(setup: Setup = {}): Promise<Session> {
  const session = sessionOf(setup);
  await session.supervisor.run();
  expect(session.workerPool.isDismissed).toBe(true);
  expect(session.workerPool.underWay).toBe(0);
  return session;
}

/** What the iterations of a target came to, whoever ran them. */
export function outcomeOf({ campaign }: Member) {
  const { counts, hits, nonTerminating, pool } = campaign;
  return {
    counts: { ...counts },
    hits: [...hits].sort(),
    nonTerminating: [...nonTerminating],
    entries: pool.entries,
    seen: numbersSeen(pool.seen),
    effort: pool.effort,
  };
}

/** Its thread is gone. */
export const died = (how: string, current?: Int32Array): End => ({ kind: 'died', how, current });
