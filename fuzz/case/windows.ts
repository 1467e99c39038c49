import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { Access } from '../run/access.ts';
import type { AccessSeen } from '../run/trace.ts';

/** From the access on which an op decided that the count is bad to the store that corrects it. */
export interface Window {
  /** The access that decided, and where it and the correction stand in the run. */
  readonly opener: AccessSeen;
  /** Indices into the accesses of the run, as is `closed`. */
  readonly opened: number;
  readonly closed: number;
  /** The accesses of other threads between; at least one. */
  readonly intruders: readonly AccessSeen[];
}

/**
 * The windows of a run that another thread came into, in the order in which they were opened. An op that checks after
 * the fact corrects itself by a store that is its last access and not its first; so the window is from the access
 * before that store to the store:
 *
 *     thread 0   inc     fetchAdd INT_MAX → INT_MIN      opens
 *     thread 1   read                     INT_MIN        the intruder, who sees what never was a count
 *     thread 0   inc     store SATURATED                 closes
 */
export function windowsOf(accesses: readonly AccessSeen[]): Window[] {
  const windows: Window[] = [];
  for (const [closed, correction] of accesses.entries()) {
    // An op that only stores has no window; one that goes on after its store has not corrected but prepared something.
    if (correction.kind !== Access.STORE || correction.first || !correction.outcome) continue;
    const slot = slotOf(correction);
    const opened = accesses.findLastIndex((access, at) => at < closed && slotOf(access) === slot);
    const intruders = accesses.slice(opened + 1, closed);
    if (intruders.length > 0) windows.push({ opener: accesses[opened]!, opened, closed, intruders });
  }
  return windows.sort((one, other) => one.opened - other.opened);
}

/** A number for the op that an access belongs to: one for each place of a program, whatever call stands there. */
export function slotOf(access: AccessSeen): number {
  return access.thread * SLOTS_PER_THREAD + access.op;
}
