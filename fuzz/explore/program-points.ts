import { Access } from '../run/access.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { type Ahead, aheadText, type Deed, either, inLaterOp, inTurn, NOTHING_AHEAD } from '../weak/ahead.ts';

/** What an access has to do with others: sets of what it reads and writes, and the ways in which it comes out as to views. */
export interface Touch {
  readonly reads: number;
  readonly writes: number;
  readonly ways: readonly (readonly Deed[])[];
}

interface Point {
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
  readonly byCall: Map<number, number>;
  points: Ahead[] | undefined;
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

  /** What may be read from a point on, to the end of its op; and what may be written. */
  readsFrom(point: number): number {
    return this.#points[point]!.reads;
  }

  writesFrom(point: number): number {
    return this.#points[point]!.writes;
  }

  /** The point at which the op of a call begins; -1 before it is known. */
  rootOf(call: number): number {
    return this.#roots.get(call) ?? -1;
  }

  /** What comes behind an op, as a number: a call, and what comes behind that; 0 is nothing. It is good until points grow. */
  behind(call: number, then: number): number {
    const { byCall } = this.#behind[then]!;
    const known = byCall.get(call);
    if (known !== undefined) return known;
    const root = this.rootOf(call);
    const ahead = root < 0 ? this.#behind[then]!.ahead : this.ahead(root, then);
    const number = this.#behind.push({ ahead: inLaterOp(ahead), byCall: new Map(), points: undefined }) - 1;
    byCall.set(call, number);
    return number;
  }

  /** What is ahead at a point. @param then what comes behind its op */
  ahead(point: number, then: number): Ahead {
    const behind = this.#behind[then]!;
    if (behind.points?.[point] === undefined) behind.points = this.#aheadAt(behind.ahead);
    return behind.points[point]!;
  }

  /** Of every point, from the ends of ops backwards until nothing changes. */
  #aheadAt(then: Ahead): Ahead[] {
    const ahead = this.#points.map(() => NOTHING_AHEAD);
    const texts = ahead.map(() => '');
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (let at = this.#points.length - 1; at >= 0; at--) {
        const one = this.#aheadOf(this.#points[at]!, ahead, then);
        const text = aheadText(one);
        if (text === texts[at]) continue;
        ahead[at] = one;
        texts[at] = text;
        hasChanged = true;
      }
    }
    return ahead;
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
    this.#behind = [{ ahead: NOTHING_AHEAD, byCall: new Map(), points: undefined }];
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
