import { join } from 'node:path';
import { makeFolder } from '../../targets/subject/folders.ts';
import { writeFileAtomic } from '../../targets/subject/on-demand.ts';
import { readBytes } from '../../targets/subject/read-file.ts';
import { lineAt, packed, unpacked } from './facts-pack.ts';
import { digest } from './kept.ts';

/** Packs by the first letters of keys: 64 files instead of 60 000, and each small enough to be written anew. */
const PACKS = 64;
/** Bytes of a pack: 1 GB in all, some ten kernels. The entries that were used longest ago go first. */
const MOST_OF_A_PACK = 16 << 20;
/** Bytes of new facts in memory, before they are written: a run that is killed loses no more. */
const MOST_PENDING = 24 << 20;

const KIND = { name: 'pack of facts', most: 2 * MOST_OF_A_PACK };

/**
 * The facts of files as JSON, by what they were made from. On disk, and outside of what is audited.
 *
 * It may be deleted at any time. A pack that is damaged counts as missing, and is written anew. Two runs may write one at
 * once: each replaces it whole, after it has read what is there; what one of them loses, a later run makes again.
 */
export class FactsStore {
  readonly #folder: string | undefined;
  /** Keys that were in a pack when it was read. */
  readonly #stored = new Set<string>();
  readonly #fresh = new Map<string, string>();
  /** Fresh ones that are in no pack yet. */
  #pending = new Set<string>();
  #pendingBytes = 0;
  /** Keys that this run needs: they are not dropped, and count as used. */
  readonly #used = new Set<string>();
  readonly #onTrouble: (why: string) => void;
  #isBroken = false;

  /**
   * @param folder where packs lie; undefined keeps everything in memory
   * @param onTrouble told once, when packs cannot be written
   */
  constructor(folder: string | undefined, onTrouble: (why: string) => void = () => {}) {
    this.#folder = folder;
    this.#onTrouble = onTrouble;
    for (let pack = 0; pack < PACKS; pack++) for (const { key } of this.#read(pack)) this.#stored.add(key);
  }

  /** The name of some facts: everything that they depend on. */
  static keyOf(version: string, path: string, content: string): string {
    return digest(`${version}\0${path}\0${content}`).slice(0, 32);
  }

  /** Whether the facts are there; they count as needed from then on. */
  use(key: string): boolean {
    const isThere = this.#fresh.has(key) || this.#stored.has(key);
    if (isThere) this.#used.add(key);
    return isThere;
  }

  /** Whether the facts are there. */
  has(key: string): boolean {
    return this.#fresh.has(key) || this.#stored.has(key);
  }

  /** @param json without a line feed, as `JSON.stringify` gives it */
  put(key: string, json: string): void {
    this.#fresh.set(key, json);
    this.#used.add(key);
    this.#pending.add(key);
    this.#pendingBytes += json.length;
    if (this.#pendingBytes > MOST_PENDING) this.flush();
  }

  /** Writes what is new. Where that is not possible, it stays in memory. */
  flush(): void {
    if (this.#folder === undefined || this.#isBroken) return;
    const pending = [...this.#pending];
    this.#pending = new Set();
    this.#pendingBytes = 0;
    try {
      makeFolder(this.#folder);
      for (const [pack, keys] of byPack(pending)) {
        this.#write(pack, keys);
        for (const key of keys) {
          this.#fresh.delete(key);
          this.#stored.add(key);
        }
      }
    } catch (error) {
      this.#isBroken = true;
      this.#onTrouble((error as Error).message);
    }
  }

  /**
   * The facts of some keys, a pack at a time, so that no more than one is in memory. A key whose facts have gone meanwhile,
   * by another run's doing or with a damaged disk, is left out.
   */
  *load(keys: Iterable<string>): Generator<readonly [key: string, json: string]> {
    for (const [pack, wanted] of byPack(keys)) {
      const isWanted = new Set(wanted);
      for (const key of wanted) {
        const json = this.#fresh.get(key);
        if (json !== undefined) {
          isWanted.delete(key);
          yield [key, json];
        }
      }
      if (isWanted.size === 0) continue;
      for (const { key, json } of this.#read(pack)) {
        // Of each key once, should a pack have it twice.
        if (isWanted.delete(key)) yield [key, json()];
      }
      for (const key of isWanted) this.#stored.delete(key);
    }
  }

  /**
   * A pack is read from the disk each time. Kept in memory, the packs of ten kernels would be a gigabyte; read again, one
   * costs some milliseconds, as the system has it in its cache.
   */
  *#read(pack: number): Generator<ReturnType<typeof lineAt>> {
    if (this.#folder === undefined) return;
    let bytes: Buffer | undefined;
    try {
      bytes = unpacked(Buffer.from(readBytes(this.#pathOf(pack), KIND)));
    } catch {
      // There is none, or it cannot be read: its facts are made anew.
    }
    if (!bytes) return;
    for (let at = 0; at < bytes.length; ) {
      const line = lineAt(bytes, at);
      yield line;
      at = line.end;
    }
  }

  /**
   * Rounds tell how long ago an entry was used: each writing is one, and gives its number to all that this run needs. So
   * nothing has to be written where everything is there.
   */
  #write(pack: number, fresh: readonly string[]): void {
    const entries = [...this.#read(pack)].map(({ key, round, json }) => ({ key, round, json }));
    const round = entries.reduce((most, entry) => Math.max(most, entry.round), 0) + 1;
    const isFresh = new Set(fresh);
    const kept = entries
      .filter(({ key }) => !isFresh.has(key))
      .map((entry) => (this.#used.has(entry.key) ? { ...entry, round } : entry));
    const all = [...fresh.map((key) => ({ key, round, json: () => this.#fresh.get(key)! })), ...kept];
    all.sort((one, other) => other.round - one.round);
    const bytes = packed(all, MOST_OF_A_PACK);
    writeFileAtomic().sync(this.#pathOf(pack), bytes, { fsync: false });
  }

  /** Two digits, so that a listing of the folder is in order. */
  #pathOf(pack: number): string {
    return join(this.#folder!, `facts-${String(pack).padStart(2, '0')}`);
  }
}

/** By the first letters of their digests, which spread evenly: packs grow alike, whatever the tree is. */
function byPack(keys: Iterable<string>): Map<number, string[]> {
  const packs = new Map<number, string[]>();
  for (const key of keys) {
    const pack = Number.parseInt(key.slice(0, 2), 16) % PACKS;
    const list = packs.get(pack);
    if (list) list.push(key);
    else packs.set(pack, [key]);
  }
  return packs;
}
