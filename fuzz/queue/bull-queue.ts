import type { Host } from '../workers/host.ts';
import type { BullJobs, BullWork, BullWorker, BullWorkerOptions } from './bull-shapes.ts';
import type { Announcement, JobQueue, Message, OfferedJob } from './job-queue.ts';
import { Outbox } from './outbox.ts';
import { packedText, unpackedText } from './plain-text.ts';

/** Where the queues are, and how long a machine may be silent. */
export interface BullOptions {
  readonly host: Host;
  readonly makeQueue: (name: string) => BullJobs;
  readonly makeWorker: (name: string, work: BullWork, options: BullWorkerOptions) => BullWorker;
  /** Thrown by work whose job waits again. */
  readonly WaitingError: new () => Error;
  /** The first part of the names of all queues. */
  readonly name: string;
  /** See `buildDigest`: jobs of another build are in another queue. */
  readonly build: string;
  /** Milliseconds after which the jobs of a silent machine are given to others. */
  readonly lease: number;
  /** Told when the queue stops answering, and when it answers again; once each. */
  readonly onOutage: (error: Error | undefined) => void;
  /** Ends the connection, if it is not BullMQ's own. */
  readonly disconnect: () => Promise<void>;
}

/** Milliseconds between two tries while the queue does not answer. A server takes some seconds to start. */
const RETRY = 500;
/** Milliseconds between two looks at whether all workers run. */
const LOOK = 2000;
/** Milliseconds without an error, after which a server is said to answer again: one that starts answers some, and not all. */
const CALM = 3000;
/**
 * Looks for silent machines in the time of a lease; a lock is renewed as often. So a machine may miss two renewals before
 * another one gets its job. Any machine looks, for the queue has no process of its own: when all are gone nobody does, and
 * jobs are free as soon as one is back.
 */
const LOOKS = 3;
/**
 * How often a job may lose its machine before BullMQ calls it failed. It is then gone from the queue and offered again by
 * its coordinator, which knows better: a thread that dies of a job says so, and that is what is counted.
 */
const STALLS = 1000;
/** Milliseconds that a coordinator may take over one message of a batch: it stores a case, and waits for the disk. */
const HEARING = 60_000;
const GONE = { removeOnComplete: true, removeOnFail: true } as const;

/**
 * A `JobQueue` on BullMQ, in Redis or in PostgreSQL. Each of the things that pass is a queue of BullMQ's:
 *
 *     NAME-jobs-BUILD       jobs that wait; a worker of BullMQ holds each while its thread runs it, and renews its lock
 *     NAME-answers-WHO      messages for one coordinator, heard one after the other
 *     NAME-parcels          jobs that nobody takes: an id, and a text. Both kinds of server have nothing else in common
 *                           that could keep one
 *     NAME-campaigns        likewise: who waits for machines
 *
 * Jobs and messages are gone from the server as soon as they are over: what is to be kept is on the disk of a coordinator.
 * A job whose id is still known is not added again, which is what makes offering it twice harmless.
 */
