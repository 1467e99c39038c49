import type { Execution } from './linearizability.ts';
import type { RunSubject } from './oracle.ts';

/** An op that ran to its end, for questions that need no schedule. */
export interface Completed {
  readonly op: string;
  readonly a: number;
  readonly b: number;
  readonly result: undefined | boolean | number;
  /** Whether it warned, or was stopped: it has nothing to say for itself then. */
  readonly warned: boolean;
}

/**
 * The ops of a run that returned, in the order in which they did.
 *
 *     events 0, 32, 33, 1      slot 0 begins, slot 16 begins and ends, slot 0 ends: yields slot 16, then slot 0
 */
export function* completedOps(
  { calls, specification }: Pick<RunSubject, 'calls' | 'specification'>,
  { events, eventCount, calls: called, outcomes }: Execution,
): Generator<Completed> {
  for (let at = 0; at < eventCount; at++) {
    const event = events[at]!;
    if ((event & 1) === 0) continue;
    const { op, a, b } = calls.call(called[event >> 1]!);
    const { result, warnings } = specification.outcomeOf(outcomes[event >> 1]!);
    const isStopped = typeof result === 'string';
    yield { op, a, b, result: isStopped ? undefined : result, warned: isStopped || warnings.length > 0 };
  }
}
