import { clearInterval, setInterval } from 'node:timers';
import type { Worker } from 'node:worker_threads';
import Pool from 'worker-threads-pool';
import { bytesOfCells } from '../../targets/counters/atomic-cells.ts';
import { MAX_THREADS } from '../program/program.ts';
import type { Reply, Start } from '../workers/worker-pool.ts';
import { unpackFailure } from '../workers/worker-pool-failure.ts';
import { Barrier, bytesOfBarrier } from './barrier.ts';
import { bytesOfNotes, type Race, type RaceTally } from './race.ts';
import type { RacerSetup } from './racer.ts';

/** Who races. */
export interface ThreadGroupOptions {
  /** Absolute path of a compiled file that calls `serveRaces`. */
  readonly workerFile: string;
  /** Made anew for each thread group: what `serveRaces` gets as `setup.subject`. */
  readonly subject: () => unknown;
  /** Most cells of a batch. */
  readonly cells: number;
  /** How many threads can run at a time. */
  readonly cores: number;
  /** Milliseconds without any thread getting on after which they are ended. */
  readonly patience: number;
}

/** How a race ended: with a tally of each thread, or because a thread died or did not go on. */
export type RaceEnd =
  | { readonly kind: 'done'; readonly tallies: readonly RaceTally[]; readonly stopped: number }
  | { readonly kind: 'failed'; readonly why: string };

/** Who can be asked to race: threads of this process, or others. A thread group with which a race failed is dismissed. */
export interface RaceThreadGroup {
  /** Runs a race on as many threads as the program has. */
  race(race: Omit<Race, 'thread'>): Promise<RaceEnd>;
  dismiss(): Promise<void>;
}

interface Member {
  readonly worker: Worker;
  readonly exited: Promise<void>;
  /** To the race that is run; undefined until it comes. */
  reply: Reply<RaceTally> | undefined;
  /** How it ended, once it has. */
  ended: string | undefined;
}

/**
 * Worker threads that run one job together: each needs all the others. A thread group with which a race failed is of no
 * more use: dismiss it, and make another.
 *
 * `worker-threads-pool` makes and counts the threads, as for `WorkerPool`, and is never asked for more than it has room for.
 */
export class ThreadGroup implements RaceThreadGroup {
  readonly #options: ThreadGroupOptions;
  readonly #barrier: Barrier;
  readonly #members: Member[] = [];
  readonly #buffers: Pick<RacerSetup, 'barrier' | 'notes' | 'cells'>;
  readonly #pool = new Pool({ max: MAX_THREADS });
  readonly #subject: unknown;
  #wake: () => void = () => {};

  constructor(options: ThreadGroupOptions) {
    this.#options = options;
    this.#subject = options.subject();
    this.#buffers = {
      barrier: new SharedArrayBuffer(bytesOfBarrier(MAX_THREADS)),
      notes: new SharedArrayBuffer(bytesOfNotes(options.cells)),
      cells: new SharedArrayBuffer(bytesOfCells(options.cells)),
    };
    this.#barrier = new Barrier(this.#buffers.barrier, options.cores);
  }

  /**
   * Runs a race on as many threads as the program has.
   *
   * @throws what the subject threw
   */
  async race(race: Omit<Race, 'thread'>): Promise<RaceEnd> {
    await this.#hire(race.threads.length);
    this.#barrier.reset();
    const racing = this.#members.slice(0, race.threads.length);
    for (const member of racing) member.reply = undefined;
    for (const [thread, { worker }] of racing.entries())
      worker.postMessage({ ...race, thread } satisfies Race);
    const isHung = await this.#watch(racing);
    // Causes before consequences: when one throws or dies, the others give up.
    const thrown = racing.map(({ reply }) => reply).find((reply) => reply?.kind === 'failure');
    if (thrown?.kind === 'failure') throw unpackFailure(thrown.failure);
    const dead = racing.findIndex(({ ended }) => ended !== undefined);
    if (dead >= 0) return { kind: 'failed', why: `thread ${dead} died: ${racing[dead]!.ended}` };
    const silent = racing.findIndex(({ reply }) => reply === undefined);
    if (isHung && silent >= 0) return { kind: 'failed', why: `thread ${silent} did not finish` };
    const tallies = racing.flatMap(({ reply }) => (reply?.kind === 'answer' ? [reply.answer] : []));
    return { kind: 'done', tallies, stopped: this.#barrier.stopped };
  }

  /** Ends all threads. */
  async dismiss(): Promise<void> {
    await Promise.all(this.#members.map(({ worker, exited }) => Promise.all([worker.terminate(), exited])));
  }

  /**
   * Waits until all have replied. When one dies or throws, the others give up; when none makes progress,
   * all are, and who then still does not answer is left to `dismiss`.
   *
   * @returns whether the patience was used up
   */
  async #watch(racing: readonly Member[]): Promise<boolean> {
    let before = '';
    let isHung = false;
    const isOver = () =>
      isHung || racing.every(({ reply, ended }) => reply !== undefined || ended !== undefined);
    const isBroken = () =>
      racing.some(({ reply, ended }) => reply?.kind === 'failure' || (!reply && ended !== undefined));
    const timer = setInterval(() => {
      const now = this.#barrier.pulse();
      const isStill = now === before;
      before = now;
      if (!isStill) return;
      // Still after they were asked to give up, which threads that only wait for each other do.
      if (this.#barrier.isGivenUp()) isHung = true;
      this.#barrier.giveUp();
      before = this.#barrier.pulse();
      this.#wake();
    }, this.#options.patience);
    try {
      while (!isOver()) {
        if (isBroken()) this.#barrier.giveUp();
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearInterval(timer);
    }
    return isHung;
  }

  /** Threads are started when a program first needs them. */
  async #hire(count: number): Promise<void> {
    const { cores, workerFile } = this.#options;
    const threads = MAX_THREADS;
    for (let thread = this.#members.length; thread < count; thread++) {
      const subject = this.#subject;
      const setup: RacerSetup = { thread, threads, cores, subject, ...this.#buffers };
      const worker = await new Promise<Worker>((resolve, reject) => {
        this.#pool.acquire(
          workerFile,
          { workerData: { setup, current: undefined } satisfies Start<unknown> },
          (error, made) => (error ? reject(error) : resolve(made)),
        );
      });
      this.#members.push(this.#memberOf(worker));
    }
  }

  #memberOf(worker: Worker): Member {
    let error: Error | undefined;
    const exited = new Promise<void>((resolve) => {
      worker.on('exit', (code) => {
        member.ended = error ? error.message : `exit code ${code}`;
        this.#wake();
        resolve();
      });
    });
    const member: Member = { worker, exited, reply: undefined, ended: undefined };
    worker.on('message', (reply: Reply<RaceTally>) => {
      member.reply = reply;
      this.#wake();
    });
    worker.on('error', (thrown) => {
      error = thrown;
    });
    return member;
  }
}
