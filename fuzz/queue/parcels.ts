import type { Field, JobQueue, OfferedJob } from './job-queue.ts';
import { digestOfText, textOf, valueIn } from './plain-text.ts';

/** What travels by digest, since many jobs share it: a snapshot of the pool, signatures that are known, compiled C. */
export interface Parcel {
  readonly digest: string;
  readonly text: string;
}

/** Characters. A shorter field travels with its job. */
const SMALL = 512;

/**
 * Texts of objects that many jobs share, each made once: a view of the pool has up to some hundred thousand characters,
 * and four shards start from it.
 */
export class Packing {
  readonly #made = new WeakMap<object, Parcel>();

  parcelOf(value: unknown): Parcel {
    const known = typeof value === 'object' && value !== null ? this.#made.get(value) : undefined;
    if (known) return known;
    const text = textOf(value);
    const parcel = { digest: digestOfText(text), text };
    if (typeof value === 'object' && value !== null) this.#made.set(value, parcel);
    return parcel;
  }

  /**
   * A job divided into what is its own and what others share. Fields without a value are left out, so that a job has one
   * text however it was made.
   */
  pack(job: object): { readonly fields: OfferedJob['fields']; readonly parcels: readonly Parcel[] } {
    const fields: Record<string, Field> = {};
    const parcels: Parcel[] = [];
    for (const [name, value] of Object.entries(job)) {
      if (value === undefined) continue;
      const parcel = this.parcelOf(value);
      if (parcel.text.length <= SMALL) fields[name] = { text: parcel.text };
      else {
        fields[name] = { parcel: parcel.digest };
        parcels.push(parcel);
      }
    }
    return { fields, parcels };
  }
}

/** How many values a machine keeps: a few rounds of some targets. */
const KEPT = 64;

/**
 * Parcels as a machine has them: fetched once, and believed only when their digest is right. Values are shared by jobs,
 * which go to threads as clones.
 */
export class Unpacking {
  readonly #queue: JobQueue;
  /** The one that was used last comes last. */
  readonly #values = new Map<string, unknown>();

  constructor(queue: JobQueue) {
    this.#queue = queue;
  }

  /** @returns undefined for one that the queue does not have, or has damaged */
  async fetch(digest: string): Promise<{ readonly value: unknown } | undefined> {
    if (!this.#values.has(digest)) {
      const text = await this.#queue.parcel(digest);
      if (text === undefined || digestOfText(text) !== digest) return undefined;
      this.#values.set(digest, valueIn(text));
    }
    const value = this.#values.get(digest);
    this.#values.delete(digest);
    this.#values.set(digest, value);
    for (const old of this.#values.keys()) {
      if (this.#values.size <= KEPT) break;
      this.#values.delete(old);
    }
    return { value };
  }
}
