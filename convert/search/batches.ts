import type { Candidate } from '../menu/candidate.ts';

/** What came of a scope. */
export interface Stage {
  /** Those that nothing forbids. */
  readonly alive: readonly Candidate[];
  readonly changed: readonly Candidate[];
  readonly isComplete: boolean;
  /** Those that there was no time for, once another was proved. */
  readonly short?: readonly Candidate[];
}

/** How it goes on, what ends it, and who is told. */
export interface Ends {
  /** How many go first, together: 1 or more. */
  readonly first: number;
  /** How many the second batch has, and how many times more each has than the one before it. */
  readonly growth: number;
  /** Ends it, the time that it has or the user. */
  readonly signal?: AbortSignal | undefined;
  readonly enough?: AbortSignal | undefined;
  /** The user alone. */
  readonly interrupt?: AbortSignal | undefined;
  /** The first that is proved in the scope: somebody waits for it. */
  readonly onProved?: ((candidate: Candidate) => void) | undefined;
}

/** A signal that is given when one of two is. */
export function eitherOf(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other);
}

/**
 * A large scope, for the simplest candidate first and then for more and more of the others. The simplest mostly does what the original
 * does, step by step, and is proved by exploring that alone, while each of the others may have to be run.
 *
 *     the first        the simplest, and all that are likely to be proved with it: as long as the original alone takes
 *     4, 16, …         what candidates share is explored anew in each batch: so batches grow, the faster the smaller the scope
 *
 * @param candidates the simplest first
 * @param signal ends it with nothing decided, unless one is proved and it is not the user's
 * @param enough ends it as soon as one is proved
 * @param stage decides one batch
 */
export async function inBatches(
  candidates: readonly Candidate[],
  { signal, enough, interrupt, onProved, first, growth }: Ends,
  stage: (batch: readonly Candidate[], until: AbortSignal | undefined) => Promise<Stage>,
): Promise<Stage> {
  const either = eitherOf(signal, enough);
  const alive: Candidate[] = [];
  const changed: Candidate[] = [];
  let left = candidates;
  for (let length = first, next = growth; left.length > 0; length = next, next *= growth) {
    const isProved = alive.length > 0;
    const until = isProved ? either : signal;
    const done = until?.aborted ? undefined : await stage(left.slice(0, length), until);
    changed.push(...(done?.changed ?? []));
    if (!done?.isComplete) {
      // What the programs until then have refuted stays refuted.
      const open = done ? [...done.alive, ...left.slice(length)] : left;
      if (isProved && !interrupt?.aborted) return { alive, changed, isComplete: true, short: open };
      return { alive: [...alive, ...open], changed, isComplete: false };
    }
    if (!isProved && done.alive[0]) onProved?.(done.alive[0]);
    alive.push(...done.alive);
    left = left.slice(length);
  }
  return { alive, changed, isComplete: true };
}
