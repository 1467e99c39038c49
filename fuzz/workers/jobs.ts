import type { ResourceLimits } from 'node:worker_threads';
import type { JobEnd, JobPool } from './job-pool.ts';
import { WorkerPool } from './worker-pool.ts';

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
 * @param signal ends it, without those jobs that are under way
 * @throws what a job threw, an InputError as an InputError; Error when a job has ended two threads
 */
export async function* runJobs<Job, Answer>(
  workerFile: string,
  setup: unknown,
  jobs: Iterable<Job>,
  workers: number,
  limits?: ResourceLimits,
  signal?: AbortSignal,
): AsyncGenerator<Done<Job, Answer>> {
  yield* runJobsOn(new WorkerPool<Job, Answer>(workerFile, setup, { most: workers, limits }), jobs, signal);
}

/** The same on any pool, which is dismissed at the end. */
export async function* runJobsOn<Job, Answer>(
  workerPool: JobPool<Job, Answer>,
  jobs: Iterable<Job>,
  signal?: AbortSignal,
): AsyncGenerator<Done<Job, Answer>> {
  const tasks = numbered(jobs);
  const ended: { task: Task<Job>; how: JobEnd<Answer> }[] = [];
  let wake = () => {};
  const give = (task: Task<Job>) => {
    const tell = (how: JobEnd<Answer>) => {
      ended.push({ task, how });
      wake();
    };
    workerPool.run(task.job).then(tell, (error: Error) => tell({ kind: 'failure', error }));
  };
  const giveNext = (): boolean => {
    const { value: task } = tasks.next();
    if (task) give(task);
    return task !== undefined;
  };
  const stop = () => wake();
  signal?.addEventListener('abort', stop, { once: true });
  let underWay = 0;
  try {
    for (;;) {
      while (workerPool.hasRoom && giveNext()) underWay++;
      if (underWay === 0) return;
      while (ended.length === 0) {
        if (signal?.aborted) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const { task, how } = ended.shift()!;
      if (how.kind === 'failure') throw how.error;
      if (how.kind === 'died') {
        if (task.ended !== undefined) throw lostTwice(task.index, task.ended, how.how);
        give({ ...task, ended: how.how });
        continue;
      }
      if (how.kind === 'withdrawn')
        throw new Error('internal: a job was withdrawn, and nobody wanted an end');
      // Nobody waits while the caller looks at the answer.
      if (!giveNext()) underWay--;
      yield { index: task.index, job: task.job, answer: how.answer };
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    tasks.return(undefined);
    await workerPool.dismiss();
  }
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

/** What ends two threads would end a third: it is the job. */
function lostTwice(index: number, first: string, second: string): Error {
  const how = first === second ? first : `${first}; then ${second}`;
  return new Error(
    `job ${index} ended its worker thread twice (${how}); run with fewer workers, or give the machine more memory`,
  );
}
