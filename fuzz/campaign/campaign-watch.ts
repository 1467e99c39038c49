import type { SearchCounts } from '../search/search.ts';
import type { Host } from '../workers/host.ts';
import type { CampaignStatus, TargetStatus } from './campaign-status.ts';
import { CausesSoFar } from './causes-so-far.ts';
import { metSignatures, type Runner, totalsOf } from './runner.ts';

/** Samples of the curve that are shown. As many as the live screen has room for in one line of blocks. */
const SHOWN = 30;
/**
 * More are thinned. Twice the thinning leaves at least twice as many as are shown, so that the curve does not jump when
 * every other one goes.
 */
const KEPT = 4 * SHOWN;
/** Seconds over which a rate is taken. */
const LATELY = 10;

/** What a worker has done in this session. Of a machine also which one it is, how many parts it has searched, and when last. */
interface Worked {
  programs: number;
  milliseconds: number;
  machine?: { readonly name: string; readonly parts: number; readonly at: number };
}

/** Watches a session of a campaign: it has the clock, and knows how things were a moment ago. */
export class CampaignWatch {
  /** Worker threads that ended. */
  crashes = 0;
  readonly #runners: readonly Runner[];
  readonly #seed: number;
  /** Seconds that earlier sessions had. */
  readonly #before: number;
  /** Milliseconds of this session; none: for ever. */
  readonly #time: number;
  readonly #host: Host;
  readonly #started: number;
  /** By slot of the worker pool: programs that it ran, and milliseconds that it was at them. */
  readonly #workers: Worked[];
  /** By runner: milliseconds of any worker. */
  readonly #milliseconds: number[];
  readonly #causes = new CausesSoFar();
  #last: { target: string; signature: string; at: number } | undefined;
  /** Counts at the ticks of the last LATELY seconds, the oldest first; rates are taken from the oldest to now. */
  #lately: { at: number; counts: SearchCounts }[] = [];
  /** Features at every `#every`-th tick. When there are KEPT of them every other one goes, and `#every` doubles. */
  #curve: number[] = [];
  #every = 1;
  #samples = 0;

  /** @param time milliseconds that this session may take, or Infinity @param before seconds of earlier sessions @param started on the clock of `host` */
  constructor(
    runners: readonly Runner[],
    host: Host,
    {
      seed,
      workers,
      time,
      before,
      started,
    }: { seed: number; workers: number; time: number; before: number; started: number },
  ) {
    this.#host = host;
    this.#started = started;
    this.#runners = runners;
    this.#seed = seed;
    this.#before = before;
    this.#time = time;
    this.#workers = Array.from({ length: workers }, () => ({ programs: 0, milliseconds: 0 }));
    this.#milliseconds = runners.map(() => 0);
  }

