import type { Style } from '../../export/show/style.ts';
import { visible } from './visible.ts';

/** Where a command writes, so that tests can run it without a terminal. */
export interface Io extends Streams {
  /** A file that was asked for, as a program reads it: nothing in it is changed, but for a person at a terminal. */
  data(text: string): void;
}

/** What a process has for that. */
export interface Streams {
  /** Results: what a program may read. */
  out(text: string): void;
  /** Everything else: progress, errors. */
  err(text: string): void;
  /** Whether results go to a terminal, where somebody watches a live status. */
  readonly isTerminal: boolean;
  readonly style: Style;
  /** Called once at the first SIGINT or SIGTERM; the second one ends the process at once. */
  onInterrupt(handler: () => void): void;
}

/** The border: everything that is printed passes here, see `visible`. */
export function atBorder(streams: Streams): Io {
  const { isTerminal, style } = streams;
  return {
    out: (text) => streams.out(visible(text)),
    err: (text) => streams.err(visible(text)),
    data: (text) => streams.out(isTerminal ? visible(text) : text),
    isTerminal,
    style,
    onInterrupt: (handler) => streams.onInterrupt(handler),
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
  INTERRUPTED: 130,
} as const;
