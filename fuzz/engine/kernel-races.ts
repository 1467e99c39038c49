import type { Death } from '../../targets/booted/booted-kernel.ts';
import type { BootedFamily } from '../../targets/booted/booted-ops.ts';
import { BootedThreadGroup } from '../booted/booted-thread-group.ts';
import type { KernelSession } from '../booted/kernel-session.ts';
import type { Harness } from '../run/harness.ts';
import type { Race } from '../stress/race.ts';
import { type StressOptions, type StressReport, stress } from '../stress/stress.ts';

/** Runs of each program. A quarter of what threads of this process do. */
const CELLS_PER_PROGRAM = 8192;

/** A race during which the guest died. */
export interface FatalRace {
  readonly race: Omit<Race, 'thread'>;
  readonly death: Death;
  /** Whether it brings down a fresh guest too. */
  readonly isReproduced: boolean;
}

/**
 * Programs that race in a booted kernel, and those among them that bring the guest down. `stress` draws and judges the
 * programs as it does for threads of this process; only the thread group is another.
 */
export class KernelRaces {
  readonly #threadGroup: BootedThreadGroup;
  readonly #reports: AsyncGenerator<StressReport, void>;
  /** The last race during which a guest died. */
  #fatal: Omit<FatalRace, 'isReproduced'> | undefined;

  /** @param cores virtual processors of the guest */
  constructor(
    harness: Harness,
    family: BootedFamily,
    kernels: KernelSession,
    cores: number,
    limits: Pick<StressOptions, 'seed' | 'maxOps' | 'threads' | 'programs' | 'signal'>,
  ) {
    this.#threadGroup = new BootedThreadGroup(kernels, family, (race, death) => {
      this.#fatal = { race, death };
    });
    const hire = async () => this.#threadGroup;
    this.#reports = stress(harness, { hire }, { ...limits, cores, cellsPerProgram: CELLS_PER_PROGRAM });
  }

  /** Runs the next program. */
  async next(): Promise<StressReport | undefined> {
    this.#fatal = undefined;
    const { value } = await this.#reports.next();
    return value ?? undefined;
  }

  /**
   * Whether the last program brought the guest down. It is then run once more, in a fresh one. Without its neighbours
   * in the guest: if it dies again, this program alone is to blame.
   *
   * @param isStopped whether there is no time for that: then it counts as not reproduced
   */
  async fatal(isStopped: () => boolean): Promise<FatalRace | undefined> {
    const first = this.#fatal;
    if (!first) return undefined;
    this.#fatal = undefined;
    try {
      if (!isStopped()) await this.#threadGroup.race(first.race);
    } catch (error) {
      if (!isStopped()) throw error;
    }
    const again = isStopped() ? undefined : this.#fatal;
    return { ...(again ?? first), isReproduced: again !== undefined };
  }

  /** Ends the races; the kernel goes on running, for the next target. */
  async end(): Promise<void> {
    await this.#reports.return(undefined);
  }
}
