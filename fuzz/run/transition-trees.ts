import { PairMap } from '../../oracles/pair-map.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { MemoryOrder, Warning } from '../../targets/subject/word.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access } from './access.ts';
import { type OpOutcome, Recorder, type Stop } from './recorder.ts';

export type { OpOutcome } from './recorder.ts';

/**
 * Above this many nodes the trees are dropped and grown anew: memory stays bounded on uniform random values. A campaign
 * comes there in seconds; with four times as many it is no faster.
 */
const NODE_LIMIT = 1 << 15;

/** Accesses that an op may make on a word that nobody else touches, before it is suspected to go round for ever. */
const MOST_ACCESSES = 500;

/** An op, or a run, that does not come to its end. What it would lead to cannot be judged. */
export class NonTerminatingOp extends Error {
  constructor(what: string, isBack = false) {
    super(isBack ? `${what} never returns` : `${what} does not return in ${2 * MOST_ACCESSES} accesses`);
  }
}

/** @returns what `act` does, or undefined when it met an op that does not return */
export function returns<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof NonTerminatingOp) return undefined;
    throw error;
  }
}

/** By kind of access: whether its result carries no information, so that its node has a single child. */
const ONE_RESULT: readonly boolean[] = Object.values(Access).map(
  (kind) => kind === Access.STORE || (kind >= Access.LOCK && kind !== Access.IDLE_CHECK),
);

/**
 * Every op of a subject as a tree: a node is an access, an edge the result it had, a leaf what the op
 * returned.
 *
 * An op is an ordinary synchronous function, so it cannot be stopped in the middle and resumed. Instead it is
 * run again from its start, fed the results recorded so far, and stopped at the first access that has none:
 * that access is the next node. `inc` of refcount/v5.5 gives
 *
 *     fetch_add(1) ──5──▶ return
 *            └──────0──▶ store(SATURATED) ──▶ return, ADD_UAF
 *
 * The function runs once for each distinct prefix of results; from then on the executor walks arrays. A
 * failed attempt of `update` leads to the node of having just loaded the value it saw, so retries add no
 * nodes and a livelock is a cycle.
 *
 * The public arrays are for the executor's inner loop; all are indexed by node.
 */
export class TransitionTrees {
  /** One of `Access`. */
  kind = new Uint8Array(1024);
  word = new Uint8Array(1024);
  /** 1 for the first access of an op. */
  isRoot = new Uint8Array(1024);
  a = new Int32Array(1024);
  b = new Int32Array(1024);
  /** For accesses that have a single result (stores, locks): the child, or -1 before it is known. */
  next = new Int32Array(1024);
  /** For RETURN: the number of the outcome. */
  outcome = new Int32Array(1024);
  /** The result part of each outcome, numbered: outcomes that differ only in warnings share it. By outcome. */
  resultId = new Int32Array(1024);

  readonly subject: Subject;
  readonly alphabet: Alphabet;
  /** Goes up when `trim` drops everything: numbers of nodes and outcomes from before mean nothing any more. */
  generation = 0;
  #nodes = 0;
  #parent: number[] = [];
  #via: number[] = [];
  #callOf: number[] = [];
  #order: MemoryOrder[] = [];
  /** For the compare-exchange of an update loop: the load it belongs to. */
  #loop: number[] = [];
  #roots: number[] = [];
  #children = new PairMap(4096);
  /** Nodes whose accesses have a single result, and returns: by what they do and what comes after. */
  readonly #alike = new Map<string, number>();
  /** Nodes at which the subject said in what state its op is. */
  readonly #continued = new Map<string, number>();
  #outcomes: OpOutcome[] = [];
  #outcomeIndex = new Map<string, number>();
  #resultIndex = new Map<string, number>();
  #atomic = new PairMap(4096);
  #atomicOutcome: number[] = [];
  #atomicValue: number[] = [];
  readonly #warnings: Warning[] = [];

  constructor(subject: Subject, alphabet: Alphabet) {
    this.subject = subject;
    this.alphabet = alphabet;
  }

  get size(): number {
    return this.#nodes;
  }

