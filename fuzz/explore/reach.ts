import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { Program } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';
import { StateSet } from './state-set.ts';

/** What an op is to come to. */
export interface WantedOutcome {
  readonly result: OpOutcome['result'];
  /** Absent: whatever it warns. */
  readonly warnings: OpOutcome['warnings'] | undefined;
}

/** What ops are to come to, by slot, and what is to be in the word at the end; what is left out may be anything. */
export interface Wanted {
  readonly wanted: ReadonlyMap<number, WantedOutcome>;
  readonly final?: number;
}

/**
 * Whether a counter can run a program so that every op has the outcome given and the word its final value, in
 * some schedule.
 *
 * @param outcomeAt what the op in a slot is to return and warn
 * @returns undefined when more than `limit` states had to be visited
 */
export function canProduce(
  trees: TransitionTrees,
  program: Program,
  outcomeAt: (slot: number) => OpOutcome,
  final: number,
  limit = STATE_LIMIT,
): boolean | undefined {
  const slots = program.threads.flatMap((ops, thread) => ops.map((_, op) => thread * SLOTS_PER_THREAD + op));
  return canEnd(
    trees,
    program,
    { wanted: new Map(slots.map((slot) => [slot, outcomeAt(slot)])), final },
    limit,
  );
}

const STATE_LIMIT = 200_000;

/**
 * The same for some of the ops. A search over states, cut off wherever an op ends otherwise, so it stays small also
 * where the program has very many outcomes.
 */
export function canEnd(
  trees: TransitionTrees,
  program: Program,
  { wanted, final }: Wanted,
  limit = STATE_LIMIT,
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
      const outcome = machine.step(thread);
      if (outcome >= 0) {
        const had = trees.outcomeOf(outcome);
        const asked = wanted.get(thread * SLOTS_PER_THREAD + position);
        if (asked && !isAsked(had, asked)) continue;
        if (machine.isFinished() && (final === undefined || machine.words[0] === final)) return true;
      }
      const known = states.size;
      const state = states.add(machine.state);
      if (state === known) open.push(state);
    }
  }
  return false;
}

function isAsked(had: OpOutcome, { result, warnings }: WantedOutcome): boolean {
  if (had.result !== result) return false;
  const texts = (of: OpOutcome['warnings']) => of.map(({ text }) => text).join('\n');
  return warnings === undefined || texts(had.warnings) === texts(warnings);
}
