import { PairMap } from '../../oracles/pair-map.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import type { Alphabet } from '../program/alphabet.ts';
import { Access, HAS_ONE_RESULT } from './access.ts';
import { AtomicSpecification } from './atomic-specification.ts';
import { type Interrupt, NEVER } from './interrupt.ts';
import { OpOutcomes } from './op-outcomes.ts';
import { type OpOutcome, Recorder, type Stop } from './recorder.ts';
import { type SchemeLayout, schemeLayout } from './scheme-layout.ts';
import { TreeNodes, type Way } from './tree-nodes.ts';
import { WideValues } from './wide-values.ts';

export type { OpOutcome } from './recorder.ts';

/**
 * Above this many nodes the trees are dropped and grown anew: memory stays bounded on uniform random values. A campaign
 * comes there in seconds; with four times as many it is no faster.
 */
const NODE_LIMIT = 1 << 15;

/** The RCU callback of a scheme, where a call is asked for. Other functions that run later have the numbers below. */
export const CALLBACK = -1;

/**
 * Every op of a subject as a tree: a node is an access, an edge the result it had, a leaf what the op returned.
 *
 * An op is an ordinary synchronous function, so it cannot be stopped in the middle and resumed. Instead it is run again
 * from its start, fed the results recorded so far, and stopped at the first access that has none: that access is the next
 * node. `inc` of refcount/v5.5 gives
 *
 *     fetch_add(1) ──5──▶ return
 *            └──────0──▶ store(SATURATED) ──▶ return, ADD_UAF
 *
 * The function runs once for each distinct prefix of results; from then on the executor walks arrays. A failed attempt of
 * `update` leads to the node of having just loaded the value it saw, so retries add no nodes and a livelock is a cycle.
 *
 * The trees grow while they are walked: `root` and `child` make what is not there yet. They never change otherwise, until
 * `trim` drops them all.
 */
export class TransitionTrees extends TreeNodes {
  readonly subject: Subject;
  readonly alphabet: Alphabet;
  /** Where the words of a scheme lie; a counter has but one. */
  readonly layout: SchemeLayout | undefined;
  /** The numbers of values of 64 bits. */
  readonly wideValues = new WideValues();
  /** What the ops have returned so far, numbered. */
  readonly outcomes: OpOutcomes;
  /** By which whoever works with the trees can be made to give up. */
  readonly interrupt: Interrupt;
  /** Each op as one indivisible step. Counters only. */
  readonly specification: AtomicSpecification;
  /** Goes up when `trim` drops everything: numbers of nodes and outcomes from before mean nothing any more. */
  generation = 0;
  /** Functions that run later: calls from -1 downwards. None of a counter. */
  readonly laterCalls: number;
  /** By call plus `laterCalls`, so that those have a place. */
  readonly #roots: number[] = [];
  /** By node and result. For accesses of a single result the column `next` is quicker. */
  readonly #children = new PairMap(4096);
  /** Nodes whose accesses have a single result, and returns: by what they do and what comes after. */
  readonly #alike = new Map<string, number>();
  /** By root that a loop comes back to: what stands for it then. */
  readonly #again = new Map<number, number>();
  /** By call: where a thread stands that waits for a hold before it. */
  readonly #waits = new Map<number, number>();
  /** Every step from a node to the next that has been met: node, result, and the node after it. See `edges`. */
  readonly #edges: number[] = [];
  /** Nodes at which the subject said in what state its op is. */
  readonly #continued = new Map<string, number>();

  constructor(subject: Subject, alphabet: Alphabet, interrupt: Interrupt = NEVER) {
    super();
    this.subject = subject;
    this.alphabet = alphabet;
    this.layout = subject.kind === 'scheme' ? schemeLayout(subject) : undefined;
    this.interrupt = interrupt;
    this.laterCalls = subject.kind === 'scheme' ? (subject.time?.later?.length ?? 1) : 0;
    this.outcomes = new OpOutcomes(subject.name);
    this.specification = new AtomicSpecification(this);
  }

  /** Drops everything when the trees have grown too large. Call it only when no op is under way. */
  trim(): void {
    if (this.size < NODE_LIMIT) return;
    this.generation++;
    this.clearNodes();
    this.#roots.length = 0;
    this.#children.clear();
    this.#alike.clear();
    this.#continued.clear();
    this.#again.clear();
    this.#waits.clear();
    this.#edges.length = 0;
    this.outcomes.clear();
    this.wideValues.clear();
    this.specification.clear();
  }

  /** The first access of a call's op. */
  root(call: number): number {
    return this.#roots[call + this.laterCalls] ?? this.#grow(call, -1, 0);
  }

  /** Before a call's op: the thread takes over a hold first, and begins then. */
  takeOver(call: number): number {
    const known = this.#waits.get(call);
    if (known !== undefined) return known;
    const root = this.root(call);
    const stop: Stop = { kind: Access.TAKE_OVER, word: 0, a: 0, b: 0, order: 'relaxed', inLoop: false };
    const node = this.addNode({ call, parent: -1, via: 0 }, stop, -1);
    this.isRoot[node] = 0;
    this.next[node] = root;
    this.#waits.set(call, node);
    return node;
  }

