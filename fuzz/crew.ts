import { join } from 'node:path';
import { parentPort, type ResourceLimits, type Worker, workerData } from 'node:worker_threads';
import Pool from 'worker-threads-pool';
import { packageRoot } from '../targets/package-root.ts';
import { type Failure, packFailure, unpackFailure } from './crew-failure.ts';

/** What a worker sends back for a job. */
export type Reply<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * The worker's side. Called once, at the top level of the worker's file.
 *
 * @param start builds the worker's state from the crew's setup, before its first job; the function it returns
 *   answers jobs. What either of them throws is thrown at the caller of `runJobs`. Answers are structured clones.
 */
export function serveJobs<Setup, Job, Answer>(start: (setup: Setup) => (job: Job) => Answer): void {
  const port = parentPort;
  if (!port) throw new Error('internal: serveJobs is called outside of a worker');
  let work: ((job: Job) => Answer) | undefined;
  port.on('message', (job: Job) => {
    try {
      work ??= start(workerData as Setup);
      port.postMessage({ kind: 'answer', answer: work(job) } satisfies Reply<Answer>);
    } catch (error) {
      port.postMessage({ kind: 'failure', failure: packFailure(error) } satisfies Reply<Answer>);
    }
  });
}

/** A job and the answer to it. `index` counts the jobs from 0, in the order they were pulled. */
export interface Done<Job, Answer> {
  readonly index: number;
  readonly job: Job;
  readonly answer: Answer;
}

/**
 * Runs jobs on worker threads, one at a time on each, and yields the answers as they come: in any order.
 *
 * Jobs are pulled when a thread is free. A thread that dies with a job (an uncaught error, an exit, no memory) loses
 * nothing: the job is given once more, to a fresh thread. Ending the iteration early ends all threads.
 *
 * @param workerFile absolute path of a compiled file that calls `serveJobs`
 * @param setup cloned to each worker, for its `start`
 * @param workers the most threads at a time, 1 or more; no more are started than there are jobs
 * @param limits memory of each thread; Node's own limits if left out
 * @throws what a job threw, an InputError as an InputError; Error when a job has ended two threads
 */
export async function* runJobs<Job, Answer>(
  workerFile: string,
  setup: unknown,
  jobs: Iterable<Job>,
  workers: number,
  limits?: ResourceLimits,
): AsyncGenerator<Done<Job, Answer>> {
  const crew = new Crew<Job, Answer>(workerFile, setup, workers, limits);
  const tasks = numbered(jobs);
  try {
    for (;;) {
      while (crew.hasRoom && (await crew.giveNext(tasks)));
      if (crew.isIdle) return;
      const { task, reply } = await crew.nextReply();
      // Nobody waits while the caller looks at the answer.
      if (reply.kind === 'answer') await crew.giveNext(tasks);
      else throw unpackFailure(reply.failure);
      yield { index: task.index, job: task.job, answer: reply.answer };
    }
  } finally {
    tasks.return(undefined);
    await crew.dismiss();
  }
}

/** The compiled file of a worker: workers are JavaScript, whatever runs the caller (tests run the sources). */
export function workerPath(name: string): string {
  return join(packageRoot(), 'dist', 'fuzz', `${name}.js`);
}

interface Task<Job> {
  readonly index: number;
  readonly job: Job;
  /** How the thread ended that had it before. */
  readonly ended?: string;
}

function* numbered<Job>(jobs: Iterable<Job>): Generator<Task<Job>, undefined> {
  let index = 0;
  for (const job of jobs) yield { index: index++, job };
  return undefined;
}

interface Member<Job> {
  readonly worker: Worker;
  /** What it works on; absent while it is idle. */
  task: Task<Job> | undefined;
  /** What it died of, before its exit is told. */
  error: Error | undefined;
}

interface Replied<Job, Answer> {
  readonly task: Task<Job>;
  readonly reply: Reply<Answer>;
}

