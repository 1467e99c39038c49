import { Access, HAS_ONE_RESULT, IS_OF_LOCK, IS_PLAIN } from './access.ts';
import { waitsForWord } from './awaits.ts';
import { accessLock } from './lock-access.ts';
import type { TransitionTrees } from './transition-trees.ts';
import { applyToWord } from './wide-words.ts';

/** The thread that runs an op with nobody else about. Locks that others have are noted as some other's. */
export const ALONE = 0;

/** Whether an op that runs alone waits at a node: for a lock, or for a value that nobody brings about. */
export function waitsAlone(trees: TransitionTrees, node: number, cells: Int32Array): boolean {
  return waitsForWord(trees, node, cells);
}

/**
 * Words of 64 bits whose lower halves have been set become the same numbers. Those who try counts know numbers of 32 bits.
 */
export function extendSigns({ layout }: TransitionTrees, cells: Int32Array): void {
  for (const { low, high } of layout?.wide?.values() ?? [])
    if (!layout!.owners?.has(low)) cells[high] = cells[low]! < 0 ? -1 : 0;
}

/**
 * Makes the access of a node for an op that runs alone, as far as it is one of a word, plain or a lock. Whoever asks what an
 * op does by itself (causes, coverage, leaks) has his own way with frees, callbacks and RCU; words are the same to all.
 *
 * @param cells the words as they lie in a machine's state
 * @param idle what a check of the idle note says
 * @returns its result; 0 where there is none
 */
export function accessAlone(trees: TransitionTrees, node: number, cells: Int32Array, idle = 0): number {
  const kind = trees.kind[node]!;
  if (kind === Access.IDLE_CHECK) return idle;
  if (IS_PLAIN[kind]) {
    const result = applyToWord(trees, node, cells);
    return HAS_ONE_RESULT[kind] ? 0 : result;
  }
  // It is run by some thread; the first will do.
  if (kind === Access.LOAD_OWN) return cells[trees.word[node]! + ALONE]!;
  if (kind === Access.STORE_OWN) cells[trees.word[node]! + ALONE] = trees.a[node]!;
  if (!IS_OF_LOCK[kind]) return 0;
  return accessLock(trees, node, cells, ALONE).result;
}
