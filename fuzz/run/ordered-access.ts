import type { OrderedAccess } from '../../oracles/thread-views.ts';
import { isFullFence, type MemoryOrder } from '../../targets/subject/word.ts';
import { Access, HAS_ONE_RESULT, IS_PLAIN } from './access.ts';
import type { TransitionTrees } from './transition-trees.ts';
import type { TreeNodes } from './tree-nodes.ts';

const ORDERS: readonly MemoryOrder[] = ['relaxed', 'acquire', 'release', 'full'];

/** Each way in which an access can be ordered, made once. */
const LOADS = byOrder((order) => ({ reads: true, writes: false, order }));
const STORES = byOrder((order) => ({ reads: false, writes: true, order }));
const CHANGES = byOrder((order) => ({ reads: true, writes: true, order }));

/** Of an op that makes no access at all. */
const NONE: OrderedAccess = { reads: false, writes: false, order: 'relaxed' };

function byOrder(make: (order: MemoryOrder) => OrderedAccess): Readonly<Record<MemoryOrder, OrderedAccess>> {
  return Object.fromEntries(ORDERS.map((order) => [order, make(order)])) as Record<
    MemoryOrder,
    OrderedAccess
  >;
}

/**
 * What the access of a node does to what is known, see `ThreadViews`.
 *
 * @param old what the word held before: a compare-exchange that expected something else has failed, and has no order
 */
export function orderedAccess(trees: TreeNodes, node: number, old: number): OrderedAccess {
  const order = trees.order(node);
  switch (trees.kind[node]) {
    case Access.LOAD:
      return LOADS[order];
    case Access.STORE:
      return STORES[order];
    case Access.RETURN:
      return NONE;
    case Access.COMPARE_EXCHANGE:
      return old === trees.a[node] ? CHANGES[order] : LOADS.relaxed;
    default:
      return CHANGES[order];
  }
}

/** Where a grace period begins or ends, which is a full barrier. */
export const BEGINS_GRACE: readonly number[] = [
  Access.RCU_CALL,
  Access.RCU_CALLBACK,
  Access.IDLE_NOTE,
  Access.IDLE_CHECK,
];

/** Whether a full barrier stands before the access of a node: one of its own, or that of a fully ordered read-modify-write. */
export function isFullBarrier(trees: TreeNodes, node: number): boolean {
  if (isFullFence(trees.fence(node))) return true;
  const kind = trees.kind[node]!;
  return IS_PLAIN[kind]! && kind !== Access.LOAD && kind !== Access.STORE && trees.order(node) === 'full';
}

/** The same, of one that stands there whatever the access finds: a compare-exchange that fails is no barrier. */
export function isSureBarrier(trees: TreeNodes, node: number): boolean {
  if (isFullFence(trees.fence(node))) return true;
  return trees.kind[node] !== Access.COMPARE_EXCHANGE && isFullBarrier(trees, node);
}

/** Fences between the last access of an op, whose result was `old`, and its return. Ask of that access alone. */
export function fencesBehind(trees: TransitionTrees, node: number, old: number): number {
  const kind = trees.kind[node]!;
  if (kind === Access.RETURN) return 0;
  return trees.fence(trees.child(node, HAS_ONE_RESULT[kind] ? 0 : old));
}