/**
 * The supervision that the library lacks. It only makes threads and counts them: it never uses one twice, says
 * nothing of a thread's error, and does not wait for the threads it ends. A thread's slot is free again at its
 * `error` and at its `exit` at the latest; a new one is asked for after the exit, so none ever queues in the library.
 */
class Crew<Job, Answer> {
  readonly #pool: Pool;
  readonly #file: string;
  readonly #options: { readonly workerData: unknown; readonly resourceLimits?: ResourceLimits };
  readonly #most: number;
  readonly #members = new Set<Member<Job>>();
  readonly #replies: Replied<Job, Answer>[] = [];
  /** Tasks whose thread died. They come before new ones. */
  readonly #again: Task<Job>[] = [];
  #wake: () => void = () => {};
  #fault: Error | undefined;

  constructor(file: string, setup: unknown, most: number, limits: ResourceLimits | undefined) {
    if (!Number.isInteger(most) || most < 1) throw new Error(`internal: a crew of ${most} workers`);
    this.#pool = new Pool({ max: most });
    this.#file = file;
    this.#options = { workerData: setup, ...(limits && { resourceLimits: limits }) };
    this.#most = most;
  }

  get hasRoom(): boolean {
    return this.#busy < this.#most;
  }

  /** Nothing is under way, and nothing waits to be given again. */
  get isIdle(): boolean {
    return this.#busy === 0 && this.#replies.length === 0 && this.#again.length === 0;
  }

  get #busy(): number {
    return [...this.#members].filter(({ task }) => task).length;
  }

  /** @returns false when there is no task left to give */
  async giveNext(tasks: Iterator<Task<Job>>): Promise<boolean> {
    const task = this.#again.shift() ?? tasks.next().value;
    if (!task) return false;
    const member = [...this.#members].find((one) => !one.task) ?? (await this.#hire());
    member.task = task;
    member.worker.postMessage(task.job);
    return true;
  }

  /** Waits for a reply, or returns early for a task to give again. */
  async nextReply(): Promise<Replied<Job, Answer>> {
    for (;;) {
      if (this.#fault) throw this.#fault;
      const replied = this.#replies.shift();
      if (replied) return replied;
      if (this.#again.length > 0) await this.giveNext(NO_MORE);
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async dismiss(): Promise<void> {
    await Promise.all([...this.#members].map(({ worker }) => worker.terminate()));
  }

  async #hire(): Promise<Member<Job>> {
    const worker = await new Promise<Worker>((resolve, reject) => {
      this.#pool.acquire(this.#file, this.#options, (error, made) => (error ? reject(error) : resolve(made)));
    });
    const member: Member<Job> = { worker, task: undefined, error: undefined };
    this.#members.add(member);
    worker.on('message', (reply: Reply<Answer>) => {
      const task = member.task;
      if (!task) return;
      member.task = undefined;
      this.#replies.push({ task, reply });
      this.#wake();
    });
    const fail = (error: Error) => {
      member.error = error;
    };
    worker.on('error', fail);
    worker.on('messageerror', (error) => {
      fail(error);
      void worker.terminate();
    });
    worker.on('exit', (code) => this.#bury(member, code));
    return member;
  }

  #bury(member: Member<Job>, code: number): void {
    this.#members.delete(member);
    const { task, error } = member;
    if (task) {
      const ended = error ? error.message : `exit code ${code}`;
      if (task.ended === undefined) this.#again.push({ ...task, ended });
      else this.#fault = lostTwice(task.index, task.ended, ended);
    }
    this.#wake();
  }
}

const NO_MORE = [][Symbol.iterator]();

function lostTwice(index: number, first: string, second: string): Error {
  const how = first === second ? first : `${first}; then ${second}`;
  return new Error(
    `job ${index} ended its worker thread twice (${how}); run with fewer workers, or give the machine more memory`,
  );
}
