import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import type { Case } from '../case/case.ts';
import { formatCase, parseCase } from '../case/case-file.ts';
import { removeHalfWritten, storeCase } from '../case/corpus.ts';
import { formatProgram } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { STOP } from '../run/interrupt.ts';
import { unpackProgram } from '../run/packed-program.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { Host } from '../workers/host.ts';
import { type MakePool, threadsHere } from '../workers/job-pool.ts';
import type { CampaignEvent, CampaignSummary, LeftRawFinding } from './campaign-events.ts';
import type { CampaignSetup, CampaignWorkerPool, StoredRawFinding } from './campaign-jobs.ts';
import type { CampaignState } from './campaign-state.ts';
import type { CampaignStatus } from './campaign-status.ts';
import { CampaignWatch, sampleOf } from './campaign-watch.ts';
import { CURRENT_CELLS } from './current-program.ts';
import { endInTime, overrunOf, USER_OVERRUN } from './end-in-time.ts';
import { leftoversOf } from './leftovers.ts';
import { isOpen, type Runner, summaryOf } from './runner.ts';
import { Supervisor } from './supervisor.ts';
import type { CampaignEvents, Crash, Leftovers, Member } from './supervisor-events.ts';

/** `SessionOptions` with every default filled in. */
export interface SessionLimits {
  readonly host: Host;
  readonly corpus: string;
  readonly workers: number;
  /** Whose threads search; those of this process if left out. */
  readonly makePool?: MakePool | undefined;
  /** When it began, on the clock of `host`: before anything was read or compiled. */
  readonly started: number;
  /** Milliseconds from there, or Infinity. */
  readonly time: number;
  readonly untilNew: number;
  /** Milliseconds. */
  readonly watchdog: number;
  readonly statusEvery: number;
}

/** Milliseconds between two writings of the status file; and how many of them between two samples of the series. */
const TICK = 1000;
const SAMPLE_TICKS = 10;
/** Megabytes of a worker: some hundred are needed, one that takes more is replaced. V8's own 48 for what is new gain no time. */
const WORKER_MEMORY = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 12 };

type Emit = (event: CampaignEvent) => void;

/**
 * One session of a durable campaign: it has the supervisor search, and stores what that reports before it continues. The
 * order in which things reach the disk is what makes a kill at any moment harmless; docs/architecture.md goes through it
 * step by step ("The disk is ahead of the memory").
 */
export class CampaignSession {
  readonly #state: CampaignState;
  readonly #runners: readonly Runner[];
  readonly #limits: SessionLimits;
  readonly #watch: CampaignWatch;
  /** The cell that tells the workers to end. */
  readonly #stop = new SharedArrayBuffer(4);
  /** While it runs. */
  #supervisor: Supervisor | undefined;
  #emit: Emit = () => {};
  #ending: CampaignSummary['ending'] | undefined;
  readonly #note = (text: string) => this.#emit({ kind: 'note', text });
  #unsaved: StorageError | undefined;
  #isInterrupted = false;
  /** What calls off its timers. */
  #callOff: (() => void)[] = [];
  /** Seconds from the start to the end. */
  #seconds: number | undefined;

