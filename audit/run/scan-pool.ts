import { join } from 'node:path';
import { WorkerPool } from '../../fuzz/workers/worker-pool.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { BATCH_CELLS, type Scanned, type ToScan } from './scan-batch.ts';

/** Files and UTF-16 units of a batch: a message takes as long as some ten small files. */
const BATCH = { files: 32, units: 512 * 1024 };
/** Milliseconds for one file. The slowest of Linux 6.12 takes two seconds, and more where others use the machine. */
const PATIENCE = 20_000;
/** The parser's memory is not counted here: it is that of WebAssembly. */
const LIMITS = { maxOldGenerationSizeMb: 384 };

/** Who is told what became of a file. */
export type OnScanned = (path: string, scanned: Scanned) => void;

/** Threads that scan files. A file that ends its thread, or holds it, is told as not read; the others lose nothing. */
export class ScanPool {
  readonly #pool: WorkerPool<readonly ToScan[], Scanned[]>;
  readonly #onScanned: OnScanned;
  #batch: ToScan[] = [];
  #units = 0;
  readonly #underWay = new Set<Promise<void>>();
  #failure: unknown;
  #isDismissed = false;

  /** @param file the worker's, and how long it may stand still: tests have others */
  constructor(
    jobs: number,
    onScanned: OnScanned,
    { file = workerFile(), patience = PATIENCE }: ScanPoolOptions = {},
  ) {
    this.#onScanned = onScanned;
    const options = { most: jobs, limits: LIMITS, handCells: BATCH_CELLS.count, patience };
    this.#pool = new WorkerPool(file, null, options);
  }

  /** Takes a file; waits while all threads have enough to do. @throws what a thread cannot go on after */
  async give(file: ToScan): Promise<void> {
    this.#batch.push(file);
    this.#units += file.text.length;
    if (this.#batch.length >= BATCH.files || this.#units >= BATCH.units) await this.#send();
  }

  /** Waits until all files are scanned. @throws what a thread cannot go on after */
  async finish(): Promise<void> {
    await this.#send();
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends the threads, whatever they are at. */
  async dismiss(): Promise<void> {
    this.#isDismissed = true;
    await this.#pool.dismiss();
  }

  /**
   * Gives the files that were gathered to a thread. While none is free the caller waits here, and with it whatever reads the
   * tree: no more texts are in memory than threads are at work on, and one batch.
   */
  async #send(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#units = 0;
    while (!this.#pool.hasRoom && this.#failure === undefined) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
    if (batch.length === 0) return;
    const run = this.#run(batch).catch((error: unknown) => {
      this.#failure ??= error;
    });
    this.#underWay.add(run);
    void run.finally(() => this.#underWay.delete(run));
  }

  /**
   * A thread may also end for what the files before have left in its memory. So the file that it was at is tried again
   * alone, on a fresh thread, and only then given up.
   */
  async #run(batch: readonly ToScan[]): Promise<void> {
    const ended = await this.#pool.run(batch);
    if (this.#isDismissed) return;
    if (ended.kind === 'answer') {
      for (const [at, scanned] of ended.answer.entries()) this.#onScanned(batch[at]!.path, scanned);
      return;
    }
    const how = ended.kind === 'died' ? ended.how : ended.error.message;
    if (ended.kind === 'died' && ended.current?.[BATCH_CELLS.heartbeat] === 0)
      throw new Error(`no thread can parse: ${how}`);
    if (batch.length === 1) {
      this.#onScanned(batch[0]!.path, { why: `ends the thread that parses it (${how})` });
      return;
    }
    const at = ended.kind === 'died' ? (ended.current?.[BATCH_CELLS.at] ?? 0) : 0;
    const parts = [batch.slice(0, at), batch.slice(at, at + 1), batch.slice(at + 1)];
    for (const part of parts) if (part.length > 0) await this.#run(part);
  }
}

/** For tests. */
export interface ScanPoolOptions {
  readonly file?: string;
  /** Milliseconds. */
  readonly patience?: number;
}

/** Compiled, also when the caller runs from source: threads are JavaScript. */
function workerFile(): string {
  return join(packageRoot(), 'dist', 'audit', 'run', 'scan-worker.js');
}
