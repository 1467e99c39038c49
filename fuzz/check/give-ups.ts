import type { Fault } from '../../targets/subject/subject.ts';
import { stateGraph } from '../explore/state-graph.ts';
import type { Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';

/** Faults that say nothing of the op but that it was stopped: what it would have done, nobody knows. */
const GAVE_UP: readonly unknown[] = [
  'non-terminating',
  'stack-overflow',
  'out-of-memory',
] satisfies readonly Fault[];

/**
 * Whether both counters were stopped somewhere in a program. They look the same then, and need not be: two ops that both
 * exceed the fuel may do different things with more of it. Where one side alone is stopped, that is a difference.
 */
export class GiveUps {
  readonly #sides: readonly StoppedCalls[] | undefined;

  /** @param harness with the ideal counter, which is never stopped, the answer is always no */
  constructor({ reference, subject }: Harness) {
    this.#sides = reference && [new StoppedCalls(reference), new StoppedCalls(subject)];
  }

  /**
   * Call it after the program was decided: only then are the trees grown that are looked at first.
   *
   * @param limit the most states of a side; beyond it, a call that is ever stopped counts as stopped here
   */
  inBoth(program: Program, limit: number): boolean {
    return this.#sides?.every((side) => side.isStoppedIn(program, limit)) ?? false;
  }
}

/** The calls of one side that were stopped in some program so far. */
class StoppedCalls {
  readonly #trees: TransitionTrees;
  readonly #calls = new Set<number>();
  #generation = 0;
  /** How many nodes of the trees have been looked at. */
  #looked = 0;

  constructor(trees: TransitionTrees) {
    this.#trees = trees;
  }

  /** The trees hold every op that any program has run: nearly always they show at once that none was stopped. */
  isStoppedIn(program: Program, limit: number): boolean {
    this.#look();
    const trees = this.#trees;
    if (!program.threads.some((calls) => calls.some((call) => this.#calls.has(call)))) return false;
    const graph = stateGraph(new Machine(trees), program, limit);
    return graph === undefined || graph.outcome.some((id) => id >= 0 && gaveUp(trees, id));
  }

  #look(): void {
    const trees = this.#trees;
    if (this.#generation !== trees.generation) {
      this.#generation = trees.generation;
      this.#looked = 0;
    }
    for (; this.#looked < trees.size; this.#looked++) {
      const node = this.#looked;
      if (trees.kind[node] === Access.RETURN && gaveUp(trees, trees.outcome[node]!))
        this.#calls.add(trees.callOf(node));
    }
  }
}

function gaveUp(trees: TransitionTrees, outcome: number): boolean {
  return GAVE_UP.includes(trees.outcomeOf(outcome).result);
}
