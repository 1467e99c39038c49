import { Access, WordIndex } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';

/** More steps than a loop of compare-exchange takes that nobody disturbs: a load, and a try that succeeds. */
const MOST_STEPS = 8;
/** A loop that comes back to where it was has few places; what has more is followed no further. */
const MOST_PLACES = 64;

/** What one side has met at a node: results, and the nodes that come after, in turn. */
export type Met = readonly number[];

/** A side, and what the count of it is called there that the other side has as `value`. */
export interface LoopSide {
  readonly trees: TransitionTrees;
  /** The count as this side has it. */
  readonly moved: (value: number) => number;
}

/**
 * Whether a loop of compare-exchange changes the count as one read-modify-write does, for every value that the one of them that was
 * run has met: loads between two changes of a loop are seen by nobody.
 *
 *     fetch_add(1), has met 1 and 2            load → 1 · cmpxchg(1, 2)      load → 2 · cmpxchg(2, 3)
 *     load → 0 · gives up                      no matter: 0 was never met where the thread stands
 *
 * A run of the loop without its loads and the tries that fail is a run of the read-modify-write, as the count has been met by it at
 * every moment at which its thread stood there; and a read-modify-write is the loop that nobody disturbs. That holds of runs
 * in which nothing befalls the object: a load of one that is freed would be a fact of its own.
 */

/**
 * A loop in the place of a read-modify-write that has been run.
 *
 * @param met by the read-modify-write at `node` @returns pairs of nodes that come after; undefined where it does something else
 */
export function loopInPlaceOf(
  one: TransitionTrees,
  node: number,
  met: Met,
  { trees, moved }: LoopSide,
  loop: number,
): [number, number][] | undefined {
  const delta = deltaOf(one, node);
  if (delta === undefined || !isLoopAccess(trees, loop)) return undefined;
  const after: [number, number][] = [];
  const open = [loop];
  const seen = new Set(open);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (!isLoopAccess(trees, at) || seen.size > MOST_PLACES) return undefined;
    for (let step = 0; step < met.length; step += 2) {
      const value = moved(met[step]!);
      if (!succeeds(trees, at, value)) return undefined;
      const child = trees.child(at, value);
      if (trees.kind[at] === Access.COMPARE_EXCHANGE && trees.a[at] === value) {
        if (trees.b[at] !== ((value + delta) | 0)) return undefined;
        after.push([met[step + 1]!, child]);
      } else if (!seen.has(child)) {
        seen.add(child);
        open.push(child);
      }
    }
  }
  return after;
}

/**
 * A read-modify-write in the place of a loop that has been run.
 *
 * @param steps what the loop's side has met at a node @param loop where it begins @param other node of the read-modify-write
 * @returns as `loopInPlaceOf`
 */
export function insteadOfLoop(
  one: TransitionTrees,
  steps: (node: number) => Met,
  loop: number,
  { trees, moved }: LoopSide,
  other: number,
): [number, number][] | undefined {
  const delta = deltaOf(trees, other);
  if (delta === undefined || !isLoopAccess(one, loop)) return undefined;
  const after: [number, number][] = [];
  const open = [loop];
  const seen = new Set(open);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (!isLoopAccess(one, at) || seen.size > MOST_PLACES) return undefined;
    const met = steps(at);
    for (let step = 0; step < met.length; step += 2) {
      const [value, child] = [met[step]!, met[step + 1]!];
      if (!succeeds(one, at, value)) return undefined;
      if (one.kind[at] === Access.COMPARE_EXCHANGE && one.a[at] === value) {
        if (one.b[at] !== ((value + delta) | 0)) return undefined;
        after.push([child, trees.child(other, moved(value))]);
      } else if (!seen.has(child)) {
        seen.add(child);
        open.push(child);
      }
    }
  }
  return after;
}

/** Whether a loop comes to its end from a node, where the count stays as it is. */
function succeeds(trees: TransitionTrees, node: number, value: number): boolean {
  let at = node;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (!isLoopAccess(trees, at)) return false;
    if (trees.kind[at] === Access.COMPARE_EXCHANGE && trees.a[at] === value) return true;
    at = trees.child(at, value);
  }
  return false;
}

/** A load or a try of the count. */
function isLoopAccess({ kind, word }: TransitionTrees, node: number): boolean {
  const isOfLoop = kind[node] === Access.LOAD || kind[node] === Access.COMPARE_EXCHANGE;
  return isOfLoop && word[node] === WordIndex.COUNT;
}

/** What a read-modify-write adds to the count; undefined for any other access. */
function deltaOf({ kind, word, a }: TransitionTrees, node: number): number | undefined {
  if (word[node] !== WordIndex.COUNT) return undefined;
  if (kind[node] === Access.FETCH_ADD) return a[node]!;
  return kind[node] === Access.FETCH_SUB ? -a[node]! : undefined;
}
