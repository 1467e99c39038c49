import type { Target } from '../../targets/target/target.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import type {
  CampaignJob,
  CampaignSetup,
  Findings,
  MinimizeNote,
  SearchPart,
  StoredRawFinding,
} from '../campaign/campaign-jobs.ts';
import { CURRENT_CELLS } from '../campaign/current-program.ts';
import { STOP } from '../run/interrupt.ts';
import { WorkerPool, workerPath } from '../workers/worker-pool.ts';

/** What minimising asks of a worker pool. */
export type MinimizingPool = Pick<WorkerPool<CampaignJob, SearchPart | Findings>, 'run' | 'dismiss'>;

/** What came of one raw finding. */
export interface MinimizingEnd {
  /** Without their causes, as far as the thread died while it looked for them. */
  readonly findings: Findings;
  /** What the thread died of, if it did. */
  readonly how?: string;
  /** Why nothing could be made of what an earlier session left. */
  readonly unusable?: string;
}

/** Milliseconds without a question answered after which the thread is given up; megabytes that it may use. */
const PATIENCE = 60_000;
const MEMORY = 2048;

/**
 * Makes findings of what an engine met, on a thread of its own, which works as those of a campaign do: so the engine's
 * thread hears the clock and the user meanwhile, and what takes too long can be given up.
 *
 *     minimize   giveUp                abandon
 *     works      stores and answers    the thread is ended; what it had not stored stays as it was met
 */
export class Minimizing {
  readonly #stop = new SharedArrayBuffer(4);
  readonly #hire: (stop: SharedArrayBuffer) => MinimizingPool;
  /** Made when there is something to minimise: most searches of known targets never do. */
  #pool: MinimizingPool | undefined;
  #isAbandoned = false;

  /** @param hire makes the worker pool; its setup has the cell that tells its thread to end, see `STOP` */
  constructor(hire: (stop: SharedArrayBuffer) => MinimizingPool) {
    this.#hire = hire;
  }

  get isGivenUp(): boolean {
    return Atomics.load(new Int32Array(this.#stop), 0) === STOP.NOW;
  }

  /** Whether a thread that dies was ended from here. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** What is under way, and all that comes after, is left as it is. */
  giveUp(): void {
    Atomics.store(new Int32Array(this.#stop), 0, STOP.NOW);
  }

  /** Ends the thread. */
  abandon(): void {
    this.giveUp();
    this.#isAbandoned = true;
    void this.#pool?.dismiss();
  }

  /**
   * One at a time.
   *
   * @param known signatures that are no news
   * @param onLeft called for what is given up: with the smallest program so far
   * @throws what minimising threw
   */
  async minimize(
    rawFinding: StoredRawFinding,
    known: readonly string[],
    onLeft: (left: StoredRawFinding) => void,
  ): Promise<MinimizingEnd> {
    if (this.isGivenUp) return { findings: [] };
    this.#pool ??= this.#hire(this.#stop);
    const job = { kind: 'minimize', target: 0, rawFinding, known } as const;
    let made: Findings = [];
    let gone: string | undefined;
    const ended = await this.#pool.run(job, (note) => {
      const told = note as MinimizeNote;
      if (told.kind === 'made') made = told.findings;
      else if (told.kind === 'gone') gone = told.why;
      else onLeft(told.rawFinding);
    });
    if (ended.kind === 'failure') {
      // What earlier sessions left must not end each session that follows.
      if (rawFinding.leftover === undefined) throw ended.error;
      return { findings: [], unusable: `cannot be made a case (${ended.error.message})` };
    }
    if (gone !== undefined) return { findings: [], unusable: gone };
    if (ended.kind === 'answer') return { findings: ended.answer as Findings };
    // Whoever ended the thread lets the next session have it whole.
    return { findings: this.#isAbandoned ? [] : made, how: ended.how };
  }

  async close(): Promise<void> {
    await this.#pool?.dismiss();
  }
}

/** Minimising of one target, on a thread of this process. */
export function minimizingOf(target: Target): Minimizing {
  return new Minimizing((stop) => {
    // Raw findings name the seed that they are of; limits are for those who search.
    const setup: CampaignSetup = { targets: [dataOf(target)], seed: 0, limits: {}, feedback: false, stop };
    return new WorkerPool(workerPath('campaign/campaign-worker'), setup, {
      most: 1,
      limits: { maxOldGenerationSizeMb: MEMORY },
      handCells: CURRENT_CELLS,
      patience: PATIENCE,
    });
  });
}
