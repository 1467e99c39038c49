import type { ResourceLimits } from 'node:worker_threads';
import { type Ended, WorkerPool, workerPath } from './worker-pool.ts';

/** How a job ended, wherever it was run. */
export type JobEnd<Answer> =
  | Ended<Answer>
  /** Nothing of it is done: no machine had begun it when the end was called. Threads begin at once. */
  | { readonly kind: 'withdrawn' };

/** Whoever runs jobs that may die: threads of this process, or of other machines. Both keep the same promises. */
export interface JobPool<Job, Answer> {
  /** Whether a job would be begun at once, or soon: ask before each `run`. */
  readonly hasRoom: boolean;
  /** Runs a job to its end, whatever that is. @param onNote what it tells before */
  run(job: Job, onNote?: (note: unknown) => void): Promise<JobEnd<Answer>>;
  /** Ends all that is under way. */
  dismiss(): Promise<void>;
}

/** The files of worker threads whose jobs may run elsewhere. */
export const WORKS = ['campaign/campaign-worker', 'check/scope-worker', 'sweep/sweep-worker'] as const;

/** What jobs are about: all that threads need before the first one comes. Plain data, but for `stop`. */
export interface Work {
  /** Which worker's file. */
  readonly file: (typeof WORKS)[number];
  /** What its threads start with. */
  readonly setup: object;
  /** See `STOP`: threads find it in their setup under this name. Another machine has a cell of its own. */
  readonly stop?: SharedArrayBuffer | undefined;
  readonly limits?: ResourceLimits | undefined;
  /** See `WorkerPoolOptions`. */
  readonly handCells?: number | undefined;
  /** See `WorkerPoolOptions`. */
  readonly patience?: number | undefined;
}

/** Makes the pool that does some work. */
export type MakePool = <Job, Answer>(work: Work) => JobPool<Job, Answer>;

/** Pools of threads of this process. @param most threads at a time, 1 or more */
export function threadsHere(most: number): <Job, Answer>(work: Work) => WorkerPool<Job, Answer> {
  return ({ file, setup, stop, limits, handCells, patience }) =>
    new WorkerPool(workerPath(file), stop ? { ...setup, stop } : setup, {
      most,
      limits,
      ...(handCells === undefined ? {} : { handCells }),
      ...(patience === undefined ? {} : { patience }),
    });
}
