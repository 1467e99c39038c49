import type { Program } from '../../fuzz/program/program.ts';
import { Access } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { applyToCell } from '../../fuzz/run/tree-nodes.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import type { Branch } from './decision-trees.ts';
import { hasResult, type RecordedOp } from './recorded-ops.ts';

/** States looked at before giving up. The litmus test of a program with more would be too large to be read anyway. */
const STATES = 100_000;

/** The ops of a counter's program as far as they can go in any schedule. */
export interface EveryPath {
  /** By thread, then by op. A branch that is `cut` goes round a loop once more than the recorded schedule does. */
  readonly threads: readonly (readonly PathBranch[])[];
  /** Some addition or subtraction passes INT_MAX or INT_MIN in some schedule. */
  readonly wraps: boolean;
}

/** A branch of a tree that grows while states are visited: states share it, so each branch is made once. */
export interface PathBranch extends Branch {
  readonly next: Map<number, PathBranch>;
  cut?: true;
}

/**
 * A state of the search: the word, and for each thread which op it is in and where in that op's tree. `at` is the root
 * of the next op between two ops, and undefined behind the last.
 */
interface State {
  readonly value: number;
  readonly ops: readonly number[];
  readonly at: readonly PathBranch[];
}

/**
 * Runs a program under every schedule and notes which results lead where in each op. On one word, every value that a
 * weak memory can show some order of accesses shows as well, so these trees are complete for it.
 *
 * The search is depth first over (word, place of each thread): what a thread may read next depends on nothing else.
 * With `inc_not_zero | dec` from 1 the load of the first gives 1 or 0, so its tree gets both ways, whatever the
 * recorded run saw.
 *
 * @param ops the recorded run: compare-exchange loops are unrolled as deep as it goes
 * @returns undefined when there are too many states
 */
export function everyPath(
  trees: TransitionTrees,
  program: Program,
  ops: readonly RecordedOp[],
): EveryPath | undefined {
  const deepest = Math.max(...ops.map(({ steps }) => failures(trees, steps)));
  const root = (call: number): PathBranch => ({ node: trees.root(call), next: new Map() });
  const threads = program.threads.map((calls) => calls.map(root));
  const ids = new Map<PathBranch, number>();
  const idOf = (branch: PathBranch | undefined) => {
    if (!branch) return -1;
    if (!ids.has(branch)) ids.set(branch, ids.size);
    return ids.get(branch)!;
  };
  const cell = new Int32Array(1);
  const seen = new Set<string>();
  let wraps = false;
  const open: State[] = [];
  const add = (state: State) => {
    const key = `${state.value} ${state.ops} ${state.at.map(idOf)}`;
    if (seen.has(key)) return;
    seen.add(key);
    open.push(state);
  };
  add({ value: program.start as number, ops: threads.map(() => 0), at: threads.map((list) => list[0]!) });
  for (let state = open.pop(); state; state = open.pop()) {
    if (seen.size > STATES) return undefined;
    for (let thread = 0; thread < threads.length; thread++) {
      const op = state.ops[thread]!;
      const branch = state.at[thread]!;
      if (op >= threads[thread]!.length || branch.cut) continue;
      cell[0] = state.value;
      const result = applyToCell(trees, branch.node, cell);
      wraps ||= isWrapping(trees, branch.node, state.value);
      const child = childOf(trees, branch, hasResult(trees.kind[branch.node]!) ? result : 0, deepest);
      const ended = child.outcome !== undefined;
      add({
        value: cell[0],
        ops: ended ? state.ops.with(thread, op + 1) : state.ops,
        at: state.at.with(thread, ended ? threads[thread]![op + 1]! : child),
      });
    }
  }
  return { threads, wraps };
}

/**
 * How often each branch has gone round already. Failed compare-exchanges on the way to it; kept aside, so that the
 * branches that leave here have no such field.
 */
const rounds = new WeakMap<PathBranch, number>();

/** Makes a branch the first time its result is met. Accesses without a result pass 0 for it, so they have one way. */
function childOf(trees: TransitionTrees, branch: PathBranch, result: number, deepest: number): PathBranch {
  const known = branch.next.get(result);
  if (known) return known;
  const node = trees.child(branch.node, result);
  const child: PathBranch = { node, next: new Map() };
  if (trees.kind[node] === Access.RETURN) child.outcome = trees.outcomeOf(trees.outcome[node]!);
  else {
    const round = (rounds.get(branch) ?? 0) + Number(isFailed(trees, branch.node, result));
    rounds.set(child, round);
    if (round > deepest) child.cut = true;
  }
  branch.next.set(result, child);
  return child;
}

/** How often an op went round its loop: each failed compare-exchange is one round more. */
function failures(trees: TransitionTrees, steps: RecordedOp['steps']): number {
  return steps.filter(({ node, result }) => isFailed(trees, node, result)).length;
}

function isFailed(trees: TransitionTrees, node: number, result: number): boolean {
  return trees.kind[node] === Access.COMPARE_EXCHANGE && result !== trees.a[node];
}

/** In exact numbers: JavaScript adds two 32-bit values without loss. */
function isWrapping(trees: TransitionTrees, node: number, old: number): boolean {
  const kind = trees.kind[node]!;
  if (kind !== Access.FETCH_ADD && kind !== Access.FETCH_SUB) return false;
  const exact = kind === Access.FETCH_ADD ? old + trees.a[node]! : old - trees.a[node]!;
  return exact > INT_MAX || exact < INT_MIN;
}
