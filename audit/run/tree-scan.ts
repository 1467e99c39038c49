import { InputError } from '../../targets/subject/input-error.ts';
import type { Census, Skipped } from '../census/counter.ts';
import type { ScannedFile } from '../resolve/symbols.ts';
import type { FileFacts } from '../scan/facts.ts';
import { isLeftOut, isWorthParsing } from '../scan/scan-file.ts';
import type { SourceFile, SourceTree } from '../source/source-tree.ts';
import type { CensusOptions } from './census-options.ts';
import { FactsStore } from './facts-store.ts';
import { digest } from './kept.ts';
import { isSettled, type Listing, writeListing } from './listing.ts';
import { ScanPool } from './scan-pool.ts';

/** What one pass over a tree needs. */
export interface TreeScanNeeds {
  readonly tree: SourceTree;
  readonly store: FactsStore;
  /** What was in the tree at an earlier time. */
  readonly known: Listing | undefined;
  /** What facts depend on beside the file. */
  readonly version: string;
  readonly options: CensusOptions;
}

/** A file that was met. */
interface Met {
  readonly path: string;
  readonly digest: string;
  readonly stamp: string | undefined;
  readonly key: string;
}

/** Kept for files without facts: nobody looks at them twice. */
const NOTHING = 'null';
/** Of a whole tree these are passed over in silence; somebody who names nothing else should know. */
const LEFT_OUT =
  'holds nothing but what audits leave out: the implementation of the ops (include/linux/refcount.h, lib/refcount.c), and ' +
  'what is no part of a kernel (tools/, scripts/, Documentation/); name files that use counters';
/** Files between two notes of progress. */
const STRIDE = 64;

/** One pass over a tree: each file's facts are in the store, or are made. */
export class TreeScan {
  readonly #tree: SourceTree;
  readonly #store: FactsStore;
  readonly #known: Listing | undefined;
  readonly #version: string;
  readonly #options: CensusOptions;
  readonly #earlier: ReadonlyMap<string, readonly [path: string, digest: string, stamp: string]>;
  readonly #met = new Map<string, Met>();
  readonly #skipped: Skipped[] = [];
  readonly #pool: ScanPool;
  readonly #began: number;
  readonly #readAt: number;
  #latest = { path: '', digest: '', key: '' };
  #isWhole = false;
  #parsed = 0;
  #cached = 0;
  #done = 0;

