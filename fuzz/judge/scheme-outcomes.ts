import type { ExplorerOptions } from '../explore/explorer.ts';
import { ThreadSymmetry } from '../explore/thread-symmetry.ts';
import type { Program } from '../program/program.ts';
import { WordIndex } from '../run/access.ts';
import type { Machine } from '../run/machine.ts';
import { codeAt, RESULT_CODES } from '../run/op-results.ts';
import { bareFact, withThreads } from '../run/scheme-facts.ts';

const { FREED, WARNED } = WordIndex;

/** For an op that has returned without touching the counter: beyond every index of BOUNDARIES. */
export const UNTOUCHED = 7;

const MOST_OPS_BITS = 4;

/**
 * The ops of a program, numbered so that ops of threads that call the same are one: which of these threads is which says
 * nothing of what can happen.
 */
export class Instances {
  #classes: readonly number[] = [];
  #texts: readonly string[] = [];
  readonly #asksThread: boolean;
  #orders: readonly (readonly number[])[] | undefined;

  /** @param asksThread whether the code of a side can tell its thread by number: then no two are alike */
  constructor(asksThread = false) {
    this.#asksThread = asksThread;
  }

  begin({ threads }: Program): void {
    const texts = threads.map((calls, thread) => (this.#asksThread ? `${thread}: ` : '') + calls.join());
    this.#classes = texts.map((text) => texts.indexOf(text));
    this.#orders = undefined;
    this.#texts = texts;
  }

  /** All orders of the threads in which only those that call the same are exchanged: by place, the thread that stands there. */
  get orders(): readonly (readonly number[])[] {
    this.#orders ??= ordersOf(this.#texts);
    return this.#orders;
  }

  /** The lowest thread with the same calls. */
  classOf(thread: number): number {
    return this.#classes[thread] ?? thread;
  }

  of(thread: number, op: number): number {
    return (this.classOf(thread) << MOST_OPS_BITS) | op;
  }

  /** A packed fact as both sides are compared by: its threads replaced by their classes, and no word on the touch. */
  ofFact(fact: number): number {
    return fact === 0 ? 0 : bareFact(withThreads(fact, (thread) => this.classOf(thread)));
  }
}

/** @param texts by thread: equal ones may be exchanged */
function ordersOf(texts: readonly string[]): number[][] {
  let orders: number[][] = [[]];
  for (const text of texts) {
    const alike = texts.flatMap((other, thread) => (other === text ? [thread] : []));
    orders = orders.flatMap((order) =>
      alike.filter((thread) => !order.includes(thread)).map((thread) => [...order, thread]),
    );
  }
  return orders;
}

/**
 * Complete outcomes as rows of integers, so that those of both sides can be held against each other:
 *
 *     the results of each thread, two bits an op │ the first fact, by class of thread │ the number of the set of warning texts │
 *     of a run without a fact, whether the object was freed
 *
 * To one side alone an object that is linked still is no leak, whatever its count is, as somebody may come by and find it. But who
 * leaves it where the other side frees it does something else:
 *
 *     two: put | put       atomic_dec_and_test       both done, freed
 *                          refcount_dec_if_one       both done, 2 for ever
 *
 * Threads that are alike are sorted by their results, so that outcomes which differ in nothing but which of them is which
 * are one.
 */
export class Outcomes {
  readonly #instances: Instances;
  readonly #options: ExplorerOptions;
  readonly #asksObject: boolean;
  #row = new Int32Array(0);
  #symmetry: ThreadSymmetry | undefined;
  /** By text: numbers of sets of warnings. Sides number their warnings each for itself. */
  readonly #sets = new Map<string, number>();
  readonly #texts: (readonly string[])[] = [[]];
  #threads = 0;

  /** @param asksObject whether it matters what becomes of the object */
  constructor(instances: Instances, options: ExplorerOptions, asksObject = true) {
    this.#instances = instances;
    this.#options = options;
    this.#asksObject = asksObject;
  }

  /** Call it once a machine has started a program. @returns the length of a row */
  begin(machine: Machine): number {
    this.#threads = machine.threadCount;
    const length = machine.threadCount + 3;
    if (this.#row.length !== length) this.#row = new Int32Array(length);
    if (this.#options.symmetry !== false) {
      this.#symmetry = new ThreadSymmetry(machine);
      this.#symmetry.begin(machine.program);
    }
    return length;
  }

  /** One array for all answers: use it before the next call. @param fact packed */
  rowOf(machine: Machine, fact: number): Int32Array {
    const row = this.#row;
    for (let thread = 0; thread < this.#threads; thread++) row[thread] = machine.results[thread]!;
    if (this.#symmetry?.isPresent) this.#symmetry.sortCells(row);
    row[this.#threads] = this.#instances.ofFact(fact);
    row[this.#threads + 1] = machine.words[WARNED] === 0 ? 0 : this.setOf(machine.warningTexts());
    row[this.#threads + 2] = this.#asksObject && fact === 0 && machine.words[FREED] !== 0 ? 1 : 0;
    return row;
  }

  /** @returns the packed fact of a row */
  factOf(row: readonly number[]): number {
    return row[this.#threads]!;
  }

  /** The same outcome, with the other end of the object: left in the place of freed, and the reverse. */
  withOtherEnd(row: readonly number[]): number[] {
    return row.with(this.#threads + 2, 1 - row[this.#threads + 2]!);
  }

  /** @returns the results of a row, by thread */
  resultsOf(row: readonly number[]): readonly number[] {
    return row.slice(0, this.#threads);
  }

  /** The number of a set of warning texts, from 1 on; the same for both sides. */
  setOf(texts: readonly string[]): number {
    const text = [...texts].sort().join('\n');
    const known = this.#sets.get(text);
    if (known !== undefined) return known;
    this.#texts.push([...texts]);
    this.#sets.set(text, this.#texts.length - 1);
    return this.#texts.length - 1;
  }

  /** The texts of a set; of 0 none. */
  textsOf(set: number): readonly string[] {
    return this.#texts[set]!;
  }
}

/** The success classes of every thread, as text. */
export function resultClasses(machine: Machine): string[][] {
  return machine.program.threads.map((ops, thread) =>
    ops
      .slice(0, machine.position[thread])
      .map((_, op) => RESULT_CODES[codeAt(machine.results[thread]!, op)]!),
  );
}
