import type { Execution } from './linearizability.ts';
import type { RunSubject } from './oracle.ts';

/**
 * The ops of a run that returned, in the order in which they did, one after the other, for questions that need no
 * schedule. Every run of a campaign is asked, so one object goes through all of them and makes none for an op.
 *
 *     for (ops.begin(execution); ops.next(); ) if (ops.warned) …
 *
 *     events 0, 32, 33, 1      slot 0 begins, slot 16 begins and ends, slot 0 ends: slot 16, then slot 0
 */
export class CompletedOps {
  op = '';
  a = 0;
  b = 0;
  result: undefined | boolean | number;
  /** Whether it warned, or was stopped: it has nothing to say for itself then. */
  warned = false;
  readonly #subject: Pick<RunSubject, 'calls' | 'specification'>;
  #execution: Execution | undefined;
  #at = 0;

  constructor(subject: Pick<RunSubject, 'calls' | 'specification'>) {
    this.#subject = subject;
  }

  /** The run to go through, from its first op on. */
  begin(execution: Execution): void {
    this.#execution = execution;
    this.#at = 0;
  }

  /** Goes on to the next op. @returns false when there is none */
  next(): boolean {
    const { events, eventCount, calls, outcomes } = this.#execution!;
    while (this.#at < eventCount) {
      const event = events[this.#at++]!;
      if ((event & 1) === 0) continue;
      const { op, a, b } = this.#subject.calls.call(calls[event >> 1]!);
      const { result, warnings } = this.#subject.specification.outcomeOf(outcomes[event >> 1]!);
      const isStopped = typeof result === 'string';
      this.op = op;
      this.a = a;
      this.b = b;
      this.result = isStopped ? undefined : result;
      this.warned = isStopped || warnings.length > 0;
      return true;
    }
    return false;
  }
}