  constructor(state: CampaignState, runners: readonly Runner[], limits: SessionLimits) {
    this.#state = state;
    this.#runners = runners;
    this.#limits = limits;
    const { workers, time, host, started } = limits;
    const before = state.status?.uptime ?? 0;
    this.#watch = new CampaignWatch(runners, host, {
      seed: state.header.seed,
      workers: limits.makePool ? 0 : workers,
      time,
      before,
      started,
    });
  }

  /** To be called once. @throws what a worker threw; but a full disk only shows in the summary */
  async run(emit: Emit): Promise<void> {
    this.#emit = emit;
    const members = this.#runners.map(({ member }) => member);
    const { host } = this.#limits;
    const clock = () => host.now();
    const supervisor = new Supervisor(members, this.#workerPool(), this.#stop, this.#storing(), clock);
    this.#supervisor = supervisor;
    this.#stopIfEnough();
    this.#setTimers();
    try {
      for (const line of this.#state.notes) this.#note(line);
      for (const runner of this.#runners) this.#storeMade(runner);
      const [foreign, own] = this.#leftovers();
      await supervisor.run(foreign, own);
      this.#end(this.#isInterrupted ? 'interrupted' : 'done');
    } catch (error) {
      this.#end('failed');
      if (!(error instanceof StorageError)) throw error;
      this.#unsaved = error;
    } finally {
      for (const one of this.#callOff) one();
    }
  }

  /** Ends it soon: what was met is made a case first, as far as that goes within seconds. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#callOff.push(...endInTime(this.#limits.host, 0, USER_OVERRUN, this.#ends));
    this.#halt();
  }

  get status(): CampaignStatus {
    return this.#watch.status(this.#ending ?? 'running', this.#supervisor?.minimizing ?? 0);
  }

  get summary(): CampaignSummary {
    return summaryOf(this.#runners, {
      ending: this.#ending === 'failed' ? 'failed' : this.#isInterrupted ? 'interrupted' : 'done',
      unsaved: this.#unsaved ? [this.#unsaved] : [],
      seconds: this.#seconds ?? this.#watch.session,
      left: this.#runners.flatMap((runner) => this.#leftOf(runner)),
    });
  }

  #leftOf(runner: Runner): LeftRawFinding[] {
    const target = nameOf(runner);
    const { rawFindings } = this.#state;
    const pathOf = (divergence: Divergence) => rawFindings.pathOf(target, divergence);
    const open = rawFindings.of(target).filter((one) => isOpen(runner, one));
    return open.map(({ divergence, program }) => ({ target, divergence, program, path: pathOf(divergence) }));
  }

  #end(ending: CampaignSummary['ending']): void {
    this.#ending = ending;
    this.#seconds = this.#watch.session;
    this.#state.writeStatus(this.status);
  }

  #workerPool(): CampaignWorkerPool {
    const { seed, maxOps, maxThreads, feedback } = this.#state.header;
    const setup: Omit<CampaignSetup, 'stop'> = {
      targets: this.#runners.map(({ named }) => dataOf(named.target)),
      seed,
      limits: { maxOps, ...(maxThreads === undefined ? {} : { maxThreads }) },
      feedback,
    };
    const { makePool = threadsHere(this.#limits.workers), watchdog } = this.#limits;
    const work = { file: 'campaign/campaign-worker', setup, stop: this.#stop } as const;
    return makePool({ ...work, limits: WORKER_MEMORY, handCells: CURRENT_CELLS, patience: watchdog });
  }

  /** What the supervisor reports goes to the disk here, before the supervisor does anything else. */
  #storing(): CampaignEvents {
    const runnerOf = ({ index }: Member) => this.#runners[index]!;
    return {
      rawFinding: (member, rawFinding) => {
        const runner = runnerOf(member);
        const target = nameOf(runner);
        const stored = { ...rawFinding, code: runner.code };
        if (isOpen(runner, rawFinding) && this.#state.rawFindings.keep(target, stored))
          this.#emit({ kind: 'seen', target, divergence: rawFinding.divergence });
      },
      left: (member, rawFinding) => {
        const runner = runnerOf(member);
        const { code } = runner;
        if (isOpen(runner, rawFinding))
          this.#state.rawFindings.replace(nameOf(runner), { ...rawFinding, code });
      },
      unusable: (member, { divergence }, why) =>
        this.#note(this.#state.rawFindings.setStaleAside(nameOf(runnerOf(member)), divergence, why)),
      searched: (member, part, milliseconds, by) => {
        const runner = runnerOf(member);
        runner.journal.searched(part);
        this.#watch.searched(runner, part.counts.programs, milliseconds, by);
      },
      roundEnded: (member) => {
        const { campaign } = member;
        runnerOf(member).journal.roundEnded(
          () => campaign.progress,
          () => campaign.openParts,
        );
      },
      made: (member, findings) => {
        const cases = findings.map((one) => ({ signature: one.signature, text: formatCase(one.case) }));
        runnerOf(member).journal.made(cases);
      },
      found: (member, { signature, case: stored }) => {
        const runner = runnerOf(member);
        const path = this.#storeCase(runner, signature, stored);
        this.#watch.found(nameOf(runner), signature);
        const { divergence } = stored.expect;
        this.#emit({ kind: 'found', target: nameOf(runner), divergence, path, case: stored });
        this.#stopIfEnough();
      },
      crashed: (member, crash) => {
        this.#watch.crashes++;
        this.#keepCrash(runnerOf(member), crash);
      },
    };
  }

  /** The case, then the line that says so, and only then is its raw finding dropped. @returns its path */
  #storeCase(runner: Runner, signature: string, made: Case): string {
    const path = storeCase(this.#limits.corpus, made);
    runner.journal.found(signature, path);
    this.#state.rawFindings.drop(nameOf(runner), made.expect.divergence);
    runner.fresh.set(signature, path);
    return path;
  }

  /** Stores what the session before this one had made and could not store any more. */
  #storeMade(runner: Runner): void {
    for (const { signature, text } of runner.journal.stored.made) {
      runner.member.known.add(signature);
      const made = parseCase(this.#state.folder, text);
      // First, because a session that is killed after storing the case does not come here again.
      removeHalfWritten(this.#limits.corpus, made);
      this.#storeCase(runner, signature, made);
    }
  }

  /** What earlier sessions met and did not make cases of: of another campaign that lay here, and of this one. */
  #leftovers(): [foreign: Leftovers, own: Leftovers] {
    const { seed } = this.#state.header;
    const all = this.#runners.map((runner) => [runner.member.index, this.#leftoversOf(runner)] as const);
    const those = (isOwn: boolean): Leftovers =>
      new Map(all.map(([index, list]) => [index, list.filter((one) => (one.seed === seed) === isOwn)]));
    return [those(false), those(true)];
  }

  #leftoversOf(runner: Runner): StoredRawFinding[] {
    const { rawFindings } = this.#state;
    return leftoversOf(runner.named.target, rawFindings, this.#note).filter((one) => {
      if (!isOpen(runner, one)) rawFindings.drop(nameOf(runner), one.divergence);
      return isOpen(runner, one);
    });
  }

  /** A worker thread has ended. Its current program is kept, so that somebody can look at it. */
  #keepCrash({ named, journal }: Runner, crash: Crash): void {
    const { how, program: packed, iteration, times, isLeftOut, rawFinding, lacksCause } = crash;
    const target = named.target.name;
    const harness = harnessOf(named.target);
    const program = packed && formatProgram(harness, unpackProgram(harness, packed));
    const name = `${target}-${rawFinding ? signatureOf(rawFinding.divergence) : (iteration ?? 'start')}`;
    const told = { target, how, program, times, isLeftOut, lacksCause };
    const path = this.#state.keepCrash(name, { ...told, iteration, rawFinding });
    if (isLeftOut && packed && !rawFinding) journal.leftOut(packed);
    this.#emit({ kind: 'worker-crash', ...told, path });
  }

  #stopIfEnough(): void {
    const found = this.#runners.reduce((sum, { fresh }) => sum + fresh.size, 0);
    if (found >= this.#limits.untilNew) this.#halt();
  }

  #halt(): void {
    Atomics.compareExchange(new Int32Array(this.#stop), 0, STOP.NOT, STOP.SOON);
    this.#supervisor?.stop();
  }

  readonly #ends = {
    stop: () => this.#halt(),
    giveUp: () => this.#supervisor?.giveUp(),
    abandon: () => this.#supervisor?.abandon(),
  };

  /** The end, the status for whoever watches, the status file and the series. */
  #setTimers(): void {
    const { host, time, started, statusEvery } = this.#limits;
    let ticks = 0;
    const tick = () => {
      this.#watch.tick();
      const { status } = this;
      const at = host.date();
      this.#state.writeStatus({ ...status, at });
      if (ticks++ % SAMPLE_TICKS === 0) this.#state.addSample(sampleOf(status, at));
    };
    tick();
    this.#callOff.push(
      ...endInTime(host, time - (host.now() - started), overrunOf(time), this.#ends, time > 0),
      host.every(statusEvery, () => this.#emit({ kind: 'status', status: this.status })),
      host.every(TICK, tick),
    );
  }
}

const nameOf = ({ named }: Runner): string => named.target.name;
