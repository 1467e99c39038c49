import type { OpEnd, Specification } from '../../oracles/execution.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access } from './access.ts';
import { runWhole } from './long-op.ts';
import { MOST_ACCESSES, NonTerminatingOp } from './non-terminating.ts';
import type { OpOutcomes } from './op-outcomes.ts';
import { applyToCell, type TreeNodes } from './tree-nodes.ts';

/** An op that makes more accesses is run once as a whole, and not along its tree. Ops of the kernel make a handful. */
const LONG = 128;

/** The trees of a counter, as far as one op after another needs them. */
interface Trees extends Pick<TreeNodes, 'kind' | 'a' | 'b' | 'outcome'> {
  readonly subject: Subject;
  readonly alphabet: Alphabet;
  readonly outcomes: OpOutcomes;
  readonly generation: number;
  root(call: number): number;
  outcomeOf(outcome: number): OpEnd;
  child(node: number, result: number): number;
}

/**
 * The atomic specification of a counter: what each of its ops does when nothing can come between its accesses. Every
 * oracle that asks whether ops look indivisible asks it, and so does lockstep.
 *
 * An op on a word that nobody else touches is a function of the call and the old value, so each pair is run once, along
 * its tree, and is one look-up ever after. Counters only: the state of a scheme is more than a word.
 */
export class AtomicSpecification implements Specification {
  readonly #trees: Trees;
  /** By call and old value: the index of what came of it. */
  readonly #known = new PairMap(4096);
  readonly #outcomes: number[] = [];
  readonly #values: number[] = [];

  constructor(trees: Trees) {
    this.#trees = trees;
  }

  /** By outcome: its result without its warnings. */
  get resultId(): Int32Array {
    return this.#trees.outcomes.resultId;
  }

  /** See `Specification`: the trees number outcomes, and forget them. */
  get generation(): number {
    return this.#trees.generation;
  }

  /** What an op with this outcome gave its caller. */
  outcomeOf(outcome: number): OpEnd {
    return this.#trees.outcomeOf(outcome);
  }

  /** Forgets all runs. Their indices, and the numbers of their outcomes, mean nothing any more. */
  clear(): void {
    this.#known.clear();
    this.#outcomes.length = 0;
    this.#values.length = 0;
  }

  /**
   * Runs an op, all accesses at once, on a counter at `value`.
   *
   * @returns an index for `atomicOutcome` and `atomicValue`
   * @throws NonTerminatingOp
   */
  atomically(call: number, value: number): number {
    const known = this.#known.get(call, value);
    return known >= 0 ? known : this.#run(call, value);
  }

  /** The number of the outcome that the op had. */
  atomicOutcome(index: number): number {
    return this.#outcomes[index]!;
  }

  /** The value that the op left in the word. */
  atomicValue(index: number): number {
    return this.#values[index]!;
  }

  /**
   * Follows the op's tree to a return. In a loop the tree is a circle, and nothing changes the word from outside, so an
   * op that comes back to a node with the same value goes round for ever. To remember every (node, value) would cost all
   * ops that return; instead one of them is marked after MOST_ACCESSES, and the op has as many again to come back to it.
   */
  #run(call: number, start: number): number {
    const trees = this.#trees;
    const cell = new Int32Array([start]);
    let node = trees.root(call);
    let marked = -1;
    let valueThere = 0;
    for (let accesses = 0; trees.kind[node] !== Access.RETURN; accesses++) {
      const isBack = node === marked && cell[0] === valueThere;
      if (isBack || accesses === 2 * MOST_ACCESSES) {
        throw new NonTerminatingOp(`${trees.alphabet.format(call)} on ${formatValue(start)}`, isBack);
      }
      if (accesses === LONG && trees.subject.kind === 'counter') {
        const whole = runWhole(trees.subject, call, trees.alphabet, start, MOST_ACCESSES * 2);
        if (whole) return this.#add(call, start, trees.outcomes.add(whole.outcome), whole.value);
      }
      if (accesses === MOST_ACCESSES) {
        marked = node;
        valueThere = cell[0]!;
      }
      node = trees.child(node, applyToCell(trees, node, cell));
    }
    return this.#add(call, start, trees.outcome[node]!, cell[0]!);
  }

  #add(call: number, start: number, outcome: number, value: number): number {
    const index = this.#outcomes.push(outcome) - 1;
    this.#values.push(value);
    this.#known.set(call, start, index);
    return index;
  }
}
