import type { Program } from '../../fuzz/program/program.ts';
import { Access } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { applyToCell } from '../../fuzz/run/tree-nodes.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import type { Branch } from './decision-trees.ts';
import { hasResult, type RecordedOp } from './recorded-ops.ts';

/** States looked at before giving up. */
const STATES = 100_000;

/** The ops of a counter's program as far as they can go in any schedule. */
export interface EveryPath {
  /** By thread, then by op. A branch that is `cut` goes round a loop once more than the recorded schedule does. */
  readonly threads: readonly (readonly PathBranch[])[];
  /** Some addition or subtraction passes INT_MAX or INT_MIN in some schedule. */
  readonly wraps: boolean;
}

/** A branch of which all results that some schedule shows are followed. */
export interface PathBranch extends Branch {
  readonly next: Map<number, PathBranch>;
  /** How often the op has gone round its compare-exchange loop before this access. */
  readonly round: number;
  cut?: true;
}

/** A state of the search: the word, and for each thread which op it is in and where in that op's tree. */
interface State {
  readonly value: number;
  readonly ops: readonly number[];
  readonly at: readonly PathBranch[];
}

/**
 * Runs a program under every schedule and notes which results lead where in each op: bounded model checking, of which the
 * paths are kept. On one word, every value that a weak memory can show some order of accesses shows as well, so these
 * trees are complete for it.
 *
 * @param ops the recorded run: compare-exchange loops are unrolled as deep as it goes
 * @returns undefined when there are too many states
 */
export function everyPath(
  trees: TransitionTrees,
  program: Program,
  ops: readonly RecordedOp[],
): EveryPath | undefined {
  const search = new PathSearch(trees, program, Math.max(...ops.map(({ steps }) => failures(trees, steps))));
  return search.run() ? search : undefined;
}

/** A depth-first search through all states, in which one tree for each op of the program grows. */
class PathSearch implements EveryPath {
  readonly threads: readonly (readonly PathBranch[])[];
  wraps = false;
  readonly #trees: TransitionTrees;
  readonly #start: number;
  /** Rounds of a loop that are followed; the next one is cut. */
  readonly #deepest: number;
  /** Branches by number, for the keys of states. */
  readonly #ids = new Map<PathBranch, number>();
  readonly #seen = new Set<string>();
  readonly #open: State[] = [];

  constructor(trees: TransitionTrees, program: Program, deepest: number) {
    this.#trees = trees;
    this.#start = program.start as number;
    this.#deepest = deepest;
    const root = (call: number): PathBranch => ({ node: trees.root(call), next: new Map(), round: 0 });
    this.threads = program.threads.map((calls) => calls.map(root));
  }

  /** @returns whether all states were looked at */
  run(): boolean {
    const { threads } = this;
    this.#add({ value: this.#start, ops: threads.map(() => 0), at: threads.map((list) => list[0]!) });
    for (let state = this.#open.pop(); state; state = this.#open.pop()) {
      if (this.#seen.size > STATES) return false;
      for (let thread = 0; thread < threads.length; thread++) this.#step(state, thread);
    }
    return true;
  }

  #add(state: State): void {
    const key = `${state.value} ${state.ops} ${state.at.map((branch) => this.#idOf(branch))}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#open.push(state);
  }

  /** A thread that has no op left is at no branch. */
  #idOf(branch: PathBranch | undefined): number {
    if (!branch) return -1;
    if (!this.#ids.has(branch)) this.#ids.set(branch, this.#ids.size);
    return this.#ids.get(branch)!;
  }

  /** Adds the state after one more access of a thread, if it can make one. */
  #step(state: State, thread: number): void {
    const trees = this.#trees;
    const list = this.threads[thread]!;
    const op = state.ops[thread]!;
    const branch = state.at[thread]!;
    if (op >= list.length || branch.cut) return;
    const cell = new Int32Array([state.value]);
    const result = applyToCell(trees, branch.node, cell);
    this.wraps ||= isWrapping(trees, branch.node, state.value);
    const child = this.#childOf(branch, hasResult(trees.kind[branch.node]!) ? result : 0);
    const ended = child.outcome !== undefined;
    this.#add({
      value: cell[0]!,
      ops: ended ? state.ops.with(thread, op + 1) : state.ops,
      at: state.at.with(thread, ended ? list[op + 1]! : child),
    });
  }

  #childOf(branch: PathBranch, result: number): PathBranch {
    const known = branch.next.get(result);
    if (known) return known;
    const trees = this.#trees;
    const node = trees.child(branch.node, result);
    const round = branch.round + Number(isFailed(trees, branch.node, result));
    const child: PathBranch = { node, next: new Map(), round };
    if (trees.kind[node] === Access.RETURN) child.outcome = trees.outcomeOf(trees.outcome[node]!);
    else if (round > this.#deepest) child.cut = true;
    branch.next.set(result, child);
    return child;
  }
}

/** How often the recorded op went round its loop: a compare-exchange that fails is tried again. */
function failures(trees: TransitionTrees, steps: RecordedOp['steps']): number {
  return steps.filter(({ node, result }) => isFailed(trees, node, result)).length;
}

function isFailed(trees: TransitionTrees, node: number, result: number): boolean {
  return trees.kind[node] === Access.COMPARE_EXCHANGE && result !== trees.a[node];
}

/** herd7 computes with integers that do not wrap, so a sum outside of 32 bits would be another one there. */
function isWrapping(trees: TransitionTrees, node: number, old: number): boolean {
  const kind = trees.kind[node]!;
  if (kind !== Access.FETCH_ADD && kind !== Access.FETCH_SUB) return false;
  const exact = kind === Access.FETCH_ADD ? old + trees.a[node]! : old - trees.a[node]!;
  return exact > INT_MAX || exact < INT_MIN;
}
