import type { Fault } from '../targets/subject/subject.ts';

/** Of the ways in which an op of C fails to return, those that say more about our bounds than about the op. */
const GIVEN_UP: ReadonlySet<unknown> = new Set<Fault>(['non-terminating', 'stack-overflow', 'out-of-memory']);

/**
 * Whether a result says that an op was stopped because it took too long, went too deep or wanted too much. Two sides that
 * were stopped so are not the same: what they would have done, nobody knows.
 */
export function isGivenUp(result: unknown): boolean {
  return GIVEN_UP.has(result);
}