  /** Seconds of this session. */
  get session(): number {
    return (this.#host.now() - this.#started) / 1000;
  }

  get uptime(): number {
    return this.#before + this.session;
  }

  /** A part has come back. @param milliseconds it took @param by the worker */
  searched(
    runner: Runner,
    programs: number,
    milliseconds: number,
    { slot, machine }: { readonly slot: number; readonly machine?: string },
  ): void {
    // Machines come when they like.
    while (this.#workers.length <= slot) this.#workers.push({ programs: 0, milliseconds: 0 });
    const worker = this.#workers[slot]!;
    worker.programs += programs;
    worker.milliseconds += milliseconds;
    if (machine !== undefined)
      worker.machine = { name: machine, parts: (worker.machine?.parts ?? 0) + 1, at: this.session };
    this.#milliseconds[this.#runners.indexOf(runner)]! += milliseconds;
  }

  found(target: string, signature: string): void {
    this.#last = { target, signature, at: this.session };
  }

  /** To be called about once a second: rates and curve come from it. */
  tick(): void {
    const at = this.session;
    this.#lately.push({ at, counts: totalsOf(this.#runners) });
    this.#lately = this.#lately.filter((one) => at - one.at <= LATELY);
    if (this.#samples++ % this.#every !== 0) return;
    this.#curve.push(this.#features());
    if (this.#curve.length < KEPT) return;
    this.#curve = this.#curve.filter((_, index) => index % 2 === 0);
    this.#every *= 2;
  }

  /** @param minimizing raw findings that are to be made cases */
  status(state: CampaignStatus['state'], minimizing: number): CampaignStatus {
    const { session } = this;
    const left = this.#time / 1000 - session;
    const counts = totalsOf(this.#runners);
    const targets = this.#runners.map((runner, index) => this.#target(runner, index));
    return {
      state,
      seed: this.#seed,
      uptime: this.uptime,
      session,
      ...(Number.isFinite(left) ? { left: Math.max(0, left) } : {}),
      counts,
      rates: this.#rates(counts, session),
      signatures: {
        known: targets.reduce((sum, { known }) => sum + known, 0),
        new: targets.reduce((sum, one) => sum + one.new, 0),
        ...(this.#last && {
          last: { target: this.#last.target, signature: this.#last.signature, ago: session - this.#last.at },
        }),
      },
      minimizing,
      features: this.#features(),
      pool: targets.reduce((sum, { pool }) => sum + pool, 0),
      curve: thinned([...this.#curve, this.#features()]),
      crashes: this.crashes,
      leftOut: this.#runners.reduce((sum, { member }) => sum + member.leftOut.length, 0),
      memory: this.#host.memory(),
      workers: this.#workers.map(rateOf),
      ...this.#machines(session),
      targets,
    };
  }

  /** Only where there are machines: the status of a campaign on threads is as it always was. */
  #machines(session: number): Pick<CampaignStatus, 'machines'> {
    const machines = this.#workers.flatMap(({ machine, ...worked }) =>
      machine
        ? [{ name: machine.name, parts: machine.parts, rate: rateOf(worked), ago: session - machine.at }]
        : [],
    );
    return machines.length > 0 ? { machines } : {};
  }

  /** Before the first tick: since the start. */
  #rates(counts: SearchCounts, at: number): CampaignStatus['rates'] {
    const since = this.#lately[0];
    const span = Math.max(0.001, since ? at - since.at : at);
    const perSecond = (name: keyof SearchCounts) => (counts[name] - (since?.counts[name] ?? 0)) / span;
    return {
      programs: perSecond('programs'),
      schedules: perSecond('schedules'),
      pairs: perSecond('pairs'),
    };
  }

  #features(): number {
    return this.#runners.reduce((sum, { member }) => sum + member.campaign.pool.featureCount, 0);
  }

  #target(runner: Runner, index: number): TargetStatus {
    const { campaign } = runner.member;
    const { known, fresh } = metSignatures(runner);
    return {
      name: runner.named.target.name,
      iterations: campaign.counts.iterations,
      programs: campaign.counts.programs,
      known,
      new: fresh,
      features: campaign.pool.featureCount,
      pool: campaign.pool.entries.length,
      time: this.#milliseconds[index]! / 1000,
      causes: this.#causes.of(runner),
    };
  }
}

/** Programs a second while it worked. */
function rateOf({ programs, milliseconds }: Worked): number {
  return (1000 * programs) / Math.max(1, milliseconds);
}

/** Evenly, the last one included. */
function thinned(samples: readonly number[]): number[] {
  if (samples.length <= SHOWN) return [...samples];
  return Array.from(
    { length: SHOWN },
    (_, at) => samples[Math.round((at * (samples.length - 1)) / (SHOWN - 1))]!,
  );
}

/** A line of the series. @param at when, as ISO 8601 text */
export function sampleOf(
  { uptime, counts, signatures, features, pool, memory, crashes, targets }: CampaignStatus,
  at: string,
) {
  return {
    at,
    uptime,
    ...counts,
    known: signatures.known,
    new: signatures.new,
    causes: targets.reduce(
      (sum, { causes = [] }) => sum + causes.filter(({ name }) => name !== null).length,
      0,
    ),
    features,
    pool,
    memory,
    crashes,
  };
}
