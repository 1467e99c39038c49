import type { Host } from '../workers/host.ts';

/** Milliseconds by which a session may always outlast its time. */
const LEAST_OVERRUN = 2000;
/**
 * Milliseconds by which it outlasts the wish of a user who ends it: less, as the process is ended on the spot soon after,
 * and on a busy machine everything comes late.
 */
export const USER_OVERRUN = 1500;
/** The part of its time by which a longer one may. */
const SHARE = 10;
/** The parts of an overrun after which what is under way is given up, and after which its threads are ended. */
const GIVEN_UP = 0.4;
const ABANDONED = 0.6;
/**
 * The part that a session may always search for, whatever came before it: where compiling took all of the time, most
 * defects still show in the first tenths of a second. By no more than ABANDONED does it outlast its time so.
 */
const LOOK = 0.25;
/** The parts that are left between the steps where one comes late. */
const STEPS = { giveUp: 0.05, abandon: 0.15 };

/** What ends a session, from the gentlest to the last. */
export interface Ends {
  /** No new work, but what was met is made a case. */
  stop(): void;
  /** What is under way is given up, and stored as it is. */
  giveUp(): void;
  /** Threads that have not heard of it are ended. */
  abandon(): void;
}

/**
 * How long a session may outlast its time.
 *
 *     3 s, 60 s     2 s, 6 s
 *
 * @param time milliseconds
 */
export function overrunOf(time: number): number {
  return Math.max(LEAST_OVERRUN, time / SHARE);
}

/** Milliseconds of an overrun after which what is under way is given up. */
export function givenUpAfter(overrun: number): number {
  return GIVEN_UP * overrun;
}

/**
 * Ends a session in three steps, so that it is over before its overrun is. The rest of that is for the summary, which
 * tells causes.
 *
 *     0 ─────────── time ─────────── + 2/5 overrun ─── + 3/5 ─── + overrun
 *       searches    stop: minimises  giveUp: stores    abandon   over, summary and all
 *
 * @param left milliseconds until its time is over, less than 0 where it is; Infinity: never
 * @param overrun milliseconds
 * @param isLate whether it has only just begun, and is to have a look first
 * @returns what calls off each step
 */
export function endInTime(
  host: Host,
  left: number,
  overrun: number,
  ends: Ends,
  isLate = false,
): (() => void)[] {
  const look = Math.min(LOOK * overrun, left + ABANDONED * overrun);
  const stop = Math.max(0, left, isLate ? look : 0);
  const giveUp = Math.max(left + givenUpAfter(overrun), isLate ? stop + STEPS.giveUp * overrun : 0);
  const abandon = Math.max(left + ABANDONED * overrun, isLate ? stop + STEPS.abandon * overrun : 0);
  return [
    host.after(stop, () => ends.stop()),
    host.after(Math.max(0, giveUp), () => ends.giveUp()),
    host.after(Math.max(0, abandon), () => ends.abandon()),
  ];
}