  /** The node after access `node` had `result`. */
  child(node: number, result: number): number {
    if (HAS_ONE_RESULT[this.kind[node]!]) {
      const next = this.next[node]!;
      return next >= 0 ? next : this.#grow(this.callOf(node), node, 0);
    }
    const known = this.#children.get(node, result);
    return known >= 0 ? known : this.#grow(this.callOf(node), node, result);
  }

  /**
   * All that has been met so far, in triples: a node, the result that its access had (0 where it has but one), the node after
   * it. It only grows, until `trim`.
   */
  get edges(): readonly number[] {
    return this.#edges;
  }

  /** The outcome with a number: see the column `outcome`. */
  outcomeOf(id: number): OpOutcome {
    return this.outcomes.of(id);
  }

  /**
   * Runs the op with the results that lead to `result` of `parent`, and adds the node it stops at.
   *
   * @throws Interrupted
   */
  #grow(call: number, parent: number, result: number): number {
    this.interrupt.look();
    const loop = parent < 0 ? -1 : this.loopOf(parent);
    if (loop >= 0 && result !== this.a[parent]) {
      // A failed attempt: the same as having loaded `result` in the first place.
      const target = this.child(loop, result);
      this.#children.set(parent, result, target);
      this.#edges.push(parent, result, target);
      return target;
    }
    const results = parent < 0 ? [] : this.resultsTo(parent, result);
    const way = parent < 0 ? [] : this.wayTo(parent);
    const recorder = new Recorder(results, this, (step, stop) => this.isSame(way[step]!, stop));
    const stop = recorder.run(this.subject, call, this.alphabet);
    const node =
      stop.kind === Access.BACK
        ? this.#comeBackTo(way[stop.a]!, call)
        : this.#nodeAt({ call, parent, via: result }, stop);
    if (parent < 0) this.#roots[call + this.laterCalls] = node;
    else if (HAS_ONE_RESULT[this.kind[parent]!]) this.next[parent] = node;
    else this.#children.set(parent, result, node);
    if (parent >= 0) this.#edges.push(parent, result, node);
    return node;
  }

  /**
   * An op that loops from its first access on has begun all the same: a copy of its root stands for the next rounds. Only
   * schemes make anything of the beginning.
   */
  #comeBackTo(node: number, call: number): number {
    if (!this.isRoot[node] || this.subject.kind === 'counter') return node;
    const known = this.#again.get(node);
    if (known !== undefined) return known;
    const [kind, word, a, b] = [this.kind[node]!, this.word[node]!, this.a[node]!, this.b[node]!];
    const stop: Stop = { kind, word, a, b, order: this.order(node), fence: this.fence(node), inLoop: false };
    const copy = this.addNode({ call, parent: -1, via: 0 }, stop, -1);
    this.isRoot[copy] = 0;
    this.#again.set(node, copy);
    return copy;
  }

  /**
   * The node at which an op stops. What it has read is forgotten as soon as it does not matter any more: two nodes of an
   * op that make the same access and then go on alike are one. So an op that is about to store REFCOUNT_SATURATED is
   * in one state, whatever bad value it has seen:
   *
   *     fetch_add(1) ──0───▶ store(SATURATED) ──▶ return, ADD_UAF
   *            ├─────-5───▶ store(SATURATED) ──▶ return, ADD_OVF     two nodes: they warn of different things
   *            └─────-6───▶ (the node of -5)
   *
   * To know what comes after, accesses of a single result are followed to the op's return at once. Where the subject
   * itself says in what state its op is, that decides too: so a compare-exchange loop in C goes round in the tree as well.
   */
  #nodeAt(way: Way, stop: Stop): number {
    const { kind, word, a, b, order, fence = 0, continuation } = stop;
    // A root is never come back to: it is where an op begins.
    if (way.parent < 0) return this.#add(way, stop);
    const access = `${way.call} ${kind} ${word} ${a} ${b} ${order} ${fence}`;
    const state = continuation === undefined ? undefined : `${access} ${continuation}`;
    const continued = state === undefined ? undefined : this.#continued.get(state);
    if (continued !== undefined) return continued;
    const node = this.#add(way, stop);
    // Before its child is made: a loop may lead back to here.
    if (state !== undefined) this.#continued.set(state, node);
    if (kind !== Access.RETURN && !HAS_ONE_RESULT[kind]) return node;
    const after = kind === Access.RETURN ? this.outcome[node]! : this.child(node, 0);
    const text = `${access} ${after}`;
    const alike = this.#alike.get(text) ?? node;
    this.#alike.set(text, alike);
    if (state !== undefined) this.#continued.set(state, alike);
    return alike;
  }

  #add(way: Way, stop: Stop): number {
    return this.addNode(way, stop, stop.outcome ? this.outcomes.add(stop.outcome) : -1);
  }
}
