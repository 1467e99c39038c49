import { FENCE_BITS, isFullFence } from '../../targets/subject/word.ts';
import { type Deed, May, NO_DEED } from '../weak/ahead.ts';
import { Access, IS_OF_LOCK, IS_OF_TIME, IS_PLAIN, IS_SUM } from './access.ts';
import type { OrderShape } from './order-cells.ts';
import type { TransitionTrees } from './transition-trees.ts';

type Some = { -readonly [Key in keyof Deed]: Deed[Key] };

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
  return {
    called,
    left: called + 1,
    noted: called + 2,
    handed: called + 3,
    global: called + 4,
    read: called + 5,
  };
}

/**
 * What the access of a node has to do with views: what scheme-order.ts does for it, in sets. It may say too much, never too
 * little.
 *
 * @param carrierOf a word, by its number in the machine
 * @param isTimed whether the scheme has more of time than its RCU callback: then all that carries anything is meant
 * @returns the ways in which it may come out, each as deeds one after the other
 */
export function deedsOfNode(
  trees: TransitionTrees,
  node: number,
  shape: OrderShape,
  carrierOf: (word: number) => number,
  isTimed: boolean,
): readonly (readonly Deed[])[] {
  const beside = besideOf(shape);
  const kind = trees.kind[node]!;
  const fence = ofFence(trees.fence(node), beside);
  if (IS_PLAIN[kind]) {
    const ways = accessWays(trees, node, shape, carrierOf(trees.word[node]!), beside);
    return ways.map((deeds) => [...fence, ...deeds.map((deed) => (isTimed ? withAll(deed, beside) : deed))]);
  }
  const some: Some = { ...NO_DEED };
  if (IS_OF_LOCK[kind]) {
    const lock = 1 << carrierOf(trees.word[node]!);
    some.takes |= lock;
    some.releases |= lock;
    some.flags |= May.LOCK;
  } else addBeside(some, kind, beside);
  return [[...fence, isTimed ? withAll(some, beside) : some]];
}

/** Fences between two accesses, as FENCE_BITS has them. */
function ofFence(fence: number, beside: Beside): readonly Deed[] {
  if (fence === 0) return [];
  if (isFullFence(fence)) return [barrierDeed(beside)];
  const takes = (fence & FENCE_BITS.acquire) !== 0 ? 1 << beside.read : 0;
  return [{ ...NO_DEED, takes, flags: (fence & FENCE_BITS.release) !== 0 ? May.ORDER_WRITES : 0 }];
}

/** A full barrier: what was read is known, and everybody who passes one later knows it too. */
export function barrierDeed(beside: Beside): Deed {
  const some: Some = { ...NO_DEED };
  addBarrier(some, beside);
  return some;
}

/** In which of these ways an access comes out: only a compare-exchange has two. */
export function wayOf(trees: TransitionTrees, node: number, result: number): number {
  return trees.kind[node] === Access.COMPARE_EXCHANGE && result !== trees.a[node] ? 1 : 0;
}

/** What was read is known from here on; what others have told is taken; and what the thread knows is told to others. */
function addBarrier(some: Some, { global, read }: Beside): void {
  some.flags |= May.PASS_BARRIER;
  some.takes |= (1 << global) | (1 << read);
  some.releases |= 1 << global;
}

/** The same, with all that carries anything beside words: taken, and handed on to. */
function withAll(deed: Deed, { called, left, noted, handed }: Beside): Deed {
  const all = (1 << called) | (1 << left) | (1 << noted) | (1 << handed);
  // Nothing is certain where it might know of something in between.
  return {
    ...deed,
    kills: 0,
    takes: deed.takes | all,
    releases: deed.releases | all,
    flags: deed.flags | May.QUEUE,
  };
}

/**
 * An access of a word. It is looked at by what it does for certain and by what it may do: a store or a read-modify-write does away with
 * what its thread knew of the word; a load does not, and reads an older write perhaps; a compare-exchange is one or the other, and
 * goes on differently behind either.
 */
function accessWays(
  trees: TransitionTrees,
  node: number,
  { histories }: OrderShape,
  carrier: number,
  beside: Beside,
): readonly (readonly Deed[])[] {
  const kind = trees.kind[node]!;
  const order = trees.order(node);
  const history = histories[carrier]!;
  const takes = 1 << carrier;
  const word = history < 0 ? 0 : 1 << history;
  const look: Deed = { ...NO_DEED, takes, live: word };
  if (kind === Access.LOAD) return [[look]];
  const reads = kind !== Access.STORE;
  const releases = order === 'release' || order === 'full';
  const isBarrier = reads && order === 'full';
  const change: Deed = {
    ...NO_DEED,
    takes: reads ? takes : 0,
    kills: word,
    writes: word,
    relaxed: releases ? 0 : 1 << carrier,
    releases: releases ? 1 << carrier : 0,
    // Who passes a barrier before it writes knows all that everybody had been told.
    depends: history >= 0 && !isBarrier ? 1 << carrier : 0,
    sums: history >= 0 && IS_SUM[kind] ? 1 << carrier : 0,
  };
  const barrier = barrierDeed(beside);
  const way = isBarrier ? [barrier, change, barrier] : [change];
  // One that fails is no barrier. (Where one was passed ahead of it, its thread knows more than it need; that is not asked for.)
  return kind === Access.COMPARE_EXCHANGE ? [way, [look]] : [way];
}

/** What is no access of a word: sections and grace periods. What has to do with time is taken to know of everything, and to tell it. */
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
  }
  if (IS_OF_TIME[kind] || kind === Access.TAKE_OVER) Object.assign(some, withAll(some, beside));
}
