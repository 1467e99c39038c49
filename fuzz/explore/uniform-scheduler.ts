import { opCount, type Program } from '../program/program.ts';
import { grown } from '../run/grown.ts';
import type { Machine } from '../run/machine.ts';
import type { Scheduler } from '../run/schedulers.ts';
import { Explorer, type Visitor } from './explorer.ts';
import { interleavingsOf, uniformBelow, uniformNumberBelow } from './interleavings.ts';
import { stateGraph } from './state-graph.ts';

/** Beyond these the graph costs more than the schedules drawn from it. */
const MOST_OPS = 7;
const MOST_STATES = 1_000;

/**
 * Every interleaving of one program is exactly as likely as any other. A random walk is not so: it favours those in
 * which threads end early. Of two threads with one and nine accesses it gives [0, 1, 1, …] half of the runs, though there
 * are ten interleavings. (Uniform sampling finds what needs one of many interleavings; PCT what needs a rare order.)
 *
 * @returns undefined when the program is too large for its interleavings to be counted
 */
export function uniformScheduler(machine: Machine, program: Program): Scheduler | undefined {
  if (opCount(program) > MOST_OPS) return undefined;
  const graph = stateGraph(machine, program, MOST_STATES);
  const interleavings = graph && interleavingsOf(graph);
  if (!interleavings) return undefined;
  let schedule: readonly number[] = [];
  let at = 0;
  return {
    name: 'uniform',
    begin(_, choices) {
      schedule = interleavings.unrank(uniformBelow(interleavings.count, choices));
      at = 0;
    },
    pick: () => schedule[at++] ?? -1,
  };
}

/**
 * The same for one program after another, as a campaign needs it: the graph lies in arrays that serve for all of them,
 * and numbers of interleavings are plain numbers. Of a program with 2⁵³ of them or more `uniformScheduler` is asked; no
 * built-in target has one.
 *
 *     of a state: paths to an end = the sum of those of the states after it
 *     to draw: a number below the paths of the start; at each state, the transition among whose paths it falls
 */
export class UniformSchedules {
  readonly #machine: Machine;
  readonly #explorer: Explorer;
  readonly #visitor: Visitor;
  #states = 0;
  #edges = 0;
  /** By state, and one more at the end: its first transition. By transition: the thread, and the state after it. */
  #first = new Int32Array(256);
  #thread = new Int32Array(1024);
  #to = new Int32Array(1024);
  /** The states, each after all that lead to it; and by state how many of those have not come yet. */
  #order = new Int32Array(256);
  #incoming = new Int32Array(256);
  /** By state: how many ways lead from it to an end. */
  #paths = new Float64Array(MOST_STATES);
  /** Of the run under way: where it is, and the number of what is left of its interleaving. */
  #state = 0;
  #rank = 0;
  readonly #scheduler: Scheduler = {
    name: 'uniform',
    begin: (_, choices) => {
      this.#state = 0;
      this.#rank = uniformNumberBelow(this.#paths[0]!, choices);
    },
    pick: () => this.#pick(),
  };

  /** @param machine explores the programs; it tells its listener of that */
  constructor(machine: Machine) {
    this.#machine = machine;
    this.#explorer = new Explorer(machine);
    this.#visitor = {
      state: (index) => {
        machine.execution.eventCount = 0;
        this.#first = grown(this.#first, index + 1);
        this.#first[index] = this.#edges;
      },
      transition: (_, mover, after) => this.#add(mover, after),
    };
  }

  /** @returns as `uniformScheduler`; good until the next call */
  of(program: Program): Scheduler | undefined {
    if (opCount(program) > MOST_OPS) return undefined;
    this.#edges = 0;
    const states = this.#explorer.explore(program, MOST_STATES, this.#visitor);
    if (states === undefined) return undefined;
    this.#states = states;
    this.#first[states] = this.#edges;
    if (!this.#sort()) return undefined;
    this.#countPaths();
    return this.#paths[0]! <= Number.MAX_SAFE_INTEGER
      ? this.#scheduler
      : uniformScheduler(this.#machine, program);
  }

  /** Transitions come in the order of their states, and those of a state in that of its threads. */
  #add(mover: number, after: number): void {
    const edge = this.#edges++;
    this.#thread = grown(this.#thread, edge);
    this.#to = grown(this.#to, edge);
    this.#thread[edge] = mover;
    this.#to[edge] = after;
  }

  /** As `topologicalOrder` of state-graph.ts. @returns false for a graph with a circle: endlessly many interleavings */
  #sort(): boolean {
    const states = this.#states;
    this.#order = grown(this.#order, states);
    this.#incoming = grown(this.#incoming, states);
    const [order, incoming, to, first] = [this.#order, this.#incoming, this.#to, this.#first];
    incoming.fill(0, 0, states);
    for (let edge = 0; edge < this.#edges; edge++) incoming[to[edge]!]!++;
    let length = 0;
    if (incoming[0] === 0) order[length++] = 0;
    for (let at = 0; at < length; at++) {
      const state = order[at]!;
      for (let edge = first[state]!; edge < first[state + 1]!; edge++) {
        if (--incoming[to[edge]!]! === 0) order[length++] = to[edge]!;
      }
    }
    return length === states;
  }

  /** A sum that is too large to be exact stays too large: the start has at least as many paths as any other state. */
  #countPaths(): void {
    const [order, to, first, paths] = [this.#order, this.#to, this.#first, this.#paths];
    for (let at = this.#states - 1; at >= 0; at--) {
      const state = order[at]!;
      let sum = 0;
      for (let edge = first[state]!; edge < first[state + 1]!; edge++) sum += paths[to[edge]!]!;
      paths[state] = first[state] === first[state + 1] ? 1 : sum;
    }
  }

  /** As `unrank` of interleavings.ts, one access at a time. */
  #pick(): number {
    const [to, first, paths] = [this.#to, this.#first, this.#paths];
    let edge = first[this.#state]!;
    if (edge === first[this.#state + 1]) return -1;
    for (let ways = paths[to[edge]!]!; this.#rank >= ways; ways = paths[to[edge]!]!) {
      this.#rank -= ways;
      edge++;
    }
    this.#state = to[edge]!;
    return this.#thread[edge]!;
  }
}