export class BullQueue implements JobQueue {
  readonly #options: BullOptions;
  readonly #queues = new Map<string, BullJobs>();
  /** By role. */
  readonly #workers = new Map<string, BullWorker>();
  /** By coordinator. */
  readonly #outboxes = new Map<string, Outbox<Message>>();
  readonly #callOff: () => void;
  /** Roles whose worker takes no more. */
  readonly #leaving = new Set<string>();
  #isOut = false;
  /** When it was last heard of an error. */
  #erredAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: BullOptions) {
    this.#options = options;
    this.#callOff = options.host.every(LOOK, () => this.#look());
  }

  /** @throws what the server says when it cannot be used at all */
  async ready(): Promise<void> {
    await this.#queue('campaigns').waitUntilReady();
  }

  // BullMQ does nothing where a job of this id is known, in whatever state; over ones it does not know any more.
  async offer(job: OfferedJob): Promise<void> {
    await this.#patiently(() => this.#jobs.add('job', job, { jobId: job.id, ...GONE }));
  }

  // A job that somebody has is locked, and BullMQ removes none that is.
  async withdraw(id: string): Promise<boolean> {
    return (await this.#patiently(() => this.#jobs.remove(id))) === 1;
  }

  take(most: number, work: (job: OfferedJob) => Promise<'done' | 'later'>): () => Promise<void> {
    const { lease, build, WaitingError } = this.#options;
    const role = `jobs-${build}`;
    this.#worker(role, lease, most, async (job, token) => {
      if ((await work(job.data as OfferedJob)) === 'done') return;
      // BullMQ's way to say that the job has been given back: anything else that is thrown would make it a failed one.
      await job.moveToWait(token);
      throw new WaitingError();
    });
    return async () => {
      this.#leaving.add(role);
      await this.#workers.get(role)?.close();
    };
  }

  // Added, and not returned by the job: a machine that was cut off has lost the job's lock, and could return nothing.
  tell(coordinator: string, message: Message): Promise<void> {
    const outbox =
      this.#outboxes.get(coordinator) ?? new Outbox((messages) => this.#send(coordinator, messages));
    this.#outboxes.set(coordinator, outbox);
    return outbox.add(message);
  }

  async #send(coordinator: string, messages: readonly Message[]): Promise<void> {
    await this.#patiently(() => this.#queue(`answers-${coordinator}`).add('messages', { messages }, GONE));
  }

  // One at a time and in order, so an answer comes behind its notes. A coordinator that dies over a message loses it, as it
  // would have lost what it was about to write; the job is offered again.
  hear(coordinator: string, on: (message: Message) => void): void {
    this.#worker(`answers-${coordinator}`, HEARING, 1, async ({ data }) => {
      for (const message of (data as { readonly messages: readonly Message[] }).messages) {
        on(message);
        // Each may wait for a slow disk; between them the lock can be renewed, which else would be lost over a long batch.
        await new Promise<void>((resolve) => this.#options.host.after(0, resolve));
      }
    });
  }

  // A parcel that is there is not put again: its id is its digest, so it is the same.
  async putParcel(digest: string, text: string): Promise<void> {
    const data = { packed: packedText(text) };
    await this.#patiently(() => this.#queue('parcels').add('parcel', data, { jobId: digest }));
  }

  async parcel(digest: string): Promise<string | undefined> {
    const job = await this.#patiently(() => this.#queue('parcels').getJob(digest));
    const { packed } = (job?.data ?? {}) as { readonly packed?: unknown };
    // Somebody else may have written it. Its digest is compared by whoever asked; here it need only not be taken for an outage.
    try {
      return typeof packed === 'string' ? unpackedText(packed) : undefined;
    } catch {
      return undefined;
    }
  }

  async dropParcel(digest: string): Promise<void> {
    await this.#patiently(() => this.#queue('parcels').remove(digest));
  }

  // Whoever was killed is announced still; the time of its last sign tells.
  async announce(one: Announcement): Promise<void> {
    await this.#patiently(async () => {
      const campaigns = this.#queue('campaigns');
      const known = await campaigns.getJob(one.coordinator);
      if (known) await known.updateData(one);
      else await campaigns.add('campaign', one, { jobId: one.coordinator });
    });
  }

  async announcements(): Promise<readonly Announcement[]> {
    const jobs = await this.#patiently(() => this.#queue('campaigns').getJobs(['waiting']));
    return (jobs ?? []).map(({ data }) => data as Announcement);
  }

  // Messages that nobody will hear are thrown away with their queue, whether or not somebody still tells some.
  async forget(coordinator: string): Promise<void> {
    await this.#patiently(() => this.#queue('campaigns').remove(coordinator));
    await this.#patiently(() => this.#queue(`answers-${coordinator}`).obliterate({ force: true }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff();
    // Whether somebody still runs jobs is the caller's business: he has stopped taking.
    await Promise.all([...this.#workers.values()].map((worker) => worker.close(true)));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.#options.disconnect();
  }

  get #jobs(): BullJobs {
    return this.#queue(`jobs-${this.#options.build}`);
  }

  // Made when first needed: a machine tells coordinators that it has never heard of before. The server may be away then. In
  // PostgreSQL such a queue of BullMQ's remembers that for ever, so it is dropped, and whoever tries again makes another one.
  #queue(role: string): BullJobs {
    const known = this.#queues.get(role);
    if (known) return known;
    const queue = this.#options.makeQueue(this.#nameOf(role));
    queue.on('error', (error) => this.#heardOf(error));
    this.#queues.set(role, queue);
    queue.waitUntilReady().catch(() => {
      if (this.#isClosed || this.#queues.get(role) !== queue) return;
      this.#queues.delete(role);
      queue.close().catch(() => {});
    });
    return queue;
  }

  #worker(role: string, lease: number, concurrency: number, work: BullWork): void {
    const worker = this.#options.makeWorker(this.#nameOf(role), work, {
      concurrency,
      lockDuration: lease,
      lockRenewTime: lease / LOOKS,
      stalledInterval: lease / LOOKS,
      maxStalledCount: STALLS,
      runRetryDelay: RETRY,
    });
    worker.on('error', (error) => this.#heardOf(error));
    worker.on('active', () => this.#heardOf(undefined));
    // Whoever hears anew does so because the old one is deaf: nobody waits for it.
    void this.#workers
      .get(role)
      ?.close(true)
      .catch(() => {});
    this.#workers.set(role, worker);
    // Its server was away when it began: as with queues, it can only be replaced.
    worker.waitUntilReady().catch(() =>
      this.#options.host.after(RETRY, () => {
        if (this.#isClosed || this.#leaving.has(role) || this.#workers.get(role) !== worker) return;
        this.#worker(role, lease, concurrency, work);
      }),
    );
  }

  /** A worker of BullMQ whose server goes while it begins stops for good, and only says that there was an error. */
  #look(): void {
    for (const [role, worker] of this.#workers) {
      if (this.#isClosed || this.#leaving.has(role) || worker.isRunning()) continue;
      worker.run().catch((error: Error) => this.#heardOf(error));
    }
  }

  #nameOf(role: string): string {
    return `${this.#options.name}-${role}`;
  }

  /** Until it succeeds: a server that restarts comes back. @returns undefined when the queue was closed meanwhile */
  async #patiently<T>(act: () => Promise<T>): Promise<T | undefined> {
    while (!this.#isClosed) {
      try {
        const result = await act();
        this.#heardOf(undefined);
        return result;
      } catch (error) {
        this.#heardOf(error as Error);
        await new Promise<void>((resolve) => {
          this.#options.host.after(RETRY, resolve);
        });
      }
    }
    return undefined;
  }

  /** A lock that is lost is no outage: another machine has the job. */
  #heardOf(error: Error | undefined): void {
    if (this.#isClosed || (error && isOfOneJob(error))) return;
    const { host, onOutage } = this.#options;
    if (error) this.#erredAt = host.now();
    else if (host.now() - this.#erredAt < CALM) return;
    if ((error !== undefined) === this.#isOut) return;
    this.#isOut = error !== undefined;
    onOutage(error);
  }
}

/** What BullMQ says when a job has gone to another machine, or has gone altogether. */
function isOfOneJob({ message }: Error): boolean {
  return /\bjob\b/i.test(message);
}
