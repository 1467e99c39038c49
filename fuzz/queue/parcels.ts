import type { Field, JobQueue, OfferedJob } from './job-queue.ts';
import { digestOfText, textOf, valueIn } from './plain-text.ts';

/** What travels by digest, since many jobs share it: programs of the pool, signatures that are known, compiled C. */
export interface Parcel {
  readonly digest: string;
  readonly text: string;
}

/**
 * Characters. A shorter text travels with its job, though four jobs may have it: a parcel is three more things to be asked
 * of the server (put it, get it, drop it), and each of them costs what some ten thousand characters do.
 */
const SMALL = 4096;
/** Items of one part of a list. A pool of a thousand programs is sixteen parts. */
const PART = 64;
/** Fields of fields of a job may be parcels, but no more than that: what lies deeper is small. */
const DEPTH = 2;

/**
 * Makes parcels of what jobs share, each once.
 *
 * The largest is the pool that a round starts from: some hundred kilobytes for half a second of search. But it only grows at
 * its end, by a few programs a round. So a list of objects is cut into parts, and each is a parcel by itself: all but the last
 * are the same text as in the round before, are in the queue already, and in the machines as well.
 *
 *     { programs: [p0 … p149], share: 8 }
 *     { fields: { programs: { parts: [of p0 … p63, of p64 … p127, of p128 … p149] }, share: { text: '8' } } }
 */
export class Packing {
  /** By the object: four shards have one view. */
  readonly #objects = new WeakMap<object, Parcel>();
  /** By its first item, as each round makes a list of its own of the same programs. */
  readonly #parts = new WeakMap<object, { readonly items: readonly unknown[]; readonly parcel: Parcel }>();

  /** All of a value as one parcel. */
  parcelOf(value: object): Parcel {
    const known = this.#objects.get(value);
    if (known) return known;
    const parcel = parcelOfText(textOf(value));
    this.#objects.set(value, parcel);
    return parcel;
  }

  /**
   * A job divided into what is its own and what others share. Fields without a value are left out, so that a job has one
   * text however it was made.
   */
  pack(job: object): { readonly fields: OfferedJob['fields']; readonly parcels: readonly Parcel[] } {
    const parcels: Parcel[] = [];
    const given = Object.entries(job).filter(([, value]) => value !== undefined);
    return { fields: this.#fields(given, DEPTH, parcels), parcels };
  }

  #fields(entries: [string, unknown][], depth: number, parcels: Parcel[]): Record<string, Field> {
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#field(value, depth - 1, parcels)]));
  }

  #field(value: unknown, depth: number, parcels: Parcel[]): Field {
    if (isLong(value)) {
      const parts = this.#partsOf(value);
      parcels.push(...parts);
      return { parts: parts.map(({ digest }) => digest) };
    }
    if (depth > 0 && isPlain(value)) return { fields: this.#fields(Object.entries(value), depth, parcels) };
    // One that was a parcel is one again, and its text need not be made to know that.
    const known = isObject(value) ? this.#objects.get(value) : undefined;
    const text = known?.text ?? textOf(value);
    if (text.length <= SMALL) return { text };
    const parcel = known ?? parcelOfText(text);
    if (isObject(value)) this.#objects.set(value, parcel);
    parcels.push(parcel);
    return { parcel: parcel.digest };
  }

  #partsOf(list: readonly object[]): readonly Parcel[] {
    const parts: Parcel[] = [];
    for (let from = 0; from < list.length; from += PART) {
      const items = list.slice(from, from + PART);
      const known = this.#parts.get(items[0]!);
      const isSame =
        known?.items.length === items.length && items.every((item, at) => item === known.items[at]);
      const parcel = isSame ? known.parcel : parcelOfText(textOf(items));
      if (!isSame) this.#parts.set(items[0]!, { items, parcel });
      parts.push(parcel);
    }
    return parts;
  }
}

function parcelOfText(text: string): Parcel {
  return { digest: digestOfText(text), text };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Of objects only: they are known again without making their text. A list of words is short. */
function isLong(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.length > PART && value.every(isObject);
}

function isPlain(value: unknown): value is object {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

/** Characters of texts whose values a machine keeps: the pools of some dozen targets. */
const KEPT = 16 * 1024 * 1024;

/**
 * Parcels as a machine has them: fetched once, and believed only when their digest is right. Values are shared by jobs,
 * which go to threads as clones.
 */
export class Unpacking {
  readonly #queue: JobQueue;
  /** The one that was used last comes last. */
  readonly #values = new Map<string, { readonly value: unknown; readonly length: number }>();
  /** Characters of all their texts. */
  #length = 0;

  constructor(queue: JobQueue) {
    this.#queue = queue;
  }

  /** @returns undefined for one that the queue does not have, or has damaged */
  async fetch(digest: string): Promise<{ readonly value: unknown } | undefined> {
    let kept = this.#values.get(digest);
    if (!kept) {
      const text = await this.#queue.parcel(digest);
      if (text === undefined || digestOfText(text) !== digest) return undefined;
      kept = { value: valueIn(text), length: text.length };
    }
    this.#keep(digest, kept);
    return kept;
  }

  #keep(digest: string, kept: { readonly value: unknown; readonly length: number }): void {
    // Two jobs may have fetched it at a time.
    this.#length += kept.length - (this.#values.get(digest)?.length ?? 0);
    this.#values.delete(digest);
    this.#values.set(digest, kept);
    for (const [old, { length }] of this.#values) {
      // The newest stays, whatever its length: a job is about to use it.
      if (this.#length <= KEPT || old === digest) return;
      this.#values.delete(old);
      this.#length -= length;
    }
  }
}

/** A field of a job that cannot be had: a parcel of it is nowhere. */
export class Missing extends Error {}

/** The values of fields, by their names. */
export async function valuesOf(
  fields: Readonly<Record<string, Field>>,
  fetch: (digest: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const values = Object.entries(fields).map(
    async ([name, field]) => [name, await fieldValue(field, fetch)] as const,
  );
  // Not by assignment: a name that somebody has written into the queue may be `__proto__`.
  return Object.fromEntries(await Promise.all(values));
}

/**
 * The value of a field.
 *
 * @param fetch the value of a parcel @throws what that throws
 */
async function fieldValue(field: Field, fetch: (digest: string) => Promise<unknown>): Promise<unknown> {
  if ('text' in field) return valueIn(field.text);
  if ('parcel' in field) return fetch(field.parcel);
  // At a time: a machine that is new has dozens of them to ask for.
  if ('parts' in field) return (await Promise.all(field.parts.map(fetch))).flat();
  return valuesOf(field.fields, fetch);
}
