import { type Ahead, inTurn, May, NOTHING_AHEAD } from '../weak/ahead.ts';
import { FENCE_BITS, isFullFence } from '../../targets/subject/word.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, IS_SUM } from './access.ts';
import type { OrderShape } from './order-cells.ts';
import type { TransitionTrees } from './transition-trees.ts';

type Some = { -readonly [Key in keyof Omit<Ahead, 'weakAfter' | 'outAfter'>]: Ahead[Key] };

/** Carriers that are no word of the scheme, by number: see `OrderShape`. */
export interface Beside {
  readonly called: number;
  readonly left: number;
  readonly noted: number;
  readonly handed: number;
  readonly global: number;
  /** What a thread has read and not acquired, as if it were one. */
  readonly read: number;
}

/** Where carriers lie that no word is, behind those of words; the view of full barriers last. */
export function besideOf({ words }: OrderShape): Beside {
  const called = words.length;
  return { called, left: called + 1, noted: called + 2, handed: called + 3, global: called + 4, read: called + 5 };
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
  if (IS_PLAIN[kind]) addAccess(some, trees, node, shape, carrierOf(trees.word[node]!), beside);
  else if (IS_OF_LOCK[kind]) {
    const lock = 1 << carrierOf(trees.word[node]!);
    some.takes |= lock;
    some.releases |= lock;
    some.flags |= May.LOCK;
  } else addBeside(some, kind, beside);
  if (isTimed) addAll(some, beside);
  const out = some.relaxed | some.releases;
  // What it reads an older write of it reads first, and then hands on what it has come to know; but in what has to do with time.
  const access: Ahead = {
    ...some,
    weakAfter: NOTHING_AHEAD.weakAfter.map((_, at) => (isTimed && (some.takes >> at) & 1 ? some.weak : 0)),
    outAfter: NOTHING_AHEAD.outAfter.map((_, at) => ((some.takes >> at) & 1 ? out : 0)),
  };
  const fence = ofFence(trees.fence(node), beside);
  return fence ? inTurn(fence, access) : access;
}

/** Fences between two accesses, as FENCE_BITS has them. */
function ofFence(fence: number, beside: Beside): Ahead | undefined {
  if (fence === 0) return undefined;
  if (isFullFence(fence)) return barrierAhead(beside);
  const isAcquire = (fence & FENCE_BITS.acquire) !== 0;
  return {
    ...NOTHING_AHEAD,
    takes: isAcquire ? 1 << beside.read : 0,
    flags: (fence & FENCE_BITS.release) !== 0 ? May.ORDER_WRITES : 0,
  };
}

/** A full barrier: what was read is known, and everybody who passes one later knows it too. */
function barrierAhead({ global, read }: Beside): Ahead {
  const sets = NOTHING_AHEAD.outAfter.map((_, at) => (at === global || at === read ? 1 << global : 0));
  return {
    ...NOTHING_AHEAD,
    takes: (1 << global) | (1 << read),
    releases: 1 << global,
    flags: May.PASS_BARRIER,
    outAfter: sets,
  };
}

function addBarrier(some: Some, { global, read }: Beside): void {
  some.flags |= May.PASS_BARRIER;
  some.takes |= (1 << global) | (1 << read);
  some.releases |= 1 << global;
}

function addAll(some: Some, { called, left, noted, handed }: Beside): void {
  const all = (1 << called) | (1 << left) | (1 << noted) | (1 << handed);
  some.takes |= all;
  some.releases |= all;
  some.flags |= May.QUEUE;
}

/** What a thread has yet to do that has yet to pass a barrier behind an access. */
export function withBarrierDue(ahead: Ahead, beside: Beside): Ahead {
  return inTurn(barrierAhead(beside), ahead);
}

function addAccess(
  some: Some,
  trees: TransitionTrees,
  node: number,
  { histories }: OrderShape,
  carrier: number,
  beside: Beside,
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
  if (reads && order === 'full') addBarrier(some, beside);
  // Who passes a barrier before it writes knows all that everybody had been told.
  if (history >= 0 && !(reads && order === 'full')) some.depends |= 1 << carrier;
  if (history >= 0 && IS_SUM[kind]) some.sums |= 1 << carrier;
}

function addBeside(some: Some, kind: number, beside: Beside): void {
  const { called, left, noted, handed, global } = beside;
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
      addBarrier(some, beside);
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
  if (IS_OF_TIME[kind] || kind === Access.TAKE_OVER) addAll(some, beside);
}
