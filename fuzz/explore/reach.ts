import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { Program } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';
import { StateSet } from './state-set.ts';

/** Beyond this many states the question is left undecided. */
const STATE_LIMIT = 200_000;

/** A set of more states is let go. */
const KEPT = 20_000;

/** Whether some schedule ends as asked. `undecided`: more states would have to be visited than the limit allows. */
export type Possibility = 'possible' | 'impossible' | 'undecided';

/** What an op is to come to. */
export interface WantedOutcome {
  readonly result: OpOutcome['result'];
  /** Absent: whatever it warns. */
  readonly warnings: OpOutcome['warnings'] | undefined;
}

/** What ops are to come to, by slot, and what is to be in the word at the end; what is left out may be anything. */
export interface Wanted {
  /** By slot: see `Execution`. */
  readonly wanted: ReadonlyMap<number, WantedOutcome>;
  readonly final?: number;
}

/**
 * Whether a counter can run a program so that every op has the outcome given and the word its final value, in
 * some schedule.
 *
 * @param outcomeAt what the op in a slot is to return and warn
 * @param final what the word is to hold
 */
export function canProduce(
  trees: TransitionTrees,
  program: Program,
  outcomeAt: (slot: number) => OpOutcome,
  final: number,
): Possibility {
  const slots = program.threads.flatMap((ops, thread) => ops.map((_, op) => thread * SLOTS_PER_THREAD + op));
  return canEnd(trees, program, { wanted: new Map(slots.map((slot) => [slot, outcomeAt(slot)])), final });
}

/**
 * The same for some of the ops. A search over states, cut off wherever an op ends otherwise, so it stays small also
 * where the program has very many outcomes.
 */
export function canEnd(trees: TransitionTrees, program: Program, { wanted, final }: Wanted): Possibility {
  const { machine, states } = roomOf(trees);
  machine.start(program);
  states.clear(machine.state.length);
  // Depth first: where the outcome can be had, a witness is usually near.
  const open = [states.add(machine.state)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (states.size > STATE_LIMIT) return 'undecided';
    for (let thread = 0; thread < program.threads.length; thread++) {
      states.copyTo(at, machine.state);
      if (!machine.isEnabled(thread)) continue;
      const slot = thread * SLOTS_PER_THREAD + machine.position[thread]!;
      machine.execution.eventCount = 0;
      const outcome = machine.step(thread);
      if (outcome >= 0) {
        const asked = wanted.get(slot);
        if (asked && !isAsked(trees.outcomeOf(outcome), asked)) continue;
        if (machine.isFinished() && (final === undefined || machine.words[0] === final)) return 'possible';
      }
      const known = states.size;
      const state = states.add(machine.state);
      if (state === known) open.push(state);
    }
  }
  return 'impossible';
}

/** Where a question is worked out. To make it anew costs as much as to answer a small one. */
interface Room {
  readonly machine: Machine;
  readonly states: StateSet;
}

const ROOMS = new WeakMap<TransitionTrees, Room>();

/** Of one side: its last question is over when it is asked the next one, so nobody else is in there. */
function roomOf(trees: TransitionTrees): Room {
  const known = ROOMS.get(trees);
  // What a large question needed is not kept.
  if (known && known.states.size <= KEPT) return known;
  const made = { machine: new Machine(trees), states: new StateSet(1) };
  ROOMS.set(trees, made);
  return made;
}

function isAsked(had: OpOutcome, { result, warnings }: WantedOutcome): boolean {
  if (had.result !== result) return false;
  if (warnings === undefined) return true;
  return (
    had.warnings.length === warnings.length &&
    had.warnings.every(({ text }, at) => text === warnings[at]!.text)
  );
}
