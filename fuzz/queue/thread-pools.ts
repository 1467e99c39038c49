import { type JobEnd, threadsHere, WORKS, type Work } from '../workers/job-pool.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { RemoteWork } from './remote-pool.ts';

/** Works whose threads are kept though they have nothing to do: their trees and tables are warm. */
const IDLE = 3;

/** The threads of a machine: a pool for each work that it has jobs of. More jobs than threads wait for their turn. */
export class ThreadPools {
  readonly #threads: number;
  /** Jobs on threads. */
  #running = 0;
  /** Jobs that wait for one, the first first: each is told whether there is one, or whether all threads are ended. */
  readonly #waiting: ((hasThread: boolean) => void)[] = [];
  /** By digest of the work; the one that was used last comes last. */
  readonly #pools = new Map<string, WorkerPool<object, unknown>>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  /**
   * @param work as it came out of the queue
   * @returns `withdrawn` when the threads were ended before it had one
   * @throws when it is no work that this build knows
   */
  async run(
    digest: string,
    work: unknown,
    job: object,
    onNote: (note: unknown) => void,
  ): Promise<JobEnd<unknown>> {
    if (this.#running === this.#threads) {
      // The thread passes from one job to the next, and so nobody who comes now can be given it.
      const hasThread = await new Promise<boolean>((resolve) => this.#waiting.push(resolve));
      if (!hasThread) return { kind: 'withdrawn' };
    } else this.#running++;
    try {
      return await this.#runNow(digest, work, job, onNote);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(true);
      else this.#running--;
    }
  }

  #runNow(
    digest: string,
    work: unknown,
    job: object,
    onNote: (note: unknown) => void,
  ): Promise<JobEnd<unknown>> {
    // Jobs of several campaigns come in turn, as the queue has them: each work keeps its threads meanwhile. So there may be more
    // threads than were asked for, but no more of them than that have something to do.
    const pool = this.#pools.get(digest) ?? this.#made(work);
    this.#pools.delete(digest);
    this.#pools.set(digest, pool);
    const running = pool.run(job, onNote);
    this.#dismissIdle();
    return running;
  }

  /** Ends all threads; jobs under way end as died, and are another machine's then. */
  async dismiss(): Promise<void> {
    for (const tell of this.#waiting.splice(0)) tell(false);
    await Promise.all([...this.#pools.values()].map((pool) => pool.dismiss()));
  }

  /** A name of a file that somebody may have written into the queue must not become a path. */
  #made(work: unknown): WorkerPool<object, unknown> {
    const given = work as RemoteWork;
    if (!WORKS.includes(given?.file) || typeof given.setup !== 'object')
      throw new Error('internal: a job of no work that this build knows');
    // Nobody ends threads by it here: a machine that ends leaves its jobs to others.
    const made: Work =
      given.file === 'campaign/campaign-worker' ? { ...given, stop: new SharedArrayBuffer(4) } : given;
    return threadsHere(this.#threads)<object, unknown>(made);
  }

  /** A machine may see many works in its life: a sweep has two for each op. Those that nobody asked for lately go. */
  #dismissIdle(): void {
    const idle = [...this.#pools].filter(([, pool]) => pool.busy === 0);
    // The map is in the order of use.
    for (const [digest, pool] of idle.slice(0, Math.max(0, idle.length - IDLE))) {
      this.#pools.delete(digest);
      void pool.dismiss();
    }
  }
}
