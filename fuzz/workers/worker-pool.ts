import { join } from 'node:path';
import { parentPort, type ResourceLimits, type Worker, workerData } from 'node:worker_threads';
import Pool from 'worker-threads-pool';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { type Failure, packFailure, unpackFailure } from './worker-pool-failure.ts';

/** What a worker sends back for a job: notes as it goes, one answer or one failure at its end. */
export type Reply<Answer> =
  | { readonly kind: 'note'; readonly note: unknown }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What a worker's thread is started with. */
export interface Start<Setup> {
  readonly setup: Setup;
  readonly current: SharedArrayBuffer | undefined;
}

/** What a worker has beside its job. */
export interface WorkerPort {
  /** Tells the caller something before the job is done. A structured clone. */
  note(note: unknown): void;
  /** Memory that the caller reads when the thread has died; its first cell must change now and then, see `patience`. */
  readonly current: Int32Array | undefined;
}

/**
 * The worker's side. Called once, at the top level of the worker's file.
 *
 * @param start builds the worker's state from the worker pool's setup, before its first job; the function it returns
 *   answers jobs. What either of them throws is thrown at the caller of `runJobs`. Answers are structured clones.
 */
export function serveJobs<Setup, Job, Answer>(
  start: (setup: Setup, port: WorkerPort) => (job: Job) => Answer,
): void {
  const port = parentPort;
  if (!port) throw new Error('internal: serveJobs is called outside of a worker');
  const { setup, current } = workerData as Start<Setup>;
  const own: WorkerPort = {
    note: (note) => port.postMessage({ kind: 'note', note } satisfies Reply<Answer>),
    current: current && new Int32Array(current),
  };
  let work: ((job: Job) => Answer) | undefined;
  port.on('message', (job: Job) => {
    try {
      work ??= start(setup, own);
      port.postMessage({ kind: 'answer', answer: work(job) } satisfies Reply<Answer>);
    } catch (error) {
      port.postMessage({ kind: 'failure', failure: packFailure(error) } satisfies Reply<Answer>);
    }
  });
}

/** How a job ended. */
export type Ended<Answer> =
  /** `slot`: which of the worker pool's threads it was, from 0; or which machine, and then its name. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly slot: number; readonly machine?: string }
  /** The job threw. An InputError stays one. */
  | { readonly kind: 'failure'; readonly error: Error }
  /** Its thread is gone: an uncaught error, an exit, no memory, no progress. */
  | { readonly kind: 'died'; readonly how: string; readonly current: Int32Array | undefined };

/** How many threads there are, and what each may use. */
export interface WorkerPoolOptions {
  /** The most threads at a time, 1 or more. */
  readonly most: number;
  /** Memory of each thread; Node's own limits if left out. */
  readonly limits?: ResourceLimits | undefined;
  /** Cells of the memory that each thread shares with the caller; none if left out. */
  readonly handCells?: number;
  /** Milliseconds. A thread with a job whose hand's first cell does not change for so long is ended. For ever if left out. */
  readonly patience?: number;
}

/** Whoever waits for a job. */
interface Listener<Answer> {
  readonly onNote: (note: unknown) => void;
  readonly end: (ended: Ended<Answer>) => void;
}

interface Member<Answer> {
  readonly slot: number;
  readonly worker: Worker;
  readonly current: Int32Array | undefined;
  /** Whom to tell; absent while the thread is idle. */
  job: Listener<Answer> | undefined;
  /** What it died of; known before its exit event. */
  error: Error | undefined;
  /** The first cell of `current` when the watchdog last looked, and how often it has been the same. */
  heartbeat: number;
  still: number;
}

/** The watchdog looks so often in the time of its patience. */
const LOOKS = 4;

/**
 * Long-lived worker threads, and the supervision that the library lacks. It only makes threads and counts them: it never
 * uses one twice, says nothing of a thread's error, and does not wait for the threads it ends. A thread's slot is free
 * again at its `error` and at its `exit` at the latest; a new one is asked for after the exit, so none ever queues in the
 * library.
 */
export class WorkerPool<Job, Answer> {
  readonly #pool: Pool;
  readonly #file: string;
  readonly #setup: unknown;
  readonly #options: WorkerPoolOptions;
  readonly #members = new Set<Member<Answer>>();
  /** Threads asked for and not there yet. */
  #hiring = 0;
  #isDismissed = false;
  readonly #watchdog: NodeJS.Timeout | undefined;

