import { Access, HAS_ONE_RESULT, IS_PLAIN, WordIndex } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { insteadOfLoop, loopInPlaceOf } from './loops-alike.ts';

/** More than trees have. */
const MOST_NODES = 1 << 20;
/** More than there are calls, those of what runs later, below 0, among them. */
const MOST_CALLS = 1 << 20;

/** What is known of two calls. */
interface Known {
  /** Pairs of nodes behind them that do the same. */
  readonly pairs: Set<number>;
  parts: boolean;
  /** How many steps had been met when they were followed. */
  steps: number;
}

/**
 * Whether two ops do the same at every step that one of them has been seen to make, with the counts of the other larger by a
 * shift: a bisimulation, over what has been met.
 *
 *     atomic_dec from 1         fetch_sub(1) → 1, returns
 *     refcount_dec, shift 1     fetch_sub(1) → 2, returns        alike: that it objects to 1 does not matter until it is met
 *
 * Where memory orders are asked for, steps are ordered the same as well: another order may make less known.
 *
 * If all ops of a program are alike on all that the first side meets in it, then the second goes through the same states, and comes to the
 * same. So a conversion is proved for a program that the original has been explored in, without being run.
 */
export class AlikeOps {
  readonly #one: TransitionTrees;
  readonly #other: TransitionTrees;
  readonly #shift: number;
  readonly #asksReads: boolean;
  /** Steps of the one side by the node that they leave: results and what comes after, in turn. */
  readonly #stepsFrom = new Map<number, number[]>();
  /** How many of the one side's steps have been looked at. */
  #seen = 0;
  /** By root of the one side: roots of the other, and whether all behind them is alike. */
  readonly #roots = new Map<number, Known>();
  readonly #takesLoops: boolean;

  /**
   * @param takesLoops whether a loop of compare-exchange may stand for the read-modify-write that it comes to, and the other way: only
   *   for programs in which nothing befalls the object
   */
  constructor(one: TransitionTrees, other: TransitionTrees, shift: number, takesLoops = false) {
    this.#one = one;
    this.#other = other;
    this.#shift = shift;
    this.#takesLoops = takesLoops;
    this.#asksReads = one.subject.kind === 'scheme' && one.subject.orders === 'reads';
  }

  /** Whether two calls do the same in all that has been met by now. It can only turn from true to false. */
  areAlike(call: number, otherCall: number): boolean {
    const key = call * MOST_CALLS + otherCall;
    const known = this.#roots.get(key) ?? { pairs: new Set<number>(), parts: false, steps: -1 };
    if (known.steps < 0) this.#roots.set(key, known);
    // Nothing new has been met: asked for every program, it is nearly always so.
    if (known.parts || known.steps === this.#one.edges.length) return !known.parts;
    const [one, other] = [this.#one.root(call), this.#other.root(otherCall)];
    this.#learn();
    const steps = this.#one.edges.length;
    known.parts = !this.#follow(one, other, known.pairs);
    known.steps = steps;
    return !known.parts;
  }

  #learn(): void {
    const { edges } = this.#one;
    for (; this.#seen < edges.length; this.#seen += 3) {
      const node = edges[this.#seen]!;
      const steps = this.#stepsFrom.get(node) ?? [];
      if (steps.length === 0) this.#stepsFrom.set(node, steps);
      steps.push(edges[this.#seen + 1]!, edges[this.#seen + 2]!);
    }
  }

  /** Follows all steps from a pair of roots; those that were followed before are in `pairs` with how many steps they had. */
  #follow(root: number, otherRoot: number, pairs: Set<number>): boolean {
    const open: (readonly [number, number])[] = [[root, otherRoot]];
    const visited = new Set<number>();
    for (let next = open.pop(); next; next = open.pop()) {
      const [one, other] = next;
      const key = one * MOST_NODES + other;
      if (visited.has(key)) continue;
      visited.add(key);
      if (!pairs.has(key) && !this.#doTheSame(one, other)) {
        const after = this.#loopsTo(one, other);
        if (!after) return false;
        open.push(...after);
        continue;
      }
      pairs.add(key);
      const steps = this.#stepsFrom.get(one) ?? [];
      for (let at = 0; at < steps.length; at += 2)
        open.push([steps[at + 1]!, this.#other.child(other, this.#moved(one, steps[at]!))]);
    }
    return true;
  }

  /** Pairs of nodes behind a loop on one side and a read-modify-write on the other; undefined where they do not do the same. */
  #loopsTo(one: number, other: number): [number, number][] | undefined {
    const [mine, theirs] = [this.#one, this.#other];
    // A loop orders what it orders in each of its tries; and what an op does first ends its hold.
    if (!this.#takesLoops || this.#asksReads || mine.isRoot[one] !== theirs.isRoot[other]) return undefined;
    const side = { trees: theirs, moved: (value: number) => (value + this.#shift) | 0 };
    const steps = (node: number) => this.#stepsFrom.get(node) ?? [];
    return loopInPlaceOf(mine, one, steps(one), side, other) ?? insteadOfLoop(mine, steps, one, side, other);
  }

  /** The result that the other side has where this one has `result`. */
  #moved(node: number, result: number): number {
    const { kind, word } = this.#one;
    const isCount = IS_PLAIN[kind[node]!] && word[node] === WordIndex.COUNT;
    return isCount && !HAS_ONE_RESULT[kind[node]!] ? (result + this.#shift) | 0 : result;
  }

  #doTheSame(one: number, other: number): boolean {
    const [mine, theirs] = [this.#one, this.#other];
    const kind = mine.kind[one]!;
    if (kind !== theirs.kind[other] || mine.word[one] !== theirs.word[other]) return false;
    if (mine.isRoot[one] !== theirs.isRoot[other]) return false;
    if (
      this.#asksReads &&
      (mine.order(one) !== theirs.order(other) || mine.fence(one) !== theirs.fence(other))
    )
      return false;
    if (kind === Access.RETURN) return this.#endAlike(mine.outcome[one]!, theirs.outcome[other]!);
    const [a, b] = this.#movedOperands(one);
    return a === theirs.a[other] && b === theirs.b[other];
  }

  /** Operands that are counts move as the count does; where they are more than a count, there is no such thing. */
  #movedOperands(node: number): readonly [number, number] {
    const { kind, word, a, b } = this.#one;
    const operands = [a[node]!, b[node]!] as const;
    if (!IS_PLAIN[kind[node]!] || word[node] !== WordIndex.COUNT || this.#shift === 0) return operands;
    const moved = (value: number) => (value + this.#shift) | 0;
    switch (kind[node]) {
      case Access.LOAD:
      case Access.FETCH_ADD:
      case Access.FETCH_SUB:
        return operands;
      case Access.STORE:
      case Access.EXCHANGE:
        return [moved(operands[0]), operands[1]];
      case Access.COMPARE_EXCHANGE:
        return [moved(operands[0]), moved(operands[1])];
      default:
        // Bits, and what waits for a value. No operand is this one.
        return [Number.NaN, Number.NaN];
    }
  }

  #endAlike(one: number, other: number): boolean {
    const [mine, theirs] = [this.#one.outcomeOf(one), this.#other.outcomeOf(other)];
    return (
      mine.result === theirs.result &&
      mine.warnings.length === theirs.warnings.length &&
      mine.warnings.every(({ text }, at) => text === theirs.warnings[at]!.text)
    );
  }
}
