import type { JobQueue } from './job-queue.ts';
import type { Parcel } from './parcels.ts';

/** Milliseconds that a parcel stays in the queue when no job needs it: the next one may, and the work's nearly always. */
const KEPT = 5000;

interface Shelved {
  readonly text: string;
  /** How many open jobs need it. */
  users: number;
  /** When it is there. */
  put: Promise<void>;
  unusedSince: number;
}

/**
 * The parcels that a coordinator has put into the queue, and their texts: a queue may lose one, and then it is put again.
 * The view of a round is needed by four shards and some hundred kilobytes long, so it goes when they are over; else a
 * campaign of days would fill the server.
 */
export class Shelf {
  readonly #queue: JobQueue;
  readonly #shelved = new Map<string, Shelved>();

  constructor(queue: JobQueue) {
    this.#queue = queue;
  }

  /** A job needs these. @returns when all of them are there */
  async need(parcels: readonly Parcel[]): Promise<void> {
    await Promise.all(
      parcels.map(({ digest, text }) => {
        const known = this.#shelved.get(digest);
        const shelved = known ?? { text, users: 0, put: this.#queue.putParcel(digest, text), unusedSince: 0 };
        shelved.users++;
        if (!known) this.#shelved.set(digest, shelved);
        return shelved.put;
      }),
    );
  }

  /** A job that needed these has ended. */
  release(parcels: readonly Parcel[], now: number): void {
    for (const { digest } of parcels) {
      const shelved = this.#shelved.get(digest);
      if (shelved && --shelved.users === 0) shelved.unusedSince = now;
    }
  }

  /** The queue has lost one. */
  putAgain(digest: string): void {
    const shelved = this.#shelved.get(digest);
    if (shelved) shelved.put = this.#queue.putParcel(digest, shelved.text);
  }

  /** Drops those that nobody has needed for a while. @returns when they are gone; `all`: those too that somebody needs */
  async tidy(now: number, all = false): Promise<void> {
    const unused = [...this.#shelved].filter(
      ([, { users, unusedSince }]) => all || (users === 0 && now - unusedSince >= KEPT),
    );
    for (const [digest] of unused) this.#shelved.delete(digest);
    await Promise.all(unused.map(([digest]) => this.#queue.dropParcel(digest)));
  }
}
