import { Fact } from '../../oracles/lifetime.ts';
import type { Explorer, Visitor } from '../explore/explorer.ts';
import { markLeading } from '../explore/leading-states.ts';
import { StateSet } from '../explore/state-set.ts';
import { endlessCircles } from '../explore/stuck.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import { awaitsPut } from '../run/awaited-put.ts';
import type { Machine } from '../run/machine.ts';
import { codeOf } from '../run/op-results.ts';
import { factOf, packedFact, type SchemeFact, whatOf } from '../run/scheme-facts.ts';
import { isPinnedByOther, touchedBy } from '../run/scheme-words.ts';
import { type Instances, type Outcomes, UNTOUCHED } from './scheme-outcomes.ts';

const { LIST, TOUCHED } = WordIndex;

/** How much has been explored, of all programs so far. */
export interface ExplorationCounts {
  states: number;
  transitions: number;
}

/** An op of the program that returned, in some schedules; a callback goes by the op that queued it. */
export interface OpReturn {
  /** Number of the transition, in the order of `edges`. */
  readonly edge: number;
  /** The thread and the op; see `Instances` for what stands for both. */
  readonly thread: number;
  readonly op: number;
  readonly instance: number;
  /** Where it had first touched the counter: an index of BOUNDARIES, or UNTOUCHED. */
  readonly boundary: number;
  /** The same, but where the count stood if it had not touched it. */
  readonly shown: number;
  /** Whether the object was in no list when it returned. */
  readonly isUnlinked: boolean;
  /** Whether another op, still under way, had pinned the counter by a store. */
  readonly seesPinned: boolean;
  readonly warnings: readonly string[];
  /** By thread: the results of all ops that are over by then, packed; of a callback none. */
  readonly results: readonly number[];
}

/** The results that a callback's return has, for each thread. */
export const NO_RESULTS = -1;

/** Numbers that are kept of each return, before the results of the threads. */
const FIXED = 7;

/** What an op or a whole side did that was stopped by a bound of ours: nothing can be said of it. */
const GIVEN_UP: ReadonlySet<unknown> = new Set(['non-terminating', 'stack-overflow', 'out-of-memory']);

/**
 * All that one side can do with a program: its complete outcomes, and the graph that says by which ops they came about. Made
 * once for a side, and used for one program after another.
 */
export class SchemeRuns implements Visitor {
  readonly machine: Machine;
  /** Pairs of states: from, to. */
  readonly edges: number[] = [];
  /** Pairs: a state in which a run ends, or that it cannot leave any more, and the row of its outcome in `rows`. */
  readonly ends: number[] = [];
  /** By pair of `ends`: the fact of the run as it was, packed, by the thread that stands there. */
  readonly #facts: number[] = [];
  /** Places of ops under way where a run cannot go on: instance, boundary, and the run's fact as in `rows`; 0: it waits for a put. */
  readonly underWay: number[] = [];
  /** Complete outcomes, each once. See `Outcomes`. */
  rows = new StateSet(1);
  states = 0;
  /** Whether some op was stopped by a bound. */
  hasGivenUp = false;
  /** Returns of ops, FIXED numbers and one for each thread: see `#noteReturn`. An object for each would take longer than all else. */
  readonly #returns: number[] = [];
  readonly #explorer: Explorer;
  readonly #outcomes: Outcomes;
  readonly #instances: Instances;
  /** The TOUCHED word of the state that was left last. */
  #touched = 0;
  /** Whether some transition led to a state met before the one it left: only then can there be a circle. */
  #goesBack = false;
  #hasWarned = false;
  /** By number of an outcome: see `#learnTextSet`. */
  readonly #textSets: number[] = [];

  constructor(explorer: Explorer, outcomes: Outcomes, instances: Instances) {
    this.machine = explorer.machine;
    this.#explorer = explorer;
    this.#outcomes = outcomes;
    this.#instances = instances;
  }