  /** Drops everything when the trees have grown too large. Call it only when no op is under way. */
  trim(): void {
    if (this.#nodes < NODE_LIMIT) return;
    this.generation++;
    this.#nodes = 0;
    for (const list of [this.#parent, this.#via, this.#callOf, this.#loop, this.#roots]) list.length = 0;
    this.#order.length = 0;
    this.#children.clear();
    this.#alike.clear();
    this.#continued.clear();
    this.#outcomes.length = 0;
    this.#outcomeIndex.clear();
    this.#resultIndex.clear();
    this.#atomic.clear();
    this.#atomicOutcome.length = 0;
    this.#atomicValue.length = 0;
  }

  /** The call -1 stands for the scheme's RCU callback. */
  root(call: number): number {
    return this.#roots[call + 1] ?? this.#grow(call, -1, 0);
  }

  /** The node after access `node` had `result`. */
  child(node: number, result: number): number {
    if (ONE_RESULT[this.kind[node]!]) {
      const next = this.next[node]!;
      return next >= 0 ? next : this.#grow(this.#callOf[node]!, node, 0);
    }
    const known = this.#children.get(node, result);
    return known >= 0 ? known : this.#grow(this.#callOf[node]!, node, result);
  }

  order(node: number): MemoryOrder {
    return this.#order[node]!;
  }

  callOf(node: number): number {
    return this.#callOf[node]!;
  }

  outcomeOf(id: number): OpOutcome {
    return this.#outcomes[id]!;
  }

  /** Numbers the kinds of warning seen, for bit sets. */
  warningBits(outcome: number): number {
    let bits = 0;
    for (const { text } of this.#outcomes[outcome]!.warnings) {
      let index = this.#warnings.findIndex((known) => known.text === text);
      if (index < 0) index = this.#warnings.push({ kind: text, text }) - 1;
      if (index >= 32)
        throw new InputError(this.subject.name, 'warns in more than 32 ways; a scheme may have 32');
      bits |= 1 << index;
    }
    return bits;
  }

  /** The texts that a set of `warningBits` stands for. */
  warningTexts(bits: number): string[] {
    const texts: string[] = [];
    for (let left = bits; left !== 0; left &= left - 1) {
      texts.push(this.#warnings[31 - Math.clz32(left & -left)]!.text);
    }
    return texts;
  }

  /**
   * The op as its atomic specification would do it: all accesses at once on a counter at `value`.
   *
   * @returns an index for `atomicOutcome` and `atomicValue`
   * @throws NonTerminatingOp
   */
  atomically(call: number, value: number): number {
    const known = this.#atomic.get(call, value);
    return known >= 0 ? known : this.#runAtomically(call, value);
  }

  atomicOutcome(index: number): number {
    return this.#atomicOutcome[index]!;
  }

  atomicValue(index: number): number {
    return this.#atomicValue[index]!;
  }

  #runAtomically(call: number, start: number): number {
    const cell = new Int32Array([start]);
    let node = this.root(call);
    let marked = -1;
    let valueThere = 0;
    for (let accesses = 0; this.kind[node] !== Access.RETURN; accesses++) {
      const isBack = node === marked && cell[0] === valueThere;
      if (isBack || accesses === 2 * MOST_ACCESSES) {
        throw new NonTerminatingOp(`${this.alphabet.format(call)} on ${formatValue(start)}`, isBack);
      }
      if (accesses === MOST_ACCESSES) {
        marked = node;
        valueThere = cell[0]!;
      }
      node = this.child(node, applyToCell(this, node, cell));
    }
    const index = this.#atomicOutcome.push(this.outcome[node]!) - 1;
    this.#atomicValue.push(cell[0]!);
    this.#atomic.set(call, start, index);
    return index;
  }

  /** Runs the op with the results that lead to `result` of `parent`, and adds the node it stops at. */
  #grow(call: number, parent: number, result: number): number {
    const loop = parent < 0 ? -1 : this.#loop[parent]!;
    if (loop >= 0 && result !== this.a[parent]) {
      // A failed attempt: the same as having loaded `result` in the first place.
      const target = this.child(loop, result);
      this.#children.set(parent, result, target);
      return target;
    }
    const recorder = new Recorder(parent < 0 ? [] : this.#path(parent, result), (step, stop) => {
      const node = this.#ancestor(parent, step);
      return this.#isSame(node, stop);
    });
    const stop = recorder.run(this.subject, call, this.alphabet);
    const node =
      stop.kind === Access.BACK ? this.#ancestor(parent, stop.a) : this.#node(call, parent, result, stop);
    if (parent < 0) this.#roots[call + 1] = node;
    else if (ONE_RESULT[this.kind[parent]!]) this.next[parent] = node;
    else this.#children.set(parent, result, node);
    return node;
  }

  #path(node: number, result: number): number[] {
    const results = [result];
    for (let at = node; this.#parent[at]! >= 0; at = this.#parent[at]!) results.push(this.#via[at]!);
    return results.reverse();
  }

  #isSame(node: number, { kind, word, a, b, order }: Stop): boolean {
    return (
      this.kind[node] === kind &&
      this.word[node] === word &&
      this.a[node] === a &&
      this.b[node] === b &&
      this.#order[node] === order
    );
  }

