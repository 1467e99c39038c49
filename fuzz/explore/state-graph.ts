import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { Explorer } from './explorer.ts';

/**
 * Everything that a program can do on one side: each state once, and each access that leads from one to another.
 * Numbers, not objects; the transitions of state `s` are `first[s]` to `first[s + 1] - 1`.
 */
export interface StateGraph {
  readonly program: Program;
  /** How many there are; state 0 is the start. */
  readonly states: number;
  readonly transitions: number;
  /** By state, and one more at the end: its first transition. Those of one state are in the order of their threads. */
  readonly first: Int32Array;
  /** By transition: the thread that made the access, and the state after it. */
  readonly thread: Uint8Array;
  readonly to: Int32Array;
  /** By transition: the slot of the op that it ended (see `Execution`) and its outcome's number, or -1. */
  readonly slot: Int16Array;
  readonly outcome: Int32Array;
  /** By state: the first word. */
  readonly word: Int32Array;
  /** By state: 1 where threads are left and none can go on. */
  readonly deadlocked: Uint8Array;
  /**
   * The states, each after all that lead to it; absent when some schedule can come back to where it was: a livelock.
   */
  readonly order: Int32Array | undefined;
}

/**
 * Explores a program and keeps all of it.
 *
 * @param limit the most states to visit
 * @param onEnd called for each state in which no thread can go on, the machine being in it
 * @returns undefined when there are more than `limit` states
 */
export function stateGraph(
  machine: Machine,
  program: Program,
  limit: number,
  onEnd: (state: number) => void = () => {},
): StateGraph | undefined {
  const first: number[] = [];
  const thread: number[] = [];
  const to: number[] = [];
  const slot: number[] = [];
  const outcome: number[] = [];
  const word: number[] = [];
  const deadlocked: number[] = [];
  const states = new Explorer(machine).explore(program, limit, {
    state(index, stuck) {
      if (stuck) onEnd(index);
      machine.execution.eventCount = 0;
      first.push(to.length);
      word.push(machine.words[0]!);
      deadlocked.push(stuck && !machine.isFinished() ? 1 : 0);
    },
    step(_, mover, op, ended) {
      const returned = mover < program.threads.length && machine.position[mover] !== op;
      slot.push(returned ? mover * SLOTS_PER_THREAD + op : -1);
      outcome.push(returned ? ended : -1);
      return true;
    },
    transition(_, mover, after) {
      thread.push(mover);
      to.push(after);
    },
  });
  if (states === undefined) return undefined;
  first.push(to.length);
  const edges = { first: Int32Array.from(first), to: Int32Array.from(to) };
  return {
    program,
    states,
    transitions: to.length,
    ...edges,
    thread: Uint8Array.from(thread),
    slot: Int16Array.from(slot),
    outcome: Int32Array.from(outcome),
    word: Int32Array.from(word),
    deadlocked: Uint8Array.from(deadlocked),
    order: topologicalOrder(states, edges),
  };
}

/** Kahn's algorithm (1962): a state comes when all that lead to it have come. @returns undefined when the graph has a circle */
function topologicalOrder(
  states: number,
  { first, to }: Pick<StateGraph, 'first' | 'to'>,
): Int32Array | undefined {
  const incoming = new Int32Array(states);
  for (const after of to) incoming[after]!++;
  const order = new Int32Array(states);
  let length = 0;
  if (incoming[0] === 0) order[length++] = 0;
  for (let at = 0; at < length; at++) {
    const state = order[at]!;
    for (let edge = first[state]!; edge < first[state + 1]!; edge++) {
      if (--incoming[to[edge]!]! === 0) order[length++] = to[edge]!;
    }
  }
  return length === states ? order : undefined;
}
