import { type Execution, SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import { COUNTER_WORDS } from './access.ts';
import { schemeLayout } from './scheme-layout.ts';
import type { TransitionTrees } from './transition-trees.ts';

/** The node of a thread that has no op left. */
export const DONE = -1;

/** Is told of the accesses that a machine makes. */
export interface AccessListener {
  /**
   * A thread has made the access of `node`, on a word that held `old`. The words are as the access left them; the thread
   * still stands at `node`, and what the end of an op brings about has not been noted yet.
   *
   * @param outcome of the op that returned with this access; -1 if the op goes on
   */
  step(machine: MachineState, thread: number, node: number, old: number, outcome: number): void;
}

/** The arrays of a state for one number of threads: views, one after the other, into `state`. */
type Layout = Pick<MachineState, 'state' | 'words' | 'node' | 'position' | 'results' | 'extra'>;

/**
 * The state of a running program, and where in it everything lies.
 *
 * All that changes while a program runs is in one array of 32-bit integers, `state`, so that an explorer can save,
 * restore, hash and compare it as a whole. It is as long as the program's threads need and no longer:
 *
 *     counter, 2 threads    count | node 0, 1 | position 0, 1 | extra
 *     scheme, 2 threads     17 words, own words | node 0, 1, RCU | position 0, 1, RCU | results 0, 1 | extra
 *
 * A scheme has more threads than its program: behind those comes RCU, whose only op is the callback, or all functions of the
 * scheme that run later, a thread each.
 */
export class MachineState {
  readonly trees: TransitionTrees;
  /** Another array for another number of threads. */
  state: Int32Array;
  /** The words of the subject, by `WordIndex`. */
  words: Int32Array;
  /** By thread: the node of its tree at which its op stands, or DONE. */
  node: Int32Array;
  /** By thread: which of its ops it is at, 0 to MAX_OPS. */
  position: Int32Array;
  /** By thread, schemes only: success classes of the ops that are over. See op-results.ts. */
  results: Int32Array;
  /** Cells of the caller's own, saved and restored with the rest. */
  extra: Int32Array;
  /** Threads of the program, without RCU: 1 to MAX_THREADS. */
  threadCount = MAX_THREADS;
  /**
   * What has been out of order in the runs of a program, a bit each by number of `Fact`: its user sets it to 0. No part of the state: who
   * asks for it asks of all runs.
   */
  outOfOrder = 0;
  /** The program under way, and its threads once more, for the inner loop. */
  program: Program = { start: 0, threads: [] };
  threads: Program['threads'] = [];
  /** Told of every access, when somebody wants to know what programs do. */
  listener: AccessListener | undefined;
  /** Calls, returns and outcomes, for the oracles. Counters only. No part of the state: an explorer does not need it. */
  readonly execution: Execution;
  /** By number of threads. Made once: to change the program allocates nothing. */
  readonly #layouts: readonly Layout[];

  /** @param extraCells how many cells `extra` has */
  constructor(trees: TransitionTrees, extraCells: number) {
    const { subject } = trees;
    this.trees = trees;
    this.#layouts = Array.from({ length: MAX_THREADS + 1 }, (_, threads) =>
      layoutOf(subject.kind === 'scheme' ? subject : undefined, threads, extraCells),
    );
    const largest = this.#layouts[MAX_THREADS]!;
    this.state = largest.state;
    this.words = largest.words;
    this.node = largest.node;
    this.position = largest.position;
    this.results = largest.results;
    this.extra = largest.extra;
    this.execution = emptyExecution();
  }

  /** Whether the program's threads are done; an RCU callback may still be due. */
  isFinished(): boolean {
    for (let thread = 0; thread < this.threadCount; thread++) if (this.node[thread] !== DONE) return false;
    return true;
  }

  /** Makes room for a program: all cells are 0, and no thread has an op. */
  protected load(program: Program): void {
    const { threads } = program;
    this.program = program;
    this.threads = threads;
    if (this.threadCount !== threads.length) this.#layOut(threads.length);
    for (let thread = 0; thread < threads.length; thread++) {
      if (threads[thread]!.length > MAX_OPS)
        throw new Error(`internal: a thread of more than ${MAX_OPS} ops`);
    }
    this.state.fill(0);
    this.node.fill(DONE);
  }

  #layOut(threads: number): void {
    const layout = this.#layouts[threads];
    if (!layout) throw new Error(`internal: a program of ${threads} threads`);
    this.threadCount = threads;
    this.state = layout.state;
    this.words = layout.words;
    this.node = layout.node;
    this.position = layout.position;
    this.results = layout.results;
    this.extra = layout.extra;
  }
}

function layoutOf(scheme: Scheme | undefined, threads: number, extraCells: number): Layout {
  const layout = scheme && schemeLayout(scheme);
  const words = layout?.length ?? COUNTER_WORDS;
  const slots = threads + (layout?.laterThreads ?? 0);
  const results = scheme ? threads : 0;
  const state = new Int32Array(words + 2 * slots + results + extraCells);
  let end = 0;
  const next = (length: number) => {
    end += length;
    return state.subarray(end - length, end);
  };
  return {
    state,
    words: next(words),
    node: next(slots),
    position: next(slots),
    results: next(results),
    extra: next(extraCells),
  };
}

/** Room for the largest program: each op is called once and returns once. */
function emptyExecution(): Execution {
  const slots = MAX_THREADS * SLOTS_PER_THREAD;
  return {
    start: 0,
    final: 0,
    events: new Int32Array(2 * slots),
    eventCount: 0,
    calls: new Int32Array(slots),
    outcomes: new Int32Array(slots),
  };
}
