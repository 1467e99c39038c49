import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { codeOf, withCode } from './op-results.ts';
import type { Holds } from './scheme-holds.ts';
import { heldBy } from './scheme-words.ts';

const VOID = codeOf('void');

/**
 * Which op each thread of a scheme's program calls next. It depends on what the thread holds: ops that it cannot call are
 * void, and where holds change hands it may wait for one.
 */
export class SchemeCalls {
  readonly #machine: MachineState;
  readonly #scheme: Scheme;
  readonly #holds: Holds | undefined;
  /** By call: the role of its op. Filled as calls are met. */
  readonly #roles: SchemeOp['role'][] = [];

  /** @param holds absent where a thread's holds are all alike, and stay with it */
  constructor(machine: MachineState, scheme: Scheme, holds: Holds | undefined) {
    this.#machine = machine;
    this.#scheme = scheme;
    this.#holds = holds;
  }

  /** Brings every thread to its first op. */
  start(): void {
    for (let thread = 0; thread < this.#machine.threadCount; thread++) this.#begin(thread);
    if (this.#holds?.hasHandOvers) this.#endVainWaits(this.#holds);
  }

  /** The thread's present op has come to `code`, and the thread goes on to its next. */
  end(thread: number, code: number): void {
    this.#record(thread, code);
    this.#begin(thread);
    if (this.#holds?.hasHandOvers) this.#endVainWaits(this.#holds);
  }

  /** The role of the op that a thread is at. */
  roleOf(thread: number): SchemeOp['role'] {
    const call = this.callOf(thread);
    return this.#roles[call] ?? this.#learnRole(call);
  }

  /** The op that a thread is at, with its arguments: a number of the alphabet. */
  callOf(thread: number): number {
    const { threads, position } = this.#machine;
    return threads[thread]![position[thread]!]!;
  }

  /** Goes to the thread's next op that it can call: a put or use by a thread that holds nothing is void. */
  #begin(thread: number): void {
    const { words, node, position, trees, threads } = this.#machine;
    const calls = threads[thread]!;
    if (this.#holds) {
      this.#beginOrWait(this.#holds, thread);
      return;
    }
    for (; position[thread]! < calls.length; this.#record(thread, VOID)) {
      const role = this.roleOf(thread);
      if (heldBy(words, thread) > 0 || (role !== 'put' && role !== 'use')) {
        node[thread] = trees.root(calls[position[thread]!]!);
        return;
      }
    }
    node[thread] = DONE;
  }

  /** The same where holds are of several kinds, or change hands: then who has none may wait for one. */
  #beginOrWait(holds: Holds, thread: number): void {
    const { node, position, trees, threads } = this.#machine;
    const calls = threads[thread]!;
    for (; position[thread]! < calls.length; this.#record(thread, VOID)) {
      const call = calls[position[thread]!]!;
      const canCall = holds.canCall(thread, call);
      if (!canCall && !holds.hasHandOvers) continue;
      node[thread] = canCall ? trees.root(call) : trees.takeOver(call);
      return;
    }
    node[thread] = DONE;
  }

  /**
   * What nobody can hand over any more is not waited for: the op is void. Then the next op of its thread may wait in vain as
   * well, so it is asked until nobody does; each time some thread is an op further, so that comes to an end.
   */
  #endVainWaits(holds: Holds): void {
    for (let vain = holds.vainWaiters(); vain.length > 0; vain = holds.vainWaiters()) {
      for (const thread of vain) {
        this.#record(thread, VOID);
        this.#beginOrWait(holds, thread);
      }
    }
  }

  /** Notes what the thread's present op has come to, and goes on to its next. */
  #record(thread: number, code: number): void {
    const { results, position } = this.#machine;
    results[thread] = withCode(results[thread]!, position[thread]!, code);
    position[thread]!++;
  }

  #learnRole(call: number): SchemeOp['role'] {
    const { role } = this.#scheme.ops[this.#machine.trees.alphabet.call(call).op]!;
    this.#roles[call] = role;
    return role;
  }
}
