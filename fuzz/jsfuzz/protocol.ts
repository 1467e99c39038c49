import { type Divergence, signatureOf } from '../../oracles/divergence.ts';

/**
 * What the engine and its child, the harness inside jsfuzz, have in common: the environment that the one sets and the
 * files that the other writes. jsfuzz itself has no channel between the two.
 */
export const VARIABLE = {
  /** A built-in target, or the path of a target as JSON. */
  TARGET: 'REFUZZ_TARGET',
  /** Signatures that are no news: a file with one on each line, or a folder of cases. */
  KNOWN: 'REFUZZ_KNOWN',
  /**
   * Set by the engine. `go-on`: write news to a file and go on, and end when standard input does. `probe`: fail at the
   * first input, to show that a failure is heard of.
   */
  MODE: 'REFUZZ_JSFUZZ',
} as const;

/** An input that shows something new lies in a file of this name and its digest. */
export const FOUND = 'found-';
/** jsfuzz's own: an input that threw, or at which its process was killed. */
export const CRASH = 'crash-';
/** The counts as a `Heartbeat` in JSON, rewritten every 200 milliseconds as long as inputs come. */
export const HEARTBEAT = 'heartbeat.json';

/** What the harness has done since it was loaded. */
export interface Heartbeat {
  /** Inputs, judged or not. */
  readonly execs: number;
  /** Inputs that could not be judged. */
  readonly undecided: number;
  /** The divergences that inputs showed, known ones as well, and how many inputs did. */
  readonly met: readonly Met[];
}

/** A divergence, and how many inputs showed it. */
export interface Met {
  readonly divergence: Divergence;
  readonly count: number;
}

/** What two starts of a harness came to: each counts from 0. */
export function together(one: Heartbeat, other: Heartbeat): Heartbeat {
  const met = new Map<string, Met>();
  for (const { divergence, count } of [...one.met, ...other.met]) {
    const signature = signatureOf(divergence);
    met.set(signature, { divergence, count: (met.get(signature)?.count ?? 0) + count });
  }
  return {
    execs: one.execs + other.execs,
    undecided: one.undecided + other.undecided,
    met: [...met.values()],
  };
}
