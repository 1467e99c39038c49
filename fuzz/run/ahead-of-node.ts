import { type Ahead, May, NOTHING_AHEAD } from '../weak/ahead.ts';
import { FENCE_BITS, isFullFence } from '../../targets/subject/word.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, IS_SUM } from './access.ts';
import type { OrderShape } from './order-cells.ts';
import type { TransitionTrees } from './transition-trees.ts';

type Some = { -readonly [Key in keyof Ahead]: Ahead[Key] };

/** Carriers that are no word of the scheme, by number: see `OrderShape`. */
export interface Beside {
  readonly called: number;
  readonly left: number;
  readonly noted: number;
  readonly handed: number;
  readonly global: number;
}

/** Where carriers lie that no word is, behind those of words; the view of full barriers last. */
export function besideOf({ words }: OrderShape): Beside {
  const called = words.length;
  return { called, left: called + 1, noted: called + 2, handed: called + 3, global: called + 4 };
}

/**
 * What the access of a node has to do with views: what scheme-order.ts does for it, in sets. It may say too much, never too
 * little.
 *
 * @param carrierOf a word, by its number in the machine
 * @param isTimed whether the scheme has more of time than its RCU callback: then all that carries anything is meant
 */
export function aheadOfNode(
  trees: TransitionTrees,
  node: number,
  shape: OrderShape,
  carrierOf: (word: number) => number,
  isTimed: boolean,
): Ahead {
  const beside = besideOf(shape);
  const some: Some = { ...NOTHING_AHEAD };
  const kind = trees.kind[node]!;
  addFence(some, trees.fence(node), beside.global);
  if (IS_PLAIN[kind]) addAccess(some, trees, node, shape, carrierOf(trees.word[node]!), beside.global);
  else if (IS_OF_LOCK[kind]) {
    const lock = 1 << carrierOf(trees.word[node]!);
    some.takes |= lock;
    some.releases |= lock;
    some.flags |= May.LOCK;
  } else addBeside(some, kind, beside);
  if (isTimed) {
    const all = (1 << beside.called) | (1 << beside.left) | (1 << beside.noted) | (1 << beside.handed);
    some.takes |= all;
    some.releases |= all;
    some.flags |= May.QUEUE;
  }
  return some;
}

function addFence(some: Some, fence: number, global: number): void {
  if ((fence & FENCE_BITS.acquire) !== 0) some.flags |= May.ACQUIRE;
  if (isFullFence(fence)) addBarrier(some, global);
  else if ((fence & FENCE_BITS.release) !== 0) some.flags |= May.ORDER_WRITES;
}

function addBarrier(some: Some, global: number): void {
  some.flags |= May.ACQUIRE | May.PASS_BARRIER;
  some.takes |= 1 << global;
  some.releases |= 1 << global;
}

/** What a thread has yet to do that has yet to pass a barrier behind an access. */
export function withBarrierDue(ahead: Ahead, { global }: Beside): Ahead {
  const some: Some = { ...ahead };
  addBarrier(some, global);
  return some;
}

function addAccess(
  some: Some,
  trees: TransitionTrees,
  node: number,
  { histories }: OrderShape,
  carrier: number,
  global: number,
): void {
  const kind = trees.kind[node]!;
  const order = trees.order(node);
  const reads = kind !== Access.STORE;
  const writes = kind !== Access.LOAD;
  const history = histories[carrier]!;
  if (reads) some.takes |= 1 << carrier;
  if (history >= 0 && (kind === Access.LOAD || kind === Access.COMPARE_EXCHANGE)) some.weak |= 1 << history;
  if (!writes) return;
  if (order === 'release' || order === 'full') some.releases |= 1 << carrier;
  else some.relaxed |= 1 << carrier;
  if (reads && order === 'full') addBarrier(some, global);
  if (history >= 0) some.depends |= 1 << carrier;
  if (IS_SUM[kind]) some.flags |= May.COMPUTE;
}

function addBeside(some: Some, kind: number, { called, left, noted, handed, global }: Beside): void {
  switch (kind) {
    case Access.RCU_LOCK:
      some.takes |= 1 << handed;
      return;
    case Access.RCU_UNLOCK:
      some.releases |= (1 << left) | (1 << called) | (1 << noted);
      return;
    case Access.RCU_CALL:
      some.releases |= (1 << called) | (1 << handed) | (1 << global);
      some.flags |= May.QUEUE;
      return;
    case Access.RCU_CALLBACK:
      some.takes |= (1 << called) | (1 << handed);
      addBarrier(some, global);
      return;
    case Access.IDLE_NOTE:
      some.releases |= (1 << noted) | (1 << handed) | (1 << global);
      some.flags |= May.QUEUE;
      return;
    case Access.IDLE_CHECK:
      some.takes |= 1 << noted;
      return;
    case Access.FREE:
      some.flags |= May.FREE | May.FREE_NOW;
      return;
  }
  if (IS_OF_TIME[kind] || kind === Access.TAKE_OVER) {
    some.takes |= (1 << called) | (1 << left) | (1 << noted) | (1 << handed);
    some.releases |= (1 << called) | (1 << left) | (1 << noted) | (1 << handed);
    some.flags |= May.QUEUE;
  }
}
