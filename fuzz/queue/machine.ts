import type { Host } from '../workers/host.ts';
import type { JobEnd } from '../workers/job-pool.ts';
import { packFailure } from '../workers/worker-pool-failure.ts';
import type { JobQueue, OfferedJob, Told } from './job-queue.ts';
import { Missing, Unpacking, valuesOf } from './parcels.ts';
import { textOf } from './plain-text.ts';
import { ThreadPools } from './thread-pools.ts';

/** A machine: a process that takes jobs, and its threads. */
export interface MachineOptions {
  /** For people: whose answer it is. */
  readonly name: string;
  readonly version: string;
  /** See `buildDigest`. */
  readonly build: string;
  /** Jobs at a time, each on a thread of its own. */
  readonly threads: number;
  readonly host: Host;
  /** A line for the user. */
  readonly notice: (text: string) => void;
}

/**
 * Milliseconds between two questions for a parcel that the queue has lost, and how often it is asked for. Five seconds in all:
 * a coordinator that is busy takes one, and one that is gone should not keep a thread from the jobs of others.
 */
const ASK_AGAIN = 500;
const ASKS = 10;
/**
 * Jobs that a machine takes beyond those on its threads: unpacked, they wait for a thread, so that none of them stands still
 * while an answer goes out and the next job comes in. Not more, for what waits here another machine could be doing.
 */
const AHEAD = 1;
/** Milliseconds that a note may wait for others. */
const MOMENT = 250;
/** Milliseconds between two looks at who else is on the queue; a coordinator without a sign for so long is gone. */
const LOOK = 10_000;
const GONE = 60_000;

/** What a machine has done so far. */
export interface MachineTally {
  /** Jobs that were answered, in whatever way; and those that were left to others. */
  done: number;
  left: number;
}

/**
 * The other side of a coordinator: takes jobs, runs them on threads, and tells what comes of them. It knows neither
 * targets nor searches; threads do. As the work is done in threads, this one is free to tell the queue that it lives.
 */
export class Machine {
  readonly tally: MachineTally = { done: 0, left: 0 };
  readonly #queue: JobQueue;
  readonly #options: MachineOptions;
  readonly #parcels: Unpacking;
  readonly #pools: ThreadPools;
  readonly #stopTaking: () => Promise<void>;
  readonly #callOff: () => void;
  /** Coordinators of another build that its user has been told of. */
  readonly #told = new Set<string>();
  #isStopping = false;

  constructor(queue: JobQueue, options: MachineOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#parcels = new Unpacking(queue);
    this.#pools = new ThreadPools(options.threads);
    this.#callOff = options.host.every(LOOK, () => void this.#lookAround());
    void this.#lookAround();
    this.#stopTaking = queue.take(options.threads + AHEAD, (job) => this.#run(job));
  }

  /** Leaves what is under way to others, and ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#callOff();
    // Before its threads are ended, or it would take what it has just given back.
    const stopped = this.#stopTaking();
    await this.#pools.dismiss();
    await stopped;
    await this.#queue.close();
  }

  async #run(job: OfferedJob): Promise<'done' | 'later'> {
    // Whatever comes between the signal and the end goes back as it came.
    const how = this.#isStopping ? 'later' : await this.#runOnThread(job);
    // `dropped` is `done` to the queue: a job that nobody can unpack would come back at once, for ever.
    if (how === 'answered') this.tally.done++;
    else this.tally.left++;
    return how === 'later' ? 'later' : 'done';
  }

  /** `dropped`: nobody has its parcels any more. If its coordinator lives it offers the job again. */
  async #runOnThread(job: OfferedJob): Promise<'answered' | 'dropped' | 'later'> {
    const fetched = await this.#unpacked(job);
    if (!fetched) return this.#isStopping ? 'later' : 'dropped';
    const notes = new Notes(this.#options.host, (text) => void this.#tell(job, { kind: 'note', text }));
    const onNote = (note: unknown) => notes.add(textOf(note));
    const ended = await this.#pools.run(job.work, fetched.work, fetched.given, onNote).catch(
      // No thread could be made.
      (error: Error): JobEnd<unknown> => ({ kind: 'failure', error }),
    );
    // Of a thread that has died as well: its last notes say what it died over.
    notes.flush();
    // Its thread was ended with the machine, which is no fault of the job's. A job that was quicker is answered.
    if (this.#isStopping && ended.kind !== 'answer') return 'later';
    // The job is the machine's until its answer has arrived: one that is killed now leaves it to others.
    await this.#tell(job, toldOf(ended));
    return 'answered';
  }

