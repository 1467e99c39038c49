import { describe, expect, test } from 'vitest';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { divergenceNumber, madeUpPart, naiveCampaign, numbersSeen } from '../../test/naive-campaign.ts';
import { parseProgram } from '../case/program-text.ts';
import type { Finding } from '../minimize/finding.ts';
import { RandomChoices } from '../program/choices.ts';
import { harnessOf } from '../run/harness.ts';
import { STOP } from '../run/interrupt.ts';
import { packProgram } from '../run/packed-program.ts';
import type { Ended } from '../workers/worker-pool.ts';
import type { CampaignJob, Findings, MinimizeJob, SearchPart, StoredRawFinding } from './campaign-jobs.ts';
import { CURRENT_CELLS, CurrentProgram } from './current-program.ts';
import type { Kind } from './rounds.ts';
import { type CampaignWorkerPool, Supervisor } from './supervisor.ts';
import type { CampaignEvents, Crash, Member } from './supervisor-events.ts';
import { TargetCampaign } from './target-campaign.ts';

type Answer = SearchPart | Findings;
type End = Ended<Answer>;

/** How a job ends, when it does not end with its answer. */
type Mishap = (job: CampaignJob, choices: RandomChoices) => End | undefined;

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
    const mishap = this.#mishap(job, this.#choices);
    if (mishap) return mishap;
    const slot = this.#choices.below(this.#workers);
    const isGivenUp = Atomics.load(this.#stop, 0) === STOP.NOW;
    if (job.kind === 'minimize') {
      if (isGivenUp) onNote(job.rawFinding);
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
function findingsOf({ rawFinding, known }: Pick<MinimizeJob, 'rawFinding' | 'known'>): Finding[] {
  if (known.includes(signatureOf(rawFinding.divergence))) return [];
  const found = [findingOf(rawFinding.divergence, rawFinding)];
  const number = NUMBERS.indexOf(signatureOf(rawFinding.divergence));
  const other = divergenceNumber(RAW_FINDING + (number % 5));
  if (number % 3 === 0 && !known.includes(signatureOf(other))) found.push(findingOf(other, rawFinding));
  return found;
}

/** The made-up search meets so many divergences; the others only come to light. */
const RAW_FINDING = 24;
const NUMBERS = Array.from({ length: RAW_FINDING + 5 }, (_, index) => signatureOf(divergenceNumber(index)));

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
function findingText({ signature, case: { found } }: Finding): string {
  return `${signature} from ${found.iteration}`;
}

/** What a campaign on one thread finds, in its order. */
function naiveFindings(kind: Kind, limit: number, known: ReadonlySet<string>): string[] {
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
interface Session {
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

interface Setup {
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

function sessionOf(setup: Setup = {}): Session {
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

async function run(setup: Setup = {}): Promise<Session> {
  const session = sessionOf(setup);
  await session.supervisor.run();
  expect(session.workerPool.isDismissed).toBe(true);
  expect(session.workerPool.underWay).toBe(0);
  return session;
}

function outcomeOf({ campaign }: Member) {
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

const WORKERS = [1, 2, 4];
const SEEDS = [1, 2, 3, 4, 5, 6];

describe('what a campaign comes to depends on no worker', () => {
  const cases = WORKERS.flatMap((workers) => SEEDS.map((seed) => [workers, seed] as const));

  test.each(cases)('with %i of them, in order %i', async (workers, seed) => {
    const { members, found, rawFindings, workerPool } = await run({
      workers,
      seed,
      limit: 900,
      known: [NUMBERS[3]!],
    });
    expect(workerPool.most).toBe(workers);
    for (const [at, kind] of (['scheme', 'counter'] as const).entries()) {
      const { counts, hits, nonTerminating, entries, seen, effort } = naiveCampaign(kind, 900);
      expect(outcomeOf(members[at]!)).toEqual({ counts, hits, nonTerminating, entries, seen, effort });
      expect(found[at]).toEqual(naiveFindings(kind, 900, new Set([NUMBERS[3]!])));
      expect(found[at]!.length).toBeGreaterThan(5);
      // Nothing is found of which nobody was told before, but what came to light on the way.
      const signatures = found[at]!.map((text) => text.split(' ')[0]!);
      expect(new Set(signatures).size).toBe(signatures.length);
      for (const signature of rawFindings[at]!) expect(signatures).toContain(signature);
    }
  });

  test('nor when they die now and then', async () => {
    const deaths = new Map<string, number>();
    const mishap: Mishap = (job, choices) => {
      const name = JSON.stringify(job.kind === 'search' ? [job.target, job.from] : job.rawFinding);
      const times = deaths.get(name) ?? 0;
      if (times === 2 || choices.below(3) > 0) return undefined;
      deaths.set(name, times + 1);
      return { kind: 'died', how: 'chance', current: undefined };
    };
    for (const seed of SEEDS) {
      deaths.clear();
      const { members, found, crashes } = await run({ workers: 3, seed, mishap });
      expect(crashes.length).toBeGreaterThan(10);
      expect(crashes.some(({ isLeftOut }) => isLeftOut)).toBe(false);
      for (const [at, kind] of (['scheme', 'counter'] as const).entries()) {
        const { entries, effort } = naiveCampaign(kind, 600);
        expect(outcomeOf(members[at]!)).toMatchObject({ entries, effort });
        expect(found[at]).toEqual(naiveFindings(kind, 600, new Set()));
      }
    }
  });
});

describe('a campaign', () => {
  test('tells that a round is over once all that was new in it is found', async () => {
    const shown: number[] = [];
    const { rounds } = await run({
      kinds: ['scheme'],
      // The end of a round: one that is cut is no part of the progress.
      limit: 624,
      workers: 4,
      events: {
        roundEnded({ campaign }) {
          shown.push(campaign.progress.rounds);
        },
        found({ campaign }) {
          // The round that it was met in has been taken in, and is not told to be over.
          expect(campaign.progress.rounds).toBeGreaterThan(shown.at(-1) ?? 0);
        },
      },
    });
    const all = naiveCampaign('scheme', 624).rounds;
    expect(rounds).toEqual([all]);
    expect(shown).toEqual(Array.from({ length: all }, (_, at) => at + 1));
  });

  test('that is stopped makes findings of what it has met, and of nothing else', async () => {
    for (const seed of SEEDS) {
      const session = sessionOf({
        kinds: ['scheme', 'scheme'],
        workers: 3,
        seed,
        events: {
          searched() {
            if (session.searched === 12) session.supervisor.stop();
          },
        },
      });
      await session.supervisor.run();
      expect(session.supervisor.isStopped).toBe(true);
      for (const { index, campaign, known } of session.members) {
        const signatures = session.found[index]!.map((text) => text.split(' ')[0]!);
        expect([...known].sort()).toEqual(signatures.toSorted());
        for (const signature of campaign.hits.keys()) expect(signatures).toContain(signature);
        expect(campaign.counts.iterations).toBeLessThan(600);
      }
      expect(session.searched).toBeLessThanOrEqual(12 + 3);
    }
  });

  test('goes on after a stop with what was kept, and finds each signature once', async () => {
    const first = sessionOf({
      kinds: ['scheme'],
      events: {
        searched() {
          if (first.searched === 9) first.supervisor.stop();
        },
      },
    });
    await first.supervisor.run();
    const { campaign: before, known } = first.members[0]!;
    const campaign = new TargetCampaign('scheme', 600, before.progress);
    for (const part of before.openParts) campaign.add(part);
    const second = await run({ campaigns: [campaign], known: [...known] });
    expect(campaign.isDone).toBe(true);
    expect([...campaign.hits].sort()).toEqual(naiveCampaign('scheme', 600).hits);
    const signatures = [...first.found[0]!, ...second.found[0]!].map((text) => text.split(' ')[0]!);
    expect(new Set(signatures).size).toBe(signatures.length);
    for (const signature of campaign.hits.keys()) expect(signatures).toContain(signature);
  });

  test('that is given up counts nothing that was under way, and goes on as if it had not been', async () => {
    for (const seed of SEEDS) {
      const parts: SearchPart[] = [];
      const first = sessionOf({
        kinds: ['scheme'],
        workers: 3,
        seed,
        events: {
          searched(_, part) {
            parts.push(part);
            if (first.searched === 9) first.supervisor.giveUp();
          },
        },
      });
      await first.supervisor.run();
      expect(first.searched).toBe(9);
      expect(first.workerPool.underWay).toBe(0);
      const signatures = first.found[0]!.map((text) => text.split(' ')[0]!);
      // As the journal has them, which is told of no end of a round any more.
      const campaign = new TargetCampaign('scheme', 600);
      for (const part of parts) campaign.add(part);
      const second = await run({ campaigns: [campaign], known: signatures });
      expect(outcomeOf(second.members[0]!)).toMatchObject({
        counts: { iterations: 600 },
        hits: naiveCampaign('scheme', 600).hits,
      });
      const all = [...signatures, ...second.found[0]!.map((text) => text.split(' ')[0]!)];
      expect(new Set(all).size).toBe(all.length);
      for (const signature of campaign.hits.keys()) expect(all).toContain(signature);
    }
  });

  test('that is given up while it minimises keeps what is left, and does not end the round', async () => {
    const session = sessionOf({
      kinds: ['scheme'],
      workers: 2,
      mishap(job) {
        if (job.kind === 'minimize') session.supervisor.giveUp();
        return undefined;
      },
    });
    await session.supervisor.run();
    expect(session.left.length).toBeGreaterThan(0);
    expect(session.found).toEqual([[]]);
    for (const { divergence } of session.left)
      expect([...session.rawFindings[0]!]).toContain(signatureOf(divergence));
  });

  test('that is abandoned blames no program for the threads that it ends', async () => {
    const session = sessionOf({
      workers: 2,
      mishap: () => {
        session.supervisor.abandon();
        return { kind: 'died', how: 'exit code 1', current: undefined };
      },
    });
    await session.supervisor.run();
    expect(session.crashes).toEqual([]);
    expect(session.searched).toBe(0);
  });

  test('tells all findings of a round before the first of them', async () => {
    const made = new Set<string>();
    const { found } = await run({
      kinds: ['scheme'],
      events: {
        made(_, findings) {
          expect([...made]).toEqual([]);
          for (const finding of findings) made.add(findingText(finding));
        },
        found(_, finding) {
          expect(made.delete(findingText(finding))).toBe(true);
        },
      },
    });
    expect(made.size).toBe(0);
    expect(found[0]!.length).toBeGreaterThan(5);
  });

  test('that cannot tell them finds none, and takes no further round in', async () => {
    const session = sessionOf({
      events: {
        made() {
          throw new Error('the disk is full');
        },
      },
    });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(session.found).toEqual([[], []]);
    expect(session.rounds.reduce((sum, one) => sum + one, 0)).toBeLessThan(3);
  });

  test('leaves what it will meet again to the search, and makes findings of the rest at its end', async () => {
    const program = { start: 0, threads: [['inc']] };
    const rawFindingOf = (number: number) => ({
      divergence: divergenceNumber(number),
      program,
      by: 'random',
      iteration: 4711,
    });
    const undisturbed = naiveFindings('scheme', 60, new Set());
    const number = NUMBERS.findIndex(
      (signature) => !undisturbed.some((text) => text.startsWith(`${signature} `)),
    );
    const met = NUMBERS.indexOf(undisturbed.at(-1)!.split(' ')[0]!);
    const session = sessionOf({ kinds: ['scheme'], limit: 60 });
    await session.supervisor.run(new Map(), new Map([[0, [rawFindingOf(number), rawFindingOf(met)]]]));
    expect(session.found[0]!.slice(0, undisturbed.length)).toEqual(undisturbed);
    expect(session.found[0]![undisturbed.length]).toBe(`${NUMBERS[number]} from 4711`);
    expect(session.found[0]!.some((text) => text === `${NUMBERS[met]} from 4711`)).toBe(false);
  });

  test('makes findings of what an earlier one has left, first', async () => {
    const divergence = divergenceNumber(0);
    const left: StoredRawFinding = {
      divergence,
      program: { start: 0, threads: [['inc']] },
      by: 'random',
      iteration: 4711,
    };
    const session = sessionOf({ workers: 2 });
    await session.supervisor.run(new Map([[1, [left]]]));
    expect(session.found[1]!.slice(0, 2)).toEqual([
      `${NUMBERS[0]} from 4711`,
      `${NUMBERS[RAW_FINDING]} from 4711`,
    ]);
    expect(session.found[0]).toEqual(naiveFindings('scheme', 600, new Set()));
  });

  test('with nothing to search ends at once', async () => {
    expect((await run({ limit: 0 })).searched).toBe(0);
    expect((await run({ kinds: [] })).searched).toBe(0);
  });

  test('gives every target its turn', async () => {
    const turns: number[] = [];
    await run({
      kinds: ['scheme', 'scheme', 'scheme'],
      workers: 1,
      events: {
        searched({ index }) {
          turns.push(index);
        },
      },
    });
    // A round's worth of shards each.
    expect(turns.slice(0, 12)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });
});

const died = (how: string, current?: Int32Array): End => ({ kind: 'died', how, current });

describe('a worker that dies', () => {
  const HARNESS = harnessOf(targetLike('refcount-v5.5'));
  const program = parseProgram(HARNESS, '1: inc, dec | read');
  const packed = packProgram(HARNESS, program);
  const current = new Int32Array(CURRENT_CELLS);
  new CurrentProgram(current).set(HARNESS, program, 5);

  test('three times with one program leaves that out, and the rest of its shard is searched', async () => {
    const mishap: Mishap = (job) =>
      job.kind === 'search' && job.from === 4 && job.leftOut.length === 0
        ? died('no memory', current)
        : undefined;
    const { members, crashes } = await run({ kinds: ['scheme'], mishap, workers: 1 });
    expect(crashes.map(({ times, isLeftOut }) => [times, isLeftOut])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(crashes[2]).toEqual({
      how: 'no memory',
      program: packed,
      iteration: 5,
      times: 3,
      isLeftOut: true,
      rawFinding: undefined,
    });
    expect(members[0]!.leftOut).toEqual([packed]);
    expect(members[0]!.campaign.counts.iterations).toBe(600);
  });

  test('three times with a finding gives that up, and only that', async () => {
    const victim = naiveFindings('scheme', 600, new Set())[0]!.split(' ')[0]!;
    const mishap: Mishap = (job) =>
      job.kind === 'minimize' && signatureOf(job.rawFinding.divergence) === victim
        ? died('an error', current)
        : undefined;
    const { found, crashes, members } = await run({ kinds: ['scheme'], mishap });
    expect(crashes.length).toBe(3);
    expect(crashes[2]).toMatchObject({
      isLeftOut: true,
      rawFinding: { divergence: divergenceNumber(NUMBERS.indexOf(victim)) },
    });
    expect(members[0]!.leftOut).toEqual([]);
    expect(found[0]!.length).toBeGreaterThan(5);
    expect(found[0]!.some((text) => text.startsWith(`${victim} `))).toBe(false);
  });

  test('three times with nothing under way ends the campaign, which says where', async () => {
    const mishap: Mishap = (job) => (job.kind === 'search' && job.from === 8 ? died('no thread') : undefined);
    const session = sessionOf({ kinds: ['scheme'], mishap });
    await expect(session.supervisor.run()).rejects.toThrow(
      '3 of them ended with iterations from 8 on, before any program ran (no thread); use fewer --workers',
    );
    expect(session.workerPool.isDismissed).toBe(true);
  });
});

describe('what goes wrong ends the campaign when everything has come back', () => {
  const broken = () => {
    throw new Error('the disk is full');
  };

  test.each([
    'rawFinding',
    'searched',
    'roundEnded',
    'made',
    'found',
  ] as const)('in the event %s', async (event) => {
    const session = sessionOf({ workers: 4, events: { [event]: broken } });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(session.workerPool.isDismissed).toBe(true);
    expect(session.workerPool.underWay).toBe(0);
    expect(session.supervisor.isStopped).toBe(true);
  });

  test('in the event crashed', async () => {
    const mishap: Mishap = () => died('chance');
    const session = sessionOf({ mishap, events: { crashed: broken } });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(session.workerPool.underWay).toBe(0);
  });

  test('in a job, be it a search or a finding', async () => {
    for (const kind of ['search', 'minimize']) {
      const mishap: Mishap = (job) =>
        job.kind === kind ? { kind: 'failure', error: new TypeError('no such thing') } : undefined;
      const session = sessionOf({ mishap });
      await expect(session.supervisor.run()).rejects.toThrow(new TypeError('no such thing'));
      expect(session.workerPool.underWay).toBe(0);
    }
  });

  test('where no thread can be made', async () => {
    const mishap: Mishap = () => {
      throw new Error('no threads here');
    };
    const session = sessionOf({ mishap });
    await expect(session.supervisor.run()).rejects.toThrow('no threads here');
    expect(session.workerPool.isDismissed).toBe(true);
  });

  test('and what else was searched until then is counted', async () => {
    let parts = 0;
    const session = sessionOf({
      kinds: ['scheme'],
      workers: 4,
      events: {
        searched() {
          if (++parts === 5) broken();
        },
      },
    });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(parts).toBeGreaterThan(5);
    expect(parts).toBeLessThanOrEqual(5 + 3);
  });
});
