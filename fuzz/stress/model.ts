import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { FAULTS, type Result } from '../../targets/subject/subject.ts';
import { cheapestPath } from '../explore/cheapest-path.ts';
import { type StateGraph, stateGraph } from '../explore/state-graph.ts';
import type { Program } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';
import type { ObservedOutcome } from './observed-outcomes.ts';

/** What an explorer knows of a program, to be held against what threads did. */
export class Model {
  readonly #trees: TransitionTrees;
  readonly #program: Program;
  /** Absent when there are too many states, or an op does not return. Made once, for all outcomes of the program. */
  readonly #graph: StateGraph | undefined;

  /** @param limit the most states */
  constructor(trees: TransitionTrees, program: Program, limit: number) {
    this.#trees = trees;
    this.#program = program;
    this.#graph = returns(() => stateGraph(new Machine(trees), program, limit));
  }

  /** Whether it can say of an outcome that no schedule has it. */
  get isComplete(): boolean {
    return this.#graph !== undefined;
  }

  /**
   * The cheapest schedule that ends with an outcome: fewest preemptions, then context switches, then accesses.
   *
   * @returns undefined when no schedule does, or, if the model is not complete, when that is not known
   */
  scheduleOf(outcome: ObservedOutcome): number[] | undefined {
    const graph = this.#graph;
    if (!graph) return undefined;
    const asked = askedFor(this.#trees, outcome);
    const allows = (edge: number) => {
      const slot = graph.slot[edge]!;
      return slot < 0 || asked(slot, graph.outcome[edge]!);
    };
    return cheapestPath(graph, allows, (state) => graph.word[state] === outcome.final);
  }

  /**
   * Whether indivisible ops, in some order that keeps that of each thread, have the same outcome: sequential consistency
   * (Lamport 1979) of ops. A race has no times of calls and returns, which linearizability would ask for. False also
   * where an op does not return.
   */
  isAtomic(outcome: ObservedOutcome): boolean {
    const asked = askedFor(this.#trees, outcome);
    return returns(() => inSomeOrder(this.#trees, this.#program, asked, outcome.final)) ?? false;
  }
}

/** Whether the op in a slot may end with a numbered outcome of the trees. */
type Asked = (slot: number, outcome: number) => boolean;

function askedFor(trees: TransitionTrees, { results, warnings }: ObservedOutcome): Asked {
  // By outcome and slot: the graph has each op's outcome on many edges. MAX_THREADS * SLOTS_PER_THREAD is 64.
  const known = new Map<number, boolean>();
  return (slot, outcome) => {
    const at = outcome * 64 + slot;
    let is = known.get(at);
    if (is === undefined) {
      const [thread, op] = [Math.floor(slot / SLOTS_PER_THREAD), slot % SLOTS_PER_THREAD];
      is = isSame(trees.outcomeOf(outcome), results[thread]![op], warnings[thread]![op]!);
      known.set(at, is);
    }
    return is;
  };
}

function isSame(modelled: OpOutcome, result: Result, warnings: readonly string[]): boolean {
  const texts = modelled.warnings.map(({ text }) => text);
  return (
    faultless(modelled.result as Result) === faultless(result) &&
    texts.length === warnings.length &&
    texts.every((text, at) => text === warnings[at])
  );
}

/** The interpreter and V8 name ways to fall over differently. Only whether an op comes to its end is the same for both. */
function faultless(result: Result): Result {
  if (typeof result !== 'string') return result;
  return result === 'non-terminating' ? 'non-terminating' : FAULTS[1];
}

/**
 * Depth first over (how far each thread is, the word), each visited once. Of `0: inc | read`, asked for void
 * and 1:
 *
 *     0,0  0            inc gives 0xC0000000 and void, as asked
 *     1,0  0xC0000000   read gives 0xC0000000, and not 1
 *     0,0  0            read gives 0, and not 1: no order has it
 */
function inSomeOrder(
  trees: TransitionTrees,
  { start, threads }: Program,
  asked: Asked,
  final: number,
): boolean {
  const seen = new Set<string>();
  const from = (positions: readonly number[], value: number): boolean => {
    const state = `${positions} ${value}`;
    if (seen.has(state)) return false;
    seen.add(state);
    let isEnd = true;
    for (const [thread, calls] of threads.entries()) {
      const call = calls[positions[thread]!];
      if (call === undefined) continue;
      isEnd = false;
      const done = trees.specification.atomically(call, value);
      if (!asked(thread * SLOTS_PER_THREAD + positions[thread]!, trees.specification.atomicOutcome(done)))
        continue;
      if (from(positions.with(thread, positions[thread]! + 1), trees.specification.atomicValue(done)))
        return true;
    }
    return isEnd && value === final;
  };
  return from(
    threads.map(() => 0),
    start as number,
  );
}