  /** The work and the job as its coordinator gave them. @returns undefined when a parcel of it cannot be had */
  async #unpacked(
    job: OfferedJob,
  ): Promise<{ readonly work: unknown; readonly given: Record<string, unknown> } | undefined> {
    const fetch = (digest: string) => this.#fetch(job, digest);
    try {
      const [work, given] = await Promise.all([fetch(job.work), valuesOf(job.fields, fetch)]);
      return { work, given };
    } catch (error) {
      if (error instanceof Missing) return undefined;
      throw error;
    }
  }

  /**
   * What the queue has lost the coordinator has still, unless it is gone: then so is the need for the job.
   *
   * @throws Missing
   */
  async #fetch(job: OfferedJob, digest: string): Promise<unknown> {
    for (let asked = 0; asked < ASKS && !this.#isStopping; asked++) {
      const parcel = await this.#parcels.fetch(digest);
      if (parcel) return parcel.value;
      await this.#tell(job, { kind: 'lacks', parcel: digest });
      await new Promise<void>((resolve) => {
        this.#options.host.after(ASK_AGAIN, resolve);
      });
    }
    throw new Missing();
  }

  #tell({ id, coordinator }: OfferedJob, told: Told): Promise<void> {
    const { name, threads } = this.#options;
    return this.#queue.tell(coordinator, { job: id, machine: name, threads, told });
  }

  /** Jobs of another build are in a queue of its own, so that none is taken; but somebody waits for them. */
  async #lookAround(): Promise<void> {
    const { version, build, host, notice } = this.#options;
    const now = Date.parse(host.date());
    for (const one of await this.#queue.announcements()) {
      if (one.build === build || this.#told.has(one.build) || now - Date.parse(one.seen) > GONE) continue;
      this.#told.add(one.build);
      const own = one.version === version ? `build ${build} of it` : `refuzz ${version}`;
      notice(
        `a campaign of refuzz ${one.version} (build ${one.build}) waits for machines, and this is ${own}: it takes none of its jobs; install the same package here`,
      );
    }
  }
}

/**
 * Notes on their way: a job that meets much tells dozens a second, and each message costs the server and the coordinator a
 * millisecond. Those of a moment go together. A machine that is killed loses those of the last moment, and the job with them:
 * whoever gets it meets the same.
 */
class Notes {
  readonly #host: Host;
  readonly #tell: (text: string) => void;
  #waiting: string[] = [];
  #callOff: (() => void) | undefined;

  constructor(host: Host, tell: (text: string) => void) {
    this.#host = host;
    this.#tell = tell;
  }

  add(text: string): void {
    this.#waiting.push(text);
    this.#callOff ??= this.#host.after(MOMENT, () => this.flush());
  }

  /** In their order; what is told after that comes after them. */
  flush(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    for (const text of this.#waiting.splice(0)) this.#tell(text);
  }
}

/** What a thread has ended with, as data. Cells that it shared with this process are copied: they are of no use elsewhere. */
function toldOf(ended: JobEnd<unknown>): Told {
  switch (ended.kind) {
    case 'answer':
      return { kind: 'answer', text: textOf(ended.answer) };
    case 'failure':
      return { kind: 'failure', failure: packFailure(ended.error) };
    case 'died':
      return { kind: 'died', how: ended.how, current: ended.current && [...ended.current] };
    case 'withdrawn':
      throw new Error('internal: a thread has withdrawn a job');
  }
}
