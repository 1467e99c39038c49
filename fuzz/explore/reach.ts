import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { Machine } from '../machine.ts';
import type { Program } from '../program.ts';
import type { OpOutcome, TransitionTrees } from '../transition-trees.ts';
import { StateSet } from './state-set.ts';

/**
 * Whether a counter can run a program so that every op has the outcome given and the word its final value, in
 * some schedule. A search over states, cut off wherever an op ends otherwise, so it stays small also where the
 * program has very many outcomes.
 *
 * @param outcomeAt what the op in a slot is to return and warn
 * @returns undefined when more than `limit` states had to be visited
 */
export function canProduce(
  trees: TransitionTrees,
  program: Program,
  outcomeAt: (slot: number) => OpOutcome,
  final: number,
  limit = 200_000,
): boolean | undefined {
  const machine = new Machine(trees);
  machine.start(program);
  const states = new StateSet(machine.state.length);
  // Depth first: where the outcome can be had, a witness is usually near.
  const open = [states.add(machine.state)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (states.size > limit) return undefined;
    for (let thread = 0; thread < program.threads.length; thread++) {
      states.copyTo(at, machine.state);
      if (!machine.isEnabled(thread)) continue;
      const position = machine.position[thread]!;
      machine.execution.eventCount = 0;
      machine.step(thread);
      if (machine.position[thread] !== position) {
        const had = trees.outcomeOf(machine.lastOutcome);
        if (!sameOutcome(had, outcomeAt(thread * SLOTS_PER_THREAD + position))) continue;
        if (machine.isFinished() && machine.words[0] === final) return true;
      }
      const state = states.add(machine.state);
      if (states.added) open.push(state);
    }
  }
  return false;
}

function sameOutcome(one: OpOutcome, other: OpOutcome): boolean {
  return (
    one.result === other.result &&
    one.warnings.map(({ text }) => text).join('\n') === other.warnings.map(({ text }) => text).join('\n')
  );
}
