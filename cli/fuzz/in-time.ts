import { setImmediate } from 'node:timers/promises';
import { overrunOf } from '../../fuzz/campaign/end-in-time.ts';
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
    if (signal.aborted || (time !== undefined && host.now() > time + overrunOf(time) / 2))
      throw new NotBegun(path);
  });
}
