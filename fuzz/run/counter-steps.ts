import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { Access, WordIndex } from './access.ts';
import { DONE, type MachineState } from './machine-state.ts';
import { applyToCell } from './tree-nodes.ts';

const { COUNT } = WordIndex;

/** Brings a machine to the start of a counter's program: the word holds its start, each thread is at its first op. */
export function startCounter(machine: MachineState): void {
  const { words, node, trees, threads, execution } = machine;
  const start = machine.program.start as number;
  words[COUNT] = start;
  execution.start = start;
  execution.final = start;
  execution.eventCount = 0;
  for (let thread = 0; thread < machine.threadCount; thread++) {
    const first = threads[thread]![0];
    if (first !== undefined) node[thread] = trees.root(first);
  }
}

/**
 * Makes the next access of a thread of a counter. The inner loop of fuzzing counters: one switch, two array look-ups, no
 * allocation, and nothing of what schemes need. The switch is that of `applyToCell`, written out: to call it made random
 * walks 3 to 20 % slower, depending on what V8 chose to inline.
 *
 * @returns as `Machine.step`
 */
export function stepCounter(machine: MachineState, thread: number): number {
  const { trees, words, execution } = machine;
  const node = machine.node[thread]!;
  const old = words[COUNT]!;
  let result = old;
  switch (trees.kind[node]) {
    case Access.LOAD:
      break;
    case Access.STORE:
      words[COUNT] = trees.a[node]!;
      result = 0;
      break;
    case Access.EXCHANGE:
      words[COUNT] = trees.a[node]!;
      break;
    case Access.FETCH_ADD:
      words[COUNT] = old + trees.a[node]!;
      break;
    case Access.FETCH_SUB:
      words[COUNT] = old - trees.a[node]!;
      break;
    case Access.COMPARE_EXCHANGE:
      if (old === trees.a[node]) words[COUNT] = trees.b[node]!;
      break;
    case Access.RETURN:
      break;
    case Access.FETCH_AND:
    case Access.FETCH_OR:
    case Access.FETCH_XOR:
      applyToCell(trees, node, words);
      break;
    default:
      throw new Error(`internal: thread ${thread} has no access to make`);
  }
  const position = machine.position[thread]!;
  const slot = thread * SLOTS_PER_THREAD + position;
  const calls = machine.threads[thread]!;
  if (trees.isRoot[node]) {
    execution.events[execution.eventCount++] = slot << 1;
    execution.calls[slot] = calls[position]!;
  }
  const child = trees.child(node, result);
  if (machine.listener) machine.listener.step(machine, thread, node, old, trees.outcome[child]!);
  if (trees.kind[child] !== Access.RETURN) {
    machine.node[thread] = child;
    return -1;
  }
  const outcome = trees.outcome[child]!;
  execution.outcomes[slot] = outcome;
  execution.events[execution.eventCount++] = (slot << 1) | 1;
  machine.position[thread] = position + 1;
  machine.node[thread] = position + 1 < calls.length ? trees.root(calls[position + 1]!) : DONE;
  execution.final = words[COUNT]!;
  return outcome;
}
