import type { Ended } from '../workers/worker-pool.ts';
import type { Findings, StoredRawFinding } from './campaign-jobs.ts';
import { readCurrent } from './current-program.ts';
import type { Crash } from './supervisor-events.ts';

/** A program that has ended so many threads is left out. */
export const MOST_DEATHS = 3;

/** How often programs and jobs of a target have ended a thread. */
export class Deaths {
  readonly #times = new Map<string, number>();

  /**
   * One more.
   *
   * @param job its name @param rawFinding of which a finding was to be made, if that was the job @param made what was
   *   handed in: there is nothing to try again for but a cause
   */
  add(
    { how, current }: Extract<Ended<unknown>, { kind: 'died' }>,
    job: string,
    rawFinding: StoredRawFinding | undefined,
    made: Findings | undefined,
  ): Crash {
    const held = current && readCurrent(current);
    // While a finding is made smaller it holds what was met.
    const name = held && !rawFinding ? held.program.join() : job;
    const times = (this.#times.get(name) ?? 0) + 1;
    this.#times.set(name, times);
    const lacksCause = made !== undefined;
    const isLeftOut = times >= MOST_DEATHS || lacksCause;
    const { program, iteration } = held ?? {};
    return { how, program, iteration, times, isLeftOut, rawFinding, lacksCause };
  }
}
