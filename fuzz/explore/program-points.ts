import { Access } from '../run/access.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { type Ahead, type Deed, either, inLaterOp, inTurn, isSame, NOTHING_AHEAD } from '../weak/ahead.ts';

/** What an access has to do with others: sets of what it reads and writes, and the ways in which it comes out as to views. */
export interface Touch {
  readonly reads: number;
  readonly writes: number;
  readonly ways: readonly (readonly Deed[])[];
}

interface Point {
  readonly call: number;
  readonly own: Touch;
  /** What is read and written there, and by all that may follow in the op. */
  reads: number;
  writes: number;
  /** By way in which the access comes out: the points that may come next, by number. */
  readonly next: readonly Set<number>[];
  readonly isReturn: boolean;
}

/** What comes behind an op: the ops of its thread that are left. Of each point then what is ahead, once it was asked for. */
interface Behind {
  readonly ahead: Ahead;
  readonly reads: number;
  readonly writes: number;
  readonly byCall: Map<number, number>;
  readonly points: Ahead[];
}

// Points, and not nodes: trees grow with the values that programs bring, and what is ahead of a node would depend on which programs came
// before. An op has few points, and nearly all of what may follow them is met in pairs of ops beforehand. Two nodes that are one point
// may go on differently; then both are taken to go on as either may, which says too much, and never too little.
//
// That what has not been met yet is left out does no harm in the end. Take the first step of any run that leads where points do not
// know of: all before it are known, so nothing that they could ask for was forgotten, and the search has come to where that step is
// made. Then it grows, and is made again. (The same holds of footprints: see partial-order-reduction.ts.)

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
  #settled: {
    readonly next: readonly (readonly (readonly number[])[])[];
    readonly roots: ReadonlyMap<number, number>;
  } = {
    next: [],
    roots: new Map(),
  };
  /** What may come behind an op, by number; 0 is nothing. */
  #behind: Behind[] = [];
  /** Whether edges were added since `settle`, or `reset`. */
  #hasChanged = false;
  hasGrown = false;
  /** Goes up when what comes behind ops has other numbers. */
  version = 0;

  /** @param touchOf the access of a node */
  constructor(trees: TransitionTrees, touchOf: (node: number) => Touch) {
    this.#trees = trees;
    this.#touchOf = touchOf;
    this.#forgetAhead();
  }

  /** Keeps what is known by now as where every program begins. */
  settle(): void {
    this.#settled = {
      next: this.#points.map(({ next }) => next.map((one) => [...one])),
      roots: new Map(this.#roots),
    };
    this.#hasChanged = false;
  }

  /** Call it before a program is explored for the first time. */
  reset(): void {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    this.#points.forEach((point, number) => {
      point.next.forEach((next, way) => {
        next.clear();
        for (const one of this.#settled.next[number]?.[way] ?? []) next.add(one);
      });
      point.reads = point.own.reads;
      point.writes = point.own.writes;
    });
    this.#roots = new Map(this.#settled.roots);
    // A root is met anew with its node.
    this.#ofNode.length = 0;
    this.#spread();
    this.#forgetAhead();
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
    const text = `${call} ${kind} ${word} ${trees.isRoot[node]} ${trees.order(node)} ${trees.fence(node)} ${own.reads} ${own.writes}`;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number =
        this.#points.push({
          call,
          own,
          reads: own.reads,
          writes: own.writes,
          next: own.ways.map(() => new Set()),
          isReturn: kind === Access.RETURN,
        }) - 1;
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

  /** An op has gone on from one node to the next. @param way in which the access came out, see `deedsOfNode` */
  step(node: number, child: number, way: number): void {
    const from = this.of(node);
    const to = this.of(child);
    const next = this.#points[from]!.next[way]!;
    if (next.has(to) || node === child) return;
    next.add(to);
    this.#grows();
    this.#spread();
  }

  #grows(): void {
    this.hasGrown = true;
    this.#hasChanged = true;
    this.#forgetAhead();
  }

  /** What may be read from a point on, to the end of its thread's program; and what may be written. @param then as of `ahead` */
  readsFrom(point: number, then: number): number {
    return this.#points[point]!.reads | this.#behind[then]!.reads;
  }

  writesFrom(point: number, then: number): number {
    return this.#points[point]!.writes | this.#behind[then]!.writes;
  }

  /** The point at which the op of a call begins; -1 before it is known. */
  rootOf(call: number): number {
    return this.#roots.get(call) ?? -1;
  }

  /** What comes behind an op, as a number: a call, and what comes behind that; 0 is nothing. It is good until points grow. */
  behind(call: number, then: number): number {
    const rest = this.#behind[then]!;
    const known = rest.byCall.get(call);
    if (known !== undefined) return known;
    const root = this.rootOf(call);
    const isKnown = root >= 0;
    const number = this.#behind.push({
      ahead: inLaterOp(isKnown ? this.ahead(root, then) : rest.ahead),
      reads: rest.reads | (isKnown ? this.#points[root]!.reads : 0),
      writes: rest.writes | (isKnown ? this.#points[root]!.writes : 0),
      byCall: new Map(),
      points: [],
    });
    rest.byCall.set(call, number - 1);
    return number - 1;
  }

  /** What is ahead at a point. @param then what comes behind its op */
  ahead(point: number, then: number): Ahead {
    const { points, ahead } = this.#behind[then]!;
    if (points[point] === undefined) this.#spreadAhead(points, this.#points[point]!.call, ahead);
    return points[point]!;
  }

  /** Of every point of a call's op, from its ends backwards until nothing changes. */
  #spreadAhead(ahead: Ahead[], call: number, then: Ahead): void {
    const own: number[] = [];
    this.#points.forEach((point, at) => {
      if (point.call === call) own.unshift(at);
    });
    for (const at of own) ahead[at] = NOTHING_AHEAD;
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const at of own) {
        const one = this.#aheadOf(this.#points[at]!, ahead, then);
        if (isSame(one, ahead[at]!)) continue;
        ahead[at] = one;
        hasChanged = true;
      }
    }
  }

  #aheadOf({ own, next, isReturn }: Point, ahead: readonly Ahead[], then: Ahead): Ahead {
    const ways = own.ways.map((deeds, way) => {
      const behind = isReturn ? [then] : Array.from(next[way]!, (one) => ahead[one]!);
      // What follows is not known yet where nothing has been met.
      const rest = behind.length === 0 ? NOTHING_AHEAD : behind.reduce(either);
      return deeds.reduceRight((left, deed) => inTurn(deed, left), rest);
    });
    return ways.reduce(either);
  }

  #forgetAhead(): void {
    this.#behind = [{ ahead: NOTHING_AHEAD, reads: 0, writes: 0, byCall: new Map(), points: [] }];
    this.version++;
  }

  /** Whether an op may return with the access at a point. */
  mayReturn(point: number): boolean {
    return this.#points[point]!.next.some((next) =>
      Array.from(next).some((one) => this.#points[one]!.isReturn),
    );
  }

  /** From the ends of ops backwards, until nothing changes. */
  #spread(): void {
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const point of this.#points) {
        const { reads, writes } = point;
        for (const next of point.next.flatMap((one) => [...one])) {
          point.reads |= this.#points[next]!.reads;
          point.writes |= this.#points[next]!.writes;
        }
        if (point.reads !== reads || point.writes !== writes) hasChanged = true;
      }
    }
  }
}
