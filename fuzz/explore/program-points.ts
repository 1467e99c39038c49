import { Access } from '../run/access.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { type Ahead, aheadText, either, inTurn, NOTHING_AHEAD } from '../weak/ahead.ts';

/** What an access has to do with others: sets of what it reads and writes, and with views. */
export interface Touch {
  readonly reads: number;
  readonly writes: number;
  readonly ahead: Ahead;
}

/** What may still be touched. */
const NOTHING: Touch = { reads: 0, writes: 0, ahead: NOTHING_AHEAD };

interface Point {
  /** Of the access there, and of all that may follow in its op. */
  readonly own: Touch;
  rest: Touch;
  /** Points that may come next, by number. */
  readonly next: Set<number>;
  readonly isReturn: boolean;
}

/** Both. */
function bothTouches(one: Touch, other: Touch): Touch {
  return {
    reads: one.reads | other.reads,
    writes: one.writes | other.writes,
    ahead: either(one.ahead, other.ahead),
  };
}

/** What who makes the one and then the other touches. */
export function touchesInTurn(first: Touch, then: Touch): Touch {
  return {
    reads: first.reads | then.reads,
    writes: first.writes | then.writes,
    ahead: inTurn(first.ahead, then.ahead),
  };
}

/**
 * Points of ops: accesses of an op that differ in nothing but values are one, and so a few points stand for all nodes of its tree.
 * What an op may still do from a point on is what has been met behind it so far. That may grow while a program is explored, by
 * `hasGrown`: then it is explored again. It is the same whatever values programs before this one have had.
 *
 *     gc: lock ─▶ load list ─▶ load count ─▶ cmpxchg count ─▶ store list ─▶ call_rcu ─▶ unlock ─▶ return
 *              behind the cmpxchg no count is read any more
 */
export class ProgramPoints {
  readonly #trees: TransitionTrees;
  readonly #touchOf: (node: number) => Touch;
  readonly #points: Point[] = [];
  readonly #numbers = new Map<string, number>();
  /** By node, plus one; 0 before it is known. */
  #ofNode: number[] = [];
  #generation = 0;
  /** By call plus `laterCalls`: the point at which its op begins. */
  #roots = new Map<number, number>();
  #settled: { readonly next: readonly (readonly number[])[]; readonly roots: ReadonlyMap<number, number> } = {
    next: [],
    roots: new Map(),
  };
  /** Whether edges were added since `settle`, or `reset`. */
  #hasChanged = false;
  hasGrown = false;

  /** @param touchOf the access of a node */
  constructor(trees: TransitionTrees, touchOf: (node: number) => Touch) {
    this.#trees = trees;
    this.#touchOf = touchOf;
  }

  /** Keeps what is known by now as where every program begins. */
  settle(): void {
    this.#settled = { next: this.#points.map(({ next }) => [...next]), roots: new Map(this.#roots) };
    this.#hasChanged = false;
  }

  /** Call it before a program is explored for the first time. */
  reset(): void {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    this.#points.forEach((point, number) => {
      point.next.clear();
      for (const next of this.#settled.next[number] ?? []) point.next.add(next);
      point.rest = point.own;
    });
    this.#roots = new Map(this.#settled.roots);
    this.#spread();
  }

  /** Call it whenever an exploration begins: nodes may have other numbers than before. */
  begin(): void {
    this.hasGrown = false;
    if (this.#trees.generation === this.#generation) return;
    this.#generation = this.#trees.generation;
    this.#ofNode.length = 0;
  }

  /** The point of a node. */
  of(node: number): number {
    const known = this.#ofNode[node];
    return known === undefined || known === 0 ? this.#learn(node) : known - 1;
  }

  #learn(node: number): number {
    const trees = this.#trees;
    const own = this.#touchOf(node);
    const [kind, word] = [trees.kind[node]!, trees.word[node]!];
    const call = trees.callOf(node);
    const text = `${call} ${kind} ${word} ${trees.isRoot[node]} ${trees.order(node)} ${trees.fence(node)} ${own.reads} ${own.writes} ${aheadText(own.ahead)}`;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#points.push({ own, rest: own, next: new Set(), isReturn: kind === Access.RETURN }) - 1;
      this.#numbers.set(text, number);
    }
    while (this.#ofNode.length <= node) this.#ofNode.push(0);
    this.#ofNode[node] = number + 1;
    if (trees.isRoot[node] === 1 && this.#roots.get(call) !== number) {
      this.#roots.set(call, number);
      this.#grows();
    }
    return number;
  }

  /** An op has gone on from one node to the next. */
  step(node: number, child: number): void {
    const from = this.of(node);
    const to = this.of(child);
    const { next } = this.#points[from]!;
    if (next.has(to) || node === child) return;
    next.add(to);
    this.#grows();
    this.#spread();
  }

  #grows(): void {
    this.hasGrown = true;
    this.#hasChanged = true;
  }

  /** All that may be touched from a point on, to the end of its op. */
  rest(point: number): Touch {
    return this.#points[point]!.rest;
  }

  /** All that the op of a call may touch, as far as is known. */
  ofCall(call: number): Touch {
    const root = this.#roots.get(call);
    return root === undefined ? NOTHING : this.rest(root);
  }

  /** Whether an op may return with the access at a point. */
  mayReturn(point: number): boolean {
    for (const next of this.#points[point]!.next) if (this.#points[next]!.isReturn) return true;
    return false;
  }

  /** From the ends of ops backwards, until nothing changes. */
  #spread(): void {
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const point of this.#points) {
        const rest = this.#restOf(point);
        if (isSame(rest, point.rest)) continue;
        point.rest = rest;
        hasChanged = true;
      }
    }
  }

  #restOf({ own, next }: Point): Touch {
    let behind = NOTHING;
    for (const one of next) behind = bothTouches(behind, this.#points[one]!.rest);
    return touchesInTurn(own, behind);
  }
}

function isSame(one: Touch, other: Touch): boolean {
  return (
    one.reads === other.reads && one.writes === other.writes && aheadText(one.ahead) === aheadText(other.ahead)
  );
}
