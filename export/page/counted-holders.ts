import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { Machine } from '../../fuzz/run/machine.ts';
import { heldBy, sectionsOf } from '../../fuzz/run/scheme-words.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { amountsOf, Holdings } from '../../oracles/holdings.ts';

/** Who holds what while a run is drawn. */
export interface Holders {
  /** By lane: references held now. Undefined where nobody counts them, or not any more. */
  held(): readonly number[] | undefined;
  /** By lane: RCU sections. Undefined for counters. */
  sections(): readonly number[] | undefined;
  /** An access has been made; the machine is as it left it. */
  seen(access: AccessSeen): void;
}

/** A scheme has the holders in its words; holds of all kinds are counted together. @param machine that makes the accesses */
export function schemeHolders(machine: Machine): Holders {
  const byLane = (of: (words: Int32Array, lane: number) => number) =>
    Array.from({ length: machine.schedulable }, (_, lane) => of(machine.words, lane));
  const { holds } = machine;
  const heldOf = (words: Int32Array, lane: number) => holds?.total(lane) ?? heldBy(words, lane);
  return { held: () => byLane(heldOf), sections: () => byLane(sectionsOf), seen: () => {} };
}

/**
 * A counter is told from the results of its ops, as `Holdings` deals them. A reference is held from the return of the op
 * that got it to the first access of the op that puts it. Of misuse nobody can say who holds what.
 */
export function counterHolders({ held, alphabet }: Harness, { start, threads }: Program): Holders {
  if (!held) return { held: () => undefined, sections: () => undefined, seen: () => {} };
  const holdings = new Holdings(held);
  holdings.begin(start as number);
  const now = threads.map(() => 0);
  return {
    held: () => (holdings.isSound ? [...now] : undefined),
    sections: () => undefined,
    seen({ first, outcome, call, thread }) {
      const called = alphabet.call(call);
      const before = holdings.heldBy(thread);
      if (first) holdings.calls(thread, called);
      if (!holdings.isSound) return;
      // What it needed and had not got it has taken from those of the start.
      if (first)
        now[thread] =
          Math.max(before, holdings.heldBy(thread) - amountsOf(called)!.gets) - amountsOf(called)!.puts;
      if (!outcome) return;
      holdings.returned(thread, called, outcome.result);
      now[thread] = holdings.heldBy(thread);
    },
  };
}