  constructor({ tree, store, known, version, options }: TreeScanNeeds) {
    this.#tree = tree;
    this.#store = store;
    this.#known = known;
    this.#version = version;
    this.#options = options;
    this.#earlier = new Map(known?.files.map((file) => [file[0], file]));
    this.#began = options.host.now();
    this.#readAt = Date.parse(options.host.date());
    this.#pool = new ScanPool(
      options.jobs,
      (path, scanned) => {
        if ('facts' in scanned) {
          this.#parsed++;
          this.#store.put(this.#met.get(path)!.key, scanned.facts);
        } else this.#skipped.push({ file: path, why: scanned.why });
        this.#tick();
      },
      options.pool,
    );
  }

  /** @throws InputError for a tree that cannot be read or is empty; the signal's reason */
  async run(): Promise<void> {
    const { signal } = this.#options;
    // A thread may be at a file for seconds; nobody who presses a key waits for that.
    const halt = () => void this.#pool.dismiss();
    signal?.addEventListener('abort', halt, { once: true });
    try {
      signal?.throwIfAborted();
      if (!this.#takeWhole()) await this.#readAll();
      signal?.throwIfAborted();
    } catch (error) {
      // Threads that are dismissed give all sorts of errors.
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', halt);
      await this.#pool.dismiss();
    }
  }

  /** Names all facts of the tree; undefined where a thread gave a file up, as the next run tries that again. */
  get key(): string | undefined {
    if (this.#skipped.length > 0) return undefined;
    return digest(
      [...this.#met.values()]
        .map(({ key }) => key)
        .sort()
        .join(),
    );
  }

  /** The facts in the order of paths. Each is an object of its own by now: the store gives JSON, a pack at a time. */
  async facts(): Promise<ScannedFile[]> {
    const isSkipped = new Set(this.#skipped.map(({ file }) => file));
    const wanted = [...this.#met.values()].filter(({ path }) => !isSkipped.has(path));
    const found = new Map<string, FileFacts | null>();
    for (const [key, json] of this.#store.load(wanted.map(({ key }) => key)))
      found.set(key, JSON.parse(json) as FileFacts | null);
    const gone = wanted.filter(({ key }) => !found.has(key));
    if (gone.length > 0) for (const [key, facts] of await this.#again(gone)) found.set(key, facts);
    return wanted.sort(byPath).flatMap(({ path, key }) => {
      const facts = found.get(key);
      return facts ? [{ path, facts }] : [];
    });
  }

  /** Which files there were. Complete once `facts` has ended. */
  get files(): Pick<Census, 'skipped' | 'files'> {
    const skipped = [...(this.#isWhole ? this.#known!.skipped : this.#tree.skipped), ...this.#skipped];
    skipped.sort((one, other) => (one.file < other.file ? -1 : 1));
    const files = { seen: this.#met.size, parsed: this.#parsed, cached: this.#cached };
    return { skipped, files };
  }

  /** Keeps what was in the tree, unless it is known already. @param onNote told where that is not possible */
  remember(folder: string, onNote: (note: string) => void): void {
    const { stamp } = this.#tree;
    const settled = [...this.#met.values()].filter(
      (met) => met.stamp === undefined || isSettled(met.stamp, this.#readAt),
    );
    // What a thread gave up is tried again by the next run, so the list is not that of the whole tree.
    const isWhole = stamp !== undefined && this.#skipped.length === 0 && isSettled(stamp, this.#readAt);
    const listing: Listing = {
      ...(isWhole ? { stamp } : {}),
      files: settled.map(({ path, digest, stamp: own = '' }) => [path, digest, own]),
      skipped: this.#isWhole ? this.#known!.skipped : this.#tree.skipped,
    };
    if (JSON.stringify(listing) === JSON.stringify(this.#known)) return;
    try {
      writeListing(folder, this.#tree.key, listing);
    } catch (error) {
      onNote(`what is in the tree is not kept for the next run: ${(error as Error).message}`);
    }
  }

  /** An archive or a revision that has not changed is not opened. */
  #takeWhole(): boolean {
    const { stamp } = this.#tree;
    if (stamp === undefined || this.#known?.stamp !== stamp) return false;
    const met = this.#known.files.map(([path, digest, own]) => this.#meet({ path, digest, stamp: own }));
    this.#isWhole = met.every(({ key }) => this.#store.use(key));
    if (this.#isWhole) this.#cached = this.#done = met.length;
    else this.#met.clear();
    return this.#isWhole;
  }

  /**
   * Reads what is there, file by file: facts that are known are only marked as used, files without a word about counters are
   * noted as such, and the rest goes to the threads. The reading itself stays on this thread. It is a twentieth of the work,
   * and what an archive or git gives comes in one stream anyway.
   */
  async #readAll(): Promise<void> {
    for await (const file of this.#tree.files((path, stamp) => this.#recall(path, stamp))) {
      this.#options.signal?.throwIfAborted();
      const { key, path } = this.#meet(file);
      if (this.#store.use(key)) {
        this.#cached++;
        this.#tick();
      } else if (isWorthParsing(path, file.text!)) await this.#pool.give({ path, text: file.text! });
      else {
        this.#store.put(key, NOTHING);
        this.#tick();
      }
    }
    await this.#pool.finish();
    if (this.#met.size === 0 && this.#tree.skipped.length === 0)
      throw new InputError(this.#tree.name, 'holds no file of C (*.c, *.h); name a folder that does');
    // An empty census would look like a tree without counters.
    if (this.#met.size > 0 && [...this.#met.keys()].every(isLeftOut))
      throw new InputError(this.#tree.name, LEFT_OUT);
  }

  /** Notes a file, under the name of its facts. */
  #meet({ path, digest, stamp }: SourceFile): Met {
    const met = { path, digest, stamp, key: this.#keyOf(path, digest) };
    this.#met.set(path, met);
    return met;
  }

  /** A revision's stamps are digests themselves: what another revision had in common with it is known at once. */
  #recall(path: string, stamp: string): string | undefined {
    const [, digest, was] = this.#earlier.get(path) ?? [];
    const known = was === stamp ? digest! : stamp;
    return this.#store.has(this.#keyOf(path, known)) ? known : undefined;
  }

  /** Asked twice in a row of each file that has not changed: by the tree, and when the tree gives it. */
  #keyOf(path: string, digest: string): string {
    if (this.#latest.path !== path || this.#latest.digest !== digest)
      this.#latest = { path, digest, key: FactsStore.keyOf(this.#version, path, digest) };
    return this.#latest.key;
  }

  /** What was in the store at the beginning, and is no more. */
  async #again(gone: readonly Met[]): Promise<Map<string, FileFacts | null>> {
    const texts = await this.#tree.texts(gone.map(({ path }) => path));
    const found = new Map<string, FileFacts | null>();
    const keys = new Map(gone.map(({ path, key }) => [path, key]));
    const pool = new ScanPool(
      this.#options.jobs,
      (path, scanned) => {
        if ('why' in scanned) this.#skipped.push({ file: path, why: scanned.why });
        else {
          found.set(keys.get(path)!, JSON.parse(scanned.facts) as FileFacts);
          this.#store.put(keys.get(path)!, scanned.facts);
        }
      },
      this.#options.pool,
    );
    try {
      for (const { path, key } of gone) {
        const text = texts.get(path);
        if (text === undefined) this.#skipped.push({ file: path, why: 'has gone while the tree was read' });
        else if (isWorthParsing(path, text)) await pool.give({ path, text });
        else found.set(key, null);
      }
      await pool.finish();
    } finally {
      await pool.dismiss();
    }
    return found;
  }

  /**
   * Progress, now and then. The rate is that of the whole run: files differ a hundredfold in size, and the rate of the last
   * second would make the estimate jump.
   */
  #tick(): void {
    this.#done++;
    if (this.#done % STRIDE !== 0) return;
    const { expected: total } = this.#tree;
    const seconds = (this.#options.host.now() - this.#began) / 1000;
    const left = total === undefined ? undefined : Math.max(0, total - this.#done);
    const secondsLeft = left === undefined || seconds < 1 ? undefined : (seconds / this.#done) * left;
    this.#options.onProgress?.({ done: this.#done, total, secondsLeft });
  }
}

/** By code unit, as trees sort, so that the order is that of every locale. */
function byPath(one: Met, other: Met): number {
  return one.path < other.path ? -1 : 1;
}
