/** A job of BullMQ, as far as it is used here. */
export interface BullJob {
  readonly data: unknown;
  updateData(data: unknown): Promise<void>;
  moveToWait(token?: string): Promise<unknown>;
}

/** A queue of BullMQ, as far as it is used here: the same for Redis and PostgreSQL, whose classes share no type. */
export interface BullJobs {
  add(name: string, data: object, options: object): Promise<unknown>;
  remove(id: string): Promise<number>;
  getJob(id: string): Promise<BullJob | undefined>;
  getJobs(states: 'waiting'[]): Promise<readonly BullJob[]>;
  obliterate(options: { force: true }): Promise<void>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** A worker of BullMQ, likewise. */
export interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'active', listener: () => void): unknown;
  isRunning(): boolean;
  run(): Promise<void>;
  close(force?: boolean): Promise<void>;
}

/** What a worker of BullMQ does with a job. */
export type BullWork = (job: BullJob, token?: string) => Promise<void>;

/** How long jobs are a worker's, and how many at a time. Milliseconds. */
export interface BullWorkerOptions {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly lockRenewTime: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly runRetryDelay: number;
}
