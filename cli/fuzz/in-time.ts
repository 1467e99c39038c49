import { givenUpAfter, overrunOf, USER_OVERRUN } from '../../fuzz/campaign/end-in-time.ts';
import { Deadline, type Interrupt } from '../../fuzz/run/interrupt.ts';
import type { Host } from '../../fuzz/workers/host.ts';
import { onCompiling } from '../../targets/c/build/compiling.ts';

/** The sources were not compiled when it had to end. */
export class NotBegun extends Error {
  constructor(path: string) {
    super(
      `nothing was searched: ${path} is not compiled yet; what is compiled is kept, so give it more time once`,
    );
  }
}

/** Of the overrun, the part by which causes are told: what is left is for printing them, and for Node to end. */
const REPORTED = 0.85;

/**
 * Keeps the report within the time of a command: causes that cannot be told in its overrun are not.
 *
 * @param time milliseconds, or undefined for no limit
 * @param started when the time began, on the host's clock; asked whenever somebody looks
 */
export function reportInTime(
  time: number | undefined,
  host: Host,
  signal: AbortSignal,
  started: () => number = () => 0,
): Interrupt {
  const allowed = time === undefined ? Number.POSITIVE_INFINITY : time + REPORTED * overrunOf(time);
  let end = Number.POSITIVE_INFINITY;
  const interrupt = () => {
    end = host.now() + REPORTED * USER_OVERRUN;
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return new Deadline(() => host.now() > Math.min(end, started() + allowed));
}

/**
 * Keeps the compiler within the time of a command, which counts from the start of the process. What has been compiled by
 * then is in the cache; a source that is nearly compiled has a part of the overrun, so that the next run need not begin
 * anew.
 *
 * @param time milliseconds, or undefined for no limit
 */
export function compileInTime(time: number | undefined, host: Host, user: AbortSignal): void {
  onCompiling((path) => {
    const calledOff = new AbortController();
    const callOff = () => calledOff.abort(new NotBegun(path));
    const end = time === undefined ? Number.POSITIVE_INFINITY : time + givenUpAfter(overrunOf(time));
    const cancel = Number.isFinite(end) ? host.after(Math.max(0, end - host.now()), callOff) : () => {};
    if (user.aborted) callOff();
    user.addEventListener('abort', callOff, { once: true });
    return {
      signal: calledOff.signal,
      over() {
        cancel();
        user.removeEventListener('abort', callOff);
      },
    };
  });
}
