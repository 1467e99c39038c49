import type { Result } from '../../export/results/result.ts';
import type { Style } from '../../export/show/style.ts';
import { visible } from './visible.ts';

/** Where a command writes, so that tests can run it without a terminal. */
export interface Io extends Streams {
  /** A file that was asked for, as a program reads it: nothing in it is changed, but for a person at a terminal. */
  data(text: string): void;
  /**
   * What the command came to, for `--reporter`. The function is called at the end, and only where somebody asked, so that
   * it may load what it needs.
   */
  tell(results: Telling): void;
}

/** Makes results. */
export type Telling = () => readonly Result[] | Promise<readonly Result[]>;

/** What a process has for that. */
export interface Streams {
  /** Results: what a program may read. */
  out(text: string): void;
  /** Everything else: progress, errors. */
  err(text: string): void;
  /** Whether results go to a terminal, where somebody watches a live status. */
  readonly isTerminal: boolean;
  readonly style: Style;
  /**
   * Called once at the first SIGINT or SIGTERM; the second one ends the process at once. A command that has nothing to
   * store does not ask for it: a signal ends it where it is.
   *
   * Signals are only heard between turns of the event loop. So before work that keeps this thread for longer a command
   * gives the handler back, and a signal ends it on the spot.
   *
   * @param waitsFor what the command is still to do then, for its user: `the programs under way`
   * @returns gives the handler back
   */
  onInterrupt(handler: () => void, waitsFor: string): () => void;
}

/** The border: everything that is printed passes here, see `visible`. */
export function atBorder(streams: Streams): Io {
  const { isTerminal, style } = streams;
  return {
    out: (text) => streams.out(visible(text)),
    err: (text) => streams.err(visible(text)),
    data: (text) => streams.out(isTerminal ? visible(text) : text),
    tell() {},
    isTerminal,
    style,
    onInterrupt: (handler, waitsFor) => streams.onInterrupt(handler, waitsFor),
  };
}

/** What the process exits with. As the shell has them: 130 is 128 plus SIGINT, 70 is EX_SOFTWARE of sysexits.h. */
export const EXIT = {
  OK: 0,
  /** A new divergence, or a replay that changed. */
  FOUND: 1,
  /** Wrong usage or input. */
  USAGE: 2,
  /** Undecided, or nothing was executed. */
  UNDECIDED: 3,
  INTERNAL: 70,
  /** Of a command that would have ended with 0: its results could not be written. EX_IOERR. */
  UNWRITTEN: 74,
  INTERRUPTED: 130,
} as const;