  /** @returns whether the program was decided: false with more than `limit` states */
  explore(program: Program, limit: number, counts: ExplorationCounts): boolean {
    const states = this.#explorer.explore(program, limit, this);
    counts.transitions += this.edges.length / 2;
    if (states === undefined) return false;
    counts.states += states;
    this.states = states;
    if (this.#goesBack) this.#addCircles(program, limit);
    return true;
  }

  begin(): void {
    for (const list of [this.edges, this.#returns, this.ends, this.#facts, this.underWay]) list.length = 0;
    this.rows.clear(this.#outcomes.begin(this.machine));
    this.hasGivenUp = false;
    this.#goesBack = false;
    this.#hasWarned = false;
  }

  state(index: number, stuck: boolean): void {
    this.#touched = this.machine.words[TOUCHED]!;
    if (stuck) this.#addEnd(index);
  }

  step(_: number, thread: number, op: number, outcome: number): boolean {
    if (outcome >= 0) this.#noteReturn(thread, op, outcome);
    return true;
  }

  transition(from: number, _: number, to: number): void {
    this.edges.push(from, to);
    if (to <= from) this.#goesBack = true;
  }

  /** The states from which one that is marked can be reached. */
  leadingTo(marked: readonly number[]): boolean[] {
    const leads: boolean[] = new Array<boolean>(this.states).fill(false);
    for (const state of marked) leads[state] = true;
    markLeading(leads, this.edges);
    return leads;
  }

  /** The states that a run can come to from `start` without a transition that is to be left out. */
  reachedFrom(start: number, isLeftOut: (edge: number) => boolean): boolean[] {
    const reached: boolean[] = new Array<boolean>(this.states).fill(false);
    reached[start] = true;
    // Transitions are listed state by state, and nearly all lead to a later one.
    for (let hasGrown = true; hasGrown; ) {
      hasGrown = false;
      for (let edge = 0; edge < this.edges.length / 2; edge++) {
        const to = this.edges[2 * edge + 1]!;
        if (!reached[this.edges[2 * edge]!] || reached[to] || isLeftOut(edge)) continue;
        reached[to] = true;
        hasGrown = true;
      }
    }
    return reached;
  }

  /** The state that a transition leaves. */
  before(edge: number): number {
    return this.edges[2 * edge]!;
  }

  /** The state that a transition leads to. */
  after(edge: number): number {
    return this.edges[2 * edge + 1]!;
  }

  #addEnd(index: number): void {
    const { machine } = this;
    const isStuck = !machine.isOver();
    const isWaiting = isStuck && machine.fact === 0 && awaitsPut(machine);
    const facts = machine.fact === 0 && isStuck && !isWaiting ? this.#stuckFacts() : [machine.fact];
    for (const fact of facts) {
      this.ends.push(index, this.rows.add(this.#outcomes.rowOf(machine, fact)));
      this.#facts.push(fact);
      if (isStuck) this.#noteUnderWay(this.#instances.ofFact(fact));
    }
  }

  /** The fact of a run that ends in a state, with all that rows leave out. @param at its place in `ends` */
  factAt(at: number): SchemeFact | undefined {
    return factOf(this.#facts[at / 2]!);
  }

  /** Ops that never return, the one that a thread waits to begin among them, have been where they first touched the counter all the same. */
  #noteUnderWay(fact: number): void {
    const { node, words, position, threadCount } = this.machine;
    for (let thread = 0; thread < threadCount; thread++) {
      if (node[thread]! < 0) continue;
      const touched = touchedBy(words[TOUCHED]!, thread);
      const boundary = touched < 0 ? UNTOUCHED : touched;
      this.underWay.push(this.#instances.of(thread, position[thread]!), boundary, fact);
    }
  }

  /**
   * Nothing can go on, or all goes round: the lowest thread that is not done is named, or who has queued the callback. Of threads that are alike any may be
   * the lowest, and one state stands for all orders of them.
   */
  #stuckFacts(): number[] {
    const { machine } = this;
    const later = Math.max(machine.laterUnderWay, machine.threadCount);
    const caller = machine.isFinished() ? machine.callerOf(later) : undefined;
    if (caller) return [packedFact(Fact.STUCK, caller)];
    const named = this.#instances.orders.map((order) => {
      const thread = order.find((one) => machine.node[one]! >= 0)!;
      const who = machine.touches.whoIs(machine.words, thread, machine.position[thread]!);
      return packedFact(Fact.STUCK, who);
    });
    return [...new Map(named.map((fact) => [this.#instances.ofFact(fact), fact])).values()];
  }

  /**
   * Runs that go round for ever have an outcome too: the results so far, and the fact that they are stuck. Their states are
   * visited once more, since nothing but numbers was kept of them.
   */
  #addCircles(program: Program, limit: number): void {
    const ended = this.ends.filter((_, at) => at % 2 === 0);
    const circles = new Set(endlessCircles(this.leadingTo(ended), this.states, this.edges));
    if (circles.size === 0) return;
    this.#explorer.explore(program, limit, {
      state: (index) => {
        if (circles.has(index)) this.#addEnd(index);
      },
    });
  }

  /**
   * The ops that returned, in any schedule.
   *
   * @param isAsked by the transition: an object is made only for those
   */
  returns(isAsked: (edge: number) => boolean = () => true): OpReturn[] {
    const threads = this.machine.threadCount;
    const all: OpReturn[] = [];
    for (let at = 0; at < this.#returns.length; at += FIXED + threads) {
      if (!isAsked(this.#returns[at]!)) continue;
      const [edge, thread, op, boundary, shown, flags, warnings] = this.#returns.slice(at, at + FIXED) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      all.push({
        edge,
        thread,
        op,
        instance: this.#instances.of(thread, op),
        boundary,
        shown,
        isUnlinked: (flags & 1) === 1,
        seesPinned: (flags & 2) === 2,
        warnings: this.#outcomes.textsOf(warnings),
        results: this.#returns.slice(at + FIXED, at + FIXED + threads),
      });
    }
    return all;
  }

  /** Whether any op has warned, in any schedule. */
  get hasWarned(): boolean {
    return this.#hasWarned;
  }

  #noteReturn(thread: number, op: number, outcome: number): void {
    const { machine } = this;
    const { words, threadCount, touches, results } = machine;
    const hasCrashed = machine.fact !== 0 && whatOf(machine.fact) === Fact.CRASH;
    if (hasCrashed && GIVEN_UP.has(machine.trees.outcomeOf(outcome).result)) this.hasGivenUp = true;
    const texts = this.#textSets[outcome] ?? this.#learnTextSet(outcome);
    if (texts !== 0) this.#hasWarned = true;
    const edge = this.edges.length / 2;
    const isUnlinked = words[LIST] === 0 ? 1 : 0;
    const isPinned = isPinnedByOther(words, thread) ? 2 : 0;
    if (thread >= threadCount) {
      const caller = machine.callerOf(thread)!;
      const at = caller.hasTouched ? caller.boundary : UNTOUCHED;
      this.#returns.push(edge, caller.thread, caller.op, at, caller.boundary, isUnlinked | isPinned, texts);
      for (let other = 0; other < threadCount; other++) this.#returns.push(NO_RESULTS);
      return;
    }
    const touched = touches.ofReturned(this.#touched, thread);
    const boundary = touched >= 0 ? touched : UNTOUCHED;
    const shown = boundary === UNTOUCHED ? touches.boundaryNow(words) : boundary;
    this.#returns.push(edge, thread, op, boundary, shown, isUnlinked | isPinned, texts);
    for (let other = 0; other < threadCount; other++) this.#returns.push(results[other]!);
  }

  /** The number of the set of warnings that an op returned with; 0 for none. */
  #learnTextSet(outcome: number): number {
    const { warnings } = this.machine.trees.outcomeOf(outcome);
    const set = warnings.length === 0 ? 0 : this.#outcomes.setOf(warnings.map(({ text }) => text));
    this.#textSets[outcome] = set;
    return set;
  }
}

/** A refusal, as it is packed. */
export const REFUSED = codeOf('refused');
/** A grant, as it is packed. */
export const GRANTED = codeOf('granted');