  /** The node `step` accesses below the root, on the way to `node`. */
  #ancestor(node: number, step: number): number {
    let depth = 0;
    for (let at = node; this.#parent[at]! >= 0; at = this.#parent[at]!) depth++;
    let at = node;
    for (; depth > step; depth--) at = this.#parent[at]!;
    return at;
  }

  /**
   * The node at which an op stops. What it has read is forgotten as soon as it does not matter any more: two nodes of an
   * op that make the same access and then go on alike are one. So an op that is about to store REFCOUNT_SATURATED is
   * in one state, whatever bad value it has seen. Where the subject itself says in what state its op is, that decides
   * too: so a compare-exchange loop in C goes round in the tree as well.
   */
  #node(call: number, parent: number, via: number, stop: Stop): number {
    const { kind, word, a, b, order, continuation } = stop;
    // A root is never come back to: it is where an op begins.
    if (parent < 0) return this.#add(call, parent, via, stop);
    const state =
      continuation === undefined ? '' : `${call} ${kind} ${word} ${a} ${b} ${order} ${continuation}`;
    const continued = state === '' ? undefined : this.#continued.get(state);
    if (continued !== undefined) return continued;
    const node = this.#add(call, parent, via, stop);
    if (state !== '') this.#continued.set(state, node);
    if (kind !== Access.RETURN && !ONE_RESULT[kind]) return node;
    const after = kind === Access.RETURN ? this.outcome[node]! : this.child(node, 0);
    const text = `${call} ${kind} ${word} ${a} ${b} ${order} ${after}`;
    const alike = this.#alike.get(text) ?? node;
    this.#alike.set(text, alike);
    if (state !== '') this.#continued.set(state, alike);
    return alike;
  }

  #add(call: number, parent: number, via: number, stop: Stop): number {
    const node = this.#nodes++;
    if (node >= this.kind.length) this.#enlarge();
    this.kind[node] = stop.kind;
    this.word[node] = stop.word;
    this.a[node] = stop.a;
    this.b[node] = stop.b;
    this.next[node] = -1;
    this.isRoot[node] = parent < 0 ? 1 : 0;
    this.outcome[node] = stop.outcome ? this.#internOutcome(stop.outcome) : -1;
    this.#callOf[node] = call;
    this.#parent[node] = parent;
    this.#via[node] = via;
    this.#order[node] = stop.order;
    // The load of an update loop is the parent of its first attempt.
    this.#loop[node] = stop.inLoop ? parent : -1;
    return node;
  }

  #internOutcome(outcome: OpOutcome): number {
    const result = String(outcome.result);
    const text = `${result} ${outcome.warnings.map(({ kind, text }) => `${kind}: ${text}`).join('|')}`;
    const known = this.#outcomeIndex.get(text);
    if (known !== undefined) return known;
    const id = this.#outcomes.push(outcome) - 1;
    this.#outcomeIndex.set(text, id);
    const resultId = this.#resultIndex.get(result) ?? this.#resultIndex.size;
    this.#resultIndex.set(result, resultId);
    if (id >= this.resultId.length) this.resultId = enlarged(this.resultId);
    this.resultId[id] = resultId;
    return id;
  }

  #enlarge(): void {
    this.a = enlarged(this.a);
    this.b = enlarged(this.b);
    this.next = enlarged(this.next);
    this.outcome = enlarged(this.outcome);
    this.kind = enlargedBytes(this.kind);
    this.word = enlargedBytes(this.word);
    this.isRoot = enlargedBytes(this.isRoot);
  }
}

function enlarged(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function enlargedBytes(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Does one counter access on `cell[0]`. @returns its result: the old value, or 0 for a store */
export function applyToCell(trees: TransitionTrees, node: number, cell: Int32Array): number {
  const old = cell[0]!;
  switch (trees.kind[node]) {
    case Access.LOAD:
      return old;
    case Access.STORE:
      cell[0] = trees.a[node]!;
      return 0;
    case Access.EXCHANGE:
      cell[0] = trees.a[node]!;
      return old;
    case Access.FETCH_ADD:
      cell[0] = (old + trees.a[node]!) | 0;
      return old;
    case Access.FETCH_SUB:
      cell[0] = (old - trees.a[node]!) | 0;
      return old;
    case Access.COMPARE_EXCHANGE:
      if (old === trees.a[node]) cell[0] = trees.b[node]!;
      return old;
    default:
      throw new Error(`internal: access ${trees.kind[node]} on a counter`);
  }
}
