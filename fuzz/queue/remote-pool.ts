import { STOP } from '../run/interrupt.ts';
import type { Host } from '../workers/host.ts';
import type { JobEnd, JobPool, Work } from '../workers/job-pool.ts';
import { Packing, type Parcel } from './parcels.ts';

/** Milliseconds between two looks at the cell that ends the work: threads look far more often, and a queue is no thread. */
const LOOK = 100;

/** A job that is offered. */
export interface Begun {
  readonly id: string;
  readonly ended: Promise<JobEnd<unknown>>;
}

/** Whoever offers jobs of several pools: a coordinator. */
export interface Offering {
  readonly hasRoom: boolean;
  run(work: Parcel, job: object, onNote: (note: unknown) => void): Begun;
  withdraw(ids: Iterable<string>): Promise<void>;
  giveUp(ids: Iterable<string>): void;
}

/** What a machine needs of a `Work`; the cell stays here. */
export type RemoteWork = Omit<Work, 'stop'>;

/**
 * All machines of a queue as one pool, for one work. They do not see its cell:
 *
 *     SOON     what no machine has begun is taken back, and what one has begun is waited for
 *     NOW      nothing is waited for
 */
export class RemotePool<Job, Answer> implements JobPool<Job, Answer> {
  readonly #coordinator: Offering;
  readonly #work: Parcel;
  /** The jobs under way, by a number of this pool. */
  readonly #ids = new Set<string>();
  readonly #callOff: () => void;
  #seen: number = STOP.NOT;

  constructor(coordinator: Offering, host: Host, { stop, ...work }: Work) {
    this.#coordinator = coordinator;
    // The cell is memory of this process: a copy of it elsewhere would never change.
    this.#work = new Packing().parcelOf(work satisfies RemoteWork);
    const cell = stop && new Int32Array(stop);
    this.#callOff = cell ? host.every(LOOK, () => this.#heed(Atomics.load(cell, 0))) : () => {};
  }

  get hasRoom(): boolean {
    return this.#coordinator.hasRoom;
  }

  async run(job: Job, onNote: (note: unknown) => void = () => {}): Promise<JobEnd<Answer>> {
    const { id, ended } = this.#coordinator.run(this.#work, job as object, onNote);
    this.#ids.add(id);
    try {
      return (await ended) as JobEnd<Answer>;
    } finally {
      this.#ids.delete(id);
    }
  }

  // Nobody asks for what is under way any more, so nobody waits for it either: a machine finishes it, and its answer is dropped.
  async dismiss(): Promise<void> {
    this.#callOff();
    this.#coordinator.giveUp(this.#ids);
  }

  /** What a thread would see in the cell. A machine sees nothing of it: what comes from there later is not waited for. */
  #heed(stop: number): void {
    if (stop === this.#seen) return;
    this.#seen = stop;
    if (stop === STOP.NOW) this.#coordinator.giveUp(this.#ids);
    // Once: what is made cases of after that is to be done.
    else void this.#coordinator.withdraw(this.#ids);
  }
}
