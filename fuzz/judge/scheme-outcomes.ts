import { Fact } from '../../oracles/lifetime.ts';
import type { Explorer, ExplorerOptions } from '../explore/explorer.ts';
import { StateSet } from '../explore/state-set.ts';
import { ThreadSymmetry } from '../explore/thread-symmetry.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import type { Machine } from '../run/machine.ts';
import { codeAt, RESULT_CODES } from '../run/op-results.ts';

const { FACTS, WARNED } = WordIndex;

/** How much has been explored, of all programs so far. */
export interface ExplorationCounts {
  states: number;
  transitions: number;
}

/** What a scheme can do with a program, over all schedules. */
export interface Reachable {
  /** Whether it can reach a vector of results, complete or not. */
  reaches(vector: Int32Array): boolean;
  /** All of them: by thread, two bits an op. Where threads are alike, one vector stands for all orders of them. */
  vectors(): number[][];
  /** Facts and warnings met anywhere. Facts are a bit set. */
  readonly facts: number;
  readonly warnings: ReadonlySet<string>;
}

/**
 * A vector of results: thread by thread, two bits an op. Threads that are alike are sorted, so that vectors that differ
 * in nothing but which of them is which are one.
 *
 *     two threads, each get then put: get granted, put under way │ get refused
 *     the cells: 01 │ 10 in two bits an op; alike threads: the same as 10 │ 01, and stored sorted
 */
export class Vectors {
  readonly #known = new StateSet(1);
  #cells = new Int32Array(0);
  readonly #options: ExplorerOptions;
  #symmetry: ThreadSymmetry | undefined;

  constructor(options: ExplorerOptions) {
    this.#options = options;
  }

  /** Forgets the program before. To be called once the machine has started a program. */
  begin(machine: Machine): void {
    if (this.#cells.length !== machine.threadCount) this.#cells = new Int32Array(machine.threadCount);
    this.#known.clear(machine.threadCount);
    if (!this.#options.symmetry) return;
    this.#symmetry = new ThreadSymmetry(machine);
    this.#symmetry.begin(machine.program);
  }

  /**
   * The results so far. When one thread completed several ops at once (a put by a thread that holds nothing takes no
   * access), `done` cuts its list after that many. One array for all answers: use it before the next call.
   */
  of(machine: Machine, thread = -1, done = 0): Int32Array {
    const cells = this.#cells;
    for (let other = 0; other < cells.length; other++) cells[other] = machine.results[other]!;
    if (thread >= 0 && thread < cells.length) cells[thread]! &= (1 << (2 * done)) - 1;
    if (this.#symmetry?.isPresent) this.#symmetry.sortCells(cells);
    return cells;
  }

  add(vector: Int32Array): void {
    this.#known.add(vector);
  }

  has(vector: Int32Array): boolean {
    return this.#known.indexOf(vector) >= 0;
  }

  list(): number[][] {
    return Array.from({ length: this.#known.size }, (_, index) => {
      this.#known.copyTo(index, this.#cells);
      return [...this.#cells];
    });
  }
}

/**
 * Complete outcomes, a vector, the facts and the warnings each: those of the reference, and which of them the subject
 * has. A row: the vector, the facts, the number of the set of warning texts.
 */
export class Endings {
  readonly #known = new StateSet(1);
  #row = new Int32Array(0);
  #seen = new Set<number>();
  /** Whether the subject has one that the reference lacks. */
  hasStrange = false;
  readonly #texts = new Map<string, number>();

  begin(threads: number): void {
    if (this.#row.length !== threads + 2) this.#row = new Int32Array(threads + 2);
    this.#known.clear(threads + 2);
    this.forget();
  }

  add(vector: Int32Array, facts: number, machine: Machine): void {
    this.#known.add(this.#rowOf(vector, facts, machine));
  }

  /** Call it once all of the reference's are added. */
  meet(vector: Int32Array, facts: number, machine: Machine): void {
    const index = this.#known.indexOf(this.#rowOf(vector, facts, machine));
    if (index >= 0) this.#seen.add(index);
    else this.hasStrange = true;
  }

  /** None of them has been met yet. */
  forget(): void {
    this.#seen.clear();
    this.hasStrange = false;
  }

  /** How many of the reference's the subject has not come to. */
  get unmet(): number {
    return this.#known.size - this.#seen.size;
  }

  #rowOf(vector: Int32Array, facts: number, machine: Machine): Int32Array {
    this.#row.set(vector);
    this.#row[vector.length] = facts;
    this.#row[vector.length + 1] = machine.words[WARNED] === 0 ? 0 : this.#textsOf(machine);
    return this.#row;
  }

  /** Sides number their warnings each for itself, so sets of texts are numbered here. */
  #textsOf(machine: Machine): number {
    const texts = machine.warningTexts().sort().join('\n');
    const known = this.#texts.get(texts) ?? this.#texts.size + 1;
    this.#texts.set(texts, known);
    return known;
  }
}

/**
 * Explores the reference. Vectors of states under way are added too: a subject is asked at each op's end, not only at
 * the end of the run.
 *
 * @returns undefined when there are more than `limit` states
 */
export function reachableBy(
  explorer: Explorer,
  program: Program,
  limit: number,
  vectors: Vectors,
  endings: Endings,
  counts: ExplorationCounts,
): Reachable | undefined {
  const { machine } = explorer;
  let warned = 0;
  let facts = 0;
  const states = explorer.explore(program, limit, {
    begin() {
      vectors.begin(machine);
      endings.begin(machine.threadCount);
      warned = 0;
      facts = 0;
    },
    step(_, thread, op) {
      counts.transitions++;
      const completed = thread < machine.threadCount ? machine.position[thread]! : op;
      // The last of them is the state's own vector, which `state` adds.
      for (let done = op + 1; done < completed; done++) vectors.add(vectors.of(machine, thread, done));
      return true;
    },
    state(_, stuck) {
      vectors.add(vectors.of(machine));
      const own = factsOf(machine, stuck);
      facts |= own;
      if (stuck) endings.add(vectors.of(machine), own, machine);
      warned |= machine.words[WARNED]!;
    },
  });
  if (states === undefined) return undefined;
  counts.states += states;
  const warnings = new Set(machine.trees.outcomes.warningTexts(warned));
  return { reaches: (vector) => vectors.has(vector), vectors: () => vectors.list(), facts, warnings };
}

/** Facts in a state. A leak after a warning is not held against a scheme: it said so. */
export function factsOf(machine: Machine, stuck: boolean): number {
  const facts = machine.words[FACTS]! | (stuck && !machine.isFinished() ? Fact.DEADLOCK : 0);
  return machine.words[WARNED] === 0 ? facts : facts & ~Fact.LEAK;
}

/** The success class of an op that is over, as it is packed. */
export function resultAt(machine: Machine, thread: number, op: number): number {
  return codeAt(machine.results[thread]!, op);
}

/** The success classes of every thread, as text. */
export function resultClasses(machine: Machine): string[][] {
  return machine.program.threads.map((ops, thread) =>
    ops.slice(0, machine.position[thread]).map((_, op) => RESULT_CODES[resultAt(machine, thread, op)]!),
  );
}
