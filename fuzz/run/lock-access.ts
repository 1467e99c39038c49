import { Access } from './access.ts';
import { ownerCell, sequenceOf } from './lock-cells.ts';
import { lockStep } from './scheme-locks.ts';
import type { TransitionTrees } from './transition-trees.ts';

/** What an access of a lock came to. Of one that cannot be made nothing is said: who waits makes none. */
export interface LockAccess {
  readonly result: number;
  /** Whether the thread had what it gave up. */
  readonly isBalanced: boolean;
}

/**
 * Makes the access of a node, which is one of a lock, for a thread that can make it.
 *
 * A writer counts the sequence up as he takes the lock and as he gives it up, so it is odd while he is at work. Who takes the
 * same lock without being a writer leaves it as it is: readers who retry do not see him, as in the kernel.
 *
 * @throws InputError where it shares the lock too often, or the lock lacks a sequence
 */
export function accessLock(
  { kind, word, layout }: Pick<TransitionTrees, 'kind' | 'word' | 'layout'>,
  node: number,
  words: Int32Array,
  thread: number,
): LockAccess {
  const lock = word[node]!;
  const what = kind[node]!;
  if (what === Access.SEQ_BEGIN || what === Access.SEQ_READ)
    return { result: words[sequenceOf(layout, lock)]!, isBalanced: true };
  const owner = ownerCell(layout, lock);
  const { value, result, isBalanced } = lockStep(what, words[owner]!, thread);
  words[owner] = value;
  if (owner !== lock) words[lock] = value === 0 ? 0 : 1;
  if (what === Access.SEQ_LOCK || what === Access.SEQ_UNLOCK) words[sequenceOf(layout, lock)]!++;
  return { result, isBalanced };
}
