import type { MemoryOrder } from '../../targets/subject/word.ts';
import { Access } from './access.ts';
import { grown, grownBytes } from './grown.ts';
import type { Stop } from './recorder.ts';

/** How an op came to a node. */
export interface Way {
  /** The call whose op it is; below 0 for what a scheme runs later, -1 being the RCU callback. */
  readonly call: number;
  /** The access made last, or -1: the node is a root. */
  readonly parent: number;
  /** The result that access had. */
  readonly via: number;
}

/**
 * The nodes of transition trees, as columns of numbers: an executor that follows an op reads a few cells of typed arrays
 * and allocates nothing. The public columns are for its inner loop; all are indexed by node. They are replaced when they
 * grow, so whoever makes a node reads them anew.
 */
export class TreeNodes {
  /** One of `Access`: what the op does there. */
  kind = new Uint8Array(1024);
  /** The word it does it to; 0 where it needs none. */
  word = new Uint8Array(1024);
  /** 1 for the first access of an op. */
  isRoot = new Uint8Array(1024);
  /** The operands: the value stored or added; for a compare-exchange what is expected, and in `b` what is desired. */
  a = new Int32Array(1024);
  b = new Int32Array(1024);
  /** For accesses that have a single result (stores, locks): the child, or -1 before it is known. */
  next = new Int32Array(1024);
  /** For RETURN: the number of the outcome; -1 for all others. */
  outcome = new Int32Array(1024);

  #size = 0;
  readonly #parent: number[] = [];
  readonly #via: number[] = [];
  readonly #callOf: number[] = [];
  readonly #order: MemoryOrder[] = [];
  readonly #fence: number[] = [];
  /** For the compare-exchange of an update loop, the load that it belongs to; -1 for all others. */
  readonly #loop: number[] = [];

  /** How many nodes there are. */
  get size(): number {
    return this.#size;
  }

  /** The memory order that the subject asked for. */
  order(node: number): MemoryOrder {
    return this.#order[node]!;
  }

  /** Fences between the access before and this one, or the op's return: see FENCE_BITS. */
  fence(node: number): number {
    return this.#fence[node]!;
  }

  /** The call whose op has this node; below 0 for what a scheme runs later. */
  callOf(node: number): number {
    return this.#callOf[node]!;
  }

  /** For the compare-exchange of an update loop, the load that it belongs to; -1 for all others. */
  protected loopOf(node: number): number {
    return this.#loop[node]!;
  }

  /** @param outcome its number where the op returns; otherwise -1 */
  protected addNode({ call, parent, via }: Way, stop: Stop, outcome: number): number {
    const node = this.#size++;
    if (node >= this.kind.length) this.#grow(node);
    this.kind[node] = stop.kind;
    this.word[node] = stop.word;
    this.a[node] = stop.a;
    this.b[node] = stop.b;
    // An op that makes no access begins at its return, and stays there.
    this.next[node] = stop.kind === Access.RETURN ? node : -1;
    this.isRoot[node] = parent < 0 ? 1 : 0;
    this.outcome[node] = outcome;
    this.#callOf[node] = call;
    this.#parent[node] = parent;
    this.#via[node] = via;
    this.#order[node] = stop.order;
    this.#fence[node] = stop.fence ?? 0;
    // The load of an update loop is the parent of its first attempt.
    this.#loop[node] = stop.inLoop ? parent : -1;
    return node;
  }

  /** Drops all nodes. The columns stay as long as they are. */
  protected clearNodes(): void {
    this.#size = 0;
    for (const list of [this.#parent, this.#via, this.#callOf, this.#loop, this.#order, this.#fence])
      list.length = 0;
  }

  /** Whether a node is the access at which a run has stopped. */
  protected isSame(node: number, { kind, word, a, b, order, fence = 0 }: Stop): boolean {
    return (
      this.kind[node] === kind &&
      this.word[node] === word &&
      this.a[node] === a &&
      this.b[node] === b &&
      this.#order[node] === order &&
      this.#fence[node] === fence
    );
  }

  /** The results that lead from the root to `node` and past it, when it has `result`; the first access's comes first. */
  protected resultsTo(node: number, result: number): number[] {
    const results = [result];
    for (let at = node; this.#parent[at]! >= 0; at = this.#parent[at]!) results.push(this.#via[at]!);
    return results.reverse();
  }

  /** The nodes from the root to `node`, both included. */
  protected wayTo(node: number): number[] {
    const way = [node];
    for (let at = node; this.#parent[at]! >= 0; at = this.#parent[at]!) way.push(this.#parent[at]!);
    return way.reverse();
  }

  #grow(node: number): void {
    this.kind = grownBytes(this.kind, node);
    this.word = grownBytes(this.word, node);
    this.isRoot = grownBytes(this.isRoot, node);
    this.a = grown(this.a, node);
    this.b = grown(this.b, node);
    this.next = grown(this.next, node);
    this.outcome = grown(this.outcome, node);
  }
}

/**
 * Makes the access of `node` on the word `cells[at]`: one of those that a plain word has. One that waits for a value is made
 * once the word has it.
 *
 * @param at the place of the word; 0 for a counter, which has but one
 * @returns its result: the old value, or 0 for a store
 * @throws Error for a return, and for what only schemes do
 */
export function applyToCell(
  { kind, a, b }: Pick<TreeNodes, 'kind' | 'a' | 'b'>,
  node: number,
  cells: Int32Array,
  at = 0,
): number {
  const old = cells[at]!;
  switch (kind[node]) {
    case Access.LOAD:
      return old;
    case Access.STORE:
      cells[at] = a[node]!;
      return 0;
    case Access.EXCHANGE:
      cells[at] = a[node]!;
      return old;
    // The cells are of 32 bits: what is too large wraps around, as it does in the kernel.
    case Access.FETCH_ADD:
      cells[at] = old + a[node]!;
      return old;
    case Access.FETCH_SUB:
      cells[at] = old - a[node]!;
      return old;
    case Access.COMPARE_EXCHANGE:
      if (old === a[node]) cells[at] = b[node]!;
      return old;
    default:
      return applyRareToCell({ kind, a, b }, node, cells, at);
  }
}

/** The kinds that few subjects have. Apart, so that V8 goes on inlining what is called for every access. */
function applyRareToCell(
  { kind, a, b }: Pick<TreeNodes, 'kind' | 'a' | 'b'>,
  node: number,
  cells: Int32Array,
  at: number,
): number {
  const old = cells[at]!;
  switch (kind[node]) {
    case Access.FETCH_AND:
      cells[at] = old & a[node]!;
      return old;
    case Access.FETCH_OR:
      cells[at] = old | a[node]!;
      return old;
    case Access.FETCH_XOR:
      cells[at] = old ^ a[node]!;
      return old;
    case Access.AWAIT_EQUAL:
    case Access.AWAIT_OTHER:
    case Access.AWAIT_AT_LEAST:
    case Access.AWAIT_CLEAR:
    case Access.AWAIT_SET:
      cells[at] = old + b[node]!;
      return old;
    default:
      throw new Error(`internal: no access to make at node ${node}, which is of kind ${kind[node]}`);
  }
}
