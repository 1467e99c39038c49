import type { Io } from './io.ts';

/** Milliseconds of silence that nobody wonders about. */
const SILENCE = 1000;

/**
 * Says on standard error what a command is busy with before it can begin, if that takes more than a second.
 *
 *     compiling before.c (recorded build) …          after a second
 *     4.1 s  compiling before.c (recorded build)     as each piece is done
 *     5.9 s  compiling before.c (direct build)
 *
 * The seconds are those in which there was such work, so far. Work that is over within the first second is not mentioned, nor is what
 * comes from the cache, as that is no work.
 *
 * @returns to be called when a piece of work begins; what that returns, when it is over
 */
export function waitingNotes(
  io: Pick<Io, 'err'>,
  now = () => performance.now(),
): (what: string) => () => void {
  let before = 0;
  let isTold = false;
  /** Pieces under way, and since when there are any. */
  let open = 0;
  let since = 0;
  const spent = () => before + (open > 0 ? now() - since : 0);
  return (what) => {
    if (open++ === 0) since = now();
    const timer = setTimeout(() => {
      if (!isTold) io.err(`${what} …\n`);
      isTold = true;
    }, SILENCE - spent());
    timer.unref();
    return () => {
      clearTimeout(timer);
      const all = spent();
      if (--open === 0) before = all;
      if (all < SILENCE) return;
      isTold = true;
      io.err(`${(all / 1000).toFixed(1).padStart(5)} s  ${what}\n`);
    };
  };
}