  /**
   * @param file absolute path of a compiled file that calls `serveJobs`
   * @param setup cloned to each worker, for its `start`
   */
  constructor(file: string, setup: unknown, options: WorkerPoolOptions) {
    const { most, patience } = options;
    if (!Number.isInteger(most) || most < 1) throw new Error(`internal: a pool of ${most} workers`);
    this.#pool = new Pool({ max: most });
    this.#file = file;
    this.#setup = setup;
    this.#options = options;
    if (patience !== undefined) {
      this.#watchdog = setInterval(() => this.#look(patience), patience / LOOKS).unref();
    }
  }

  /** Whether a job would be begun at once. */
  get hasRoom(): boolean {
    return this.busy < this.#options.most;
  }

  /** Threads with a job. */
  get busy(): number {
    return this.#hiring + [...this.#members].filter(({ job }) => job).length;
  }

  /** Gives a job to a thread; ask for room first. @throws when no thread can be made, e.g. for want of its file */
  async run(job: Job, onNote: (note: unknown) => void = () => {}): Promise<Ended<Answer>> {
    const idle = [...this.#members].find((one) => !one.job);
    return new Promise((end, reject) => {
      const listener = { onNote, end };
      if (idle) {
        idle.job = listener;
        idle.worker.postMessage(job);
      } else this.#hire(listener).then(({ worker }) => worker.postMessage(job), reject);
    });
  }

  /** Ends all threads, those that are on their way as well. */
  async dismiss(): Promise<void> {
    this.#isDismissed = true;
    clearInterval(this.#watchdog);
    await Promise.all([...this.#members].map(({ worker }) => worker.terminate()));
  }

  /** @param listener who has the thread from its first moment on: it is never seen idle, and so never given to two */
  async #hire(listener: Listener<Answer>): Promise<Member<Answer>> {
    const { limits, handCells } = this.#options;
    const shared = handCells === undefined ? undefined : new SharedArrayBuffer(4 * handCells);
    const options = {
      workerData: { setup: this.#setup, current: shared } satisfies Start<unknown>,
      ...(limits && { resourceLimits: limits }),
    };
    this.#hiring++;
    try {
      const worker = await new Promise<Worker>((resolve, reject) => {
        this.#pool.acquire(this.#file, options, (error, made) => (error ? reject(error) : resolve(made)));
      });
      return this.#enrol(worker, shared && new Int32Array(shared), listener);
    } finally {
      this.#hiring--;
    }
  }

  #enrol(worker: Worker, current: Int32Array | undefined, job: Listener<Answer>): Member<Answer> {
    const taken = new Set([...this.#members].map(({ slot }) => slot));
    const slot = Array.from({ length: this.#options.most }, (_, at) => at).find((at) => !taken.has(at))!;
    const member: Member<Answer> = {
      slot,
      worker,
      current,
      job,
      error: undefined,
      heartbeat: 0,
      still: 0,
    };
    this.#members.add(member);
    worker.on('message', (reply: Reply<Answer>) => this.#hear(member, reply));
    worker.on('error', (error) => {
      member.error ??= error;
    });
    worker.on('messageerror', (error) => {
      member.error ??= error;
      void worker.terminate();
    });
    worker.on('exit', (code) => this.#bury(member, code));
    if (this.#isDismissed) void worker.terminate();
    return member;
  }

  #hear(member: Member<Answer>, reply: Reply<Answer>): void {
    const { job } = member;
    if (!job) return;
    if (reply.kind === 'note') {
      job.onNote(reply.note);
      return;
    }
    member.job = undefined;
    job.end(
      reply.kind === 'answer'
        ? { kind: 'answer', answer: reply.answer, slot: member.slot }
        : { kind: 'failure', error: unpackFailure(reply.failure) },
    );
  }

  #bury(member: Member<Answer>, code: number): void {
    this.#members.delete(member);
    const { job, error, current } = member;
    const how = error ? error.message : `exit code ${code}`;
    member.job = undefined;
    job?.end({ kind: 'died', how, current });
  }

  #look(patience: number): void {
    for (const member of this.#members) {
      const heartbeat = member.current?.[0] ?? 0;
      if (!member.job || heartbeat !== member.heartbeat) {
        member.heartbeat = heartbeat;
        member.still = 0;
      } else if (++member.still === LOOKS) {
        member.error = new Error(`no progress for ${patience / 1000} s`);
        void member.worker.terminate();
      }
    }
  }
}

/** The compiled file of a worker: workers are JavaScript, whatever runs the caller (tests run the sources). */
export function workerPath(name: string): string {
  return join(packageRoot(), 'dist', 'fuzz', `${name}.js`);
}
