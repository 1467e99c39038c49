import { setImmediate } from 'node:timers/promises';
import { overrunOf } from '../../fuzz/campaign/end-in-time.ts';
import { Deadline, type Interrupt } from '../../fuzz/run/interrupt.ts';
import type { Host } from '../../fuzz/workers/host.ts';
import { onCompiling } from '../../targets/c/build/compiling.ts';

/** The sources were not compiled when it had to end. */
export class NotBegun extends Error {
  constructor(path: string) {
    super(
      `${path} was not compiled in time, so nothing was searched; what is compiled is kept, so give it more time once`,
    );
  }
}

/** Of the overrun, the part by which causes are told: what is left is for printing them, and for Node to end. */
const REPORTED = 0.7;

/**
 * Keeps the report within the time of a command: causes that cannot be told in its overrun are not.
 *
 * @param time milliseconds, or undefined for no limit
 */
export function reportInTime(time: number | undefined, host: Host, signal: AbortSignal): Interrupt {
  let end = time === undefined ? Number.POSITIVE_INFINITY : time + REPORTED * overrunOf(time);
  const interrupt = () => {
    end = Math.min(end, host.now() + REPORTED * overrunOf(0));
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return new Deadline(() => host.now() > end);
}

/**
 * Keeps the compiler within the time of a command: it counts from the start of the process, and a signal is heard
 * between two steps. What has been compiled by then is in the cache.
 *
 * @param time milliseconds, or undefined for no limit
 */
export function compileInTime(time: number | undefined, host: Host, signal: AbortSignal): void {
  onCompiling(async (path) => {
    // Signals are only heard between turns.
    await setImmediate();
    // A search that begins in its overrun still has a moment.
    if (signal.aborted || (time !== undefined && host.now() > time + overrunOf(time) / 4))
      throw new NotBegun(path);
  });
}
