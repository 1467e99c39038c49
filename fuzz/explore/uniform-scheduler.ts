import { opCount, type Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { interleavingsOf, uniformBelow } from './interleavings.ts';
import { stateGraph } from './state-graph.ts';

/** Beyond these the graph costs more than the schedules drawn from it. */
const MOST_OPS = 7;
const MOST_STATES = 1_000;

/**
 * Every interleaving of one program is exactly as likely as any other. A random walk is not so: it favours those in
 * which threads end early. Of two threads with one and nine accesses it gives [0, 1, 1, …] half of the runs, though there
 * are ten interleavings. (Uniform sampling finds what needs one of many interleavings; PCT what needs a rare order.)
 *
 * @returns undefined when the program is too large for its interleavings to be counted
 */
export function uniformScheduler(machine: Machine, program: Program): Scheduler | undefined {
  if (opCount(program) > MOST_OPS) return undefined;
  const graph = stateGraph(machine, program, MOST_STATES);
  const interleavings = graph && interleavingsOf(graph);
  if (!interleavings) return undefined;
  let schedule: readonly number[] = [];
  let at = 0;
  return {
    name: 'uniform',
    begin(_, choices) {
      schedule = interleavings.unrank(uniformBelow(interleavings.count, choices));
      at = 0;
    },
    pick: () => schedule[at++] ?? -1,
  };
}
