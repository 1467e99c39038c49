import type { CellOp, SharedCells } from '../../targets/subject/shared-cells.ts';
import type { Fault, Result } from '../../targets/subject/subject.ts';
import { StateSet } from '../explore/state-set.ts';
import { RandomChoices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import type { Barrier } from './barrier.ts';
import { codeOf, tagOf, WORDS_PER_NOTE } from './op-note.ts';

/** An op of a program, so that a worker needs no alphabet. */
export interface RaceOp {
  readonly op: string;
  readonly a: number;
  readonly b: number;
}

/** A program to be raced, as one of its threads gets it. */
export interface Race {
  readonly thread: number;
  readonly start: number;
  readonly threads: readonly (readonly RaceOp[])[];
  /** Cells of a batch, and how many batches. */
  readonly cells: number;
  readonly batches: number;
  /** Where strides and delays come from, together with the number of the program. */
  readonly seed: number;
  readonly number: number;
}

/**
 * What a thread counted, of its share of the cells. A row of `rows` is an outcome: for each op of the program, thread by
 * thread, the two integers of its note; then the word at the end.
 */
export interface RaceTally {
  readonly batches: number;
  readonly rows: Int32Array;
  readonly counts: Float64Array;
  /** The texts behind the warning codes of this thread's own notes. */
  readonly warnings: readonly (readonly string[])[];
  readonly isIntact: boolean;
}

/** Bytes for the notes of every op that a program may have, on so many cells. */
export function bytesOfNotes(cells: number): number {
  return MAX_THREADS * MAX_OPS * WORDS_PER_NOTE * cells * Int32Array.BYTES_PER_ELEMENT;
}

/** Integers of a row of a tally. */
export function rowLength(threads: readonly (readonly unknown[])[]): number {
  return threads.flat().length * WORDS_PER_NOTE + 1;
}

/** Ops that do not return cost as long as a million that do: after so many the program is given up. */
const MOST_STOPPED = 32;
/** Ops between two fillings of the tank; see `SharedCells.refuel`. */
const OPS_PER_TANK = 512;
/**
 * The threads meet every so many cells. Barrier at each one gives the most encounters for a cell, barrier rarely the most
 * cells a second; which window opens where is another matter for each.
 */
const STRIDES: readonly number[] = [1, 1, 2, 4, 8, 16, 32, 64];
/** After they have met, each lets pass up to so many turns of an empty loop, so that now one is ahead, now another. */
const DELAYS: readonly number[] = [0, 2, 4, 8, 16, 32, 64, 128];

/**
 * One thread's part in a race: batch after batch, all threads run their ops of the program on every cell, each cell being
 * a counter of its own. Before a batch each thread sets up its share of the cells, after it the thread counts the
 * outcomes of its share; in between all go through all cells at once. Two threads, eight cells, a stride of 4:
 *
 *     thread 0   sets up 0-3 ‖ meet  runs 0-3  meet  runs 4-7 ‖ counts 0-3   sets up 0-3 ‖ …
 *     thread 1   sets up 4-7 ‖ meet  runs 0-3  meet  runs 4-7 ‖ counts 4-7   sets up 4-7 ‖ …
 *
 * At ‖ nobody goes on without the others (`wait`); to meet is a courtesy (`pace`). None is needed between counting and
 * setting up, since a thread counts and sets up the same cells.
 *
 * @param notes shared: `bytesOfNotes` of the cells of a batch
 * @returns what was counted until the race was given up, if it was
 * @throws what an op throws that is no fault: a bug
 */
export function runRace(cells: SharedCells, barrier: Barrier, notes: Int32Array, race: Race): RaceTally {
  const { threads, thread } = race;
  const count = threads.length;
  const runner = new Runner(cells, barrier, notes, race);
  const tally = new Tally(cells, notes, race);
  // What `common` draws is the same in all threads, as a stride has to be; `own` draws what shifts them.
  const common = new RandomChoices(race.seed, race.number);
  const own = new RandomChoices(race.seed ^ (thread + 1), race.number);
  let batches = 0;
  let progress = 0;
  while (batches < race.batches) {
    tally.setUp();
    if (!barrier.wait(count)) break;
    const stride = STRIDES[common.below(STRIDES.length)]!;
    const delay = DELAYS[common.below(DELAYS.length)]!;
    for (let from = 0; from < race.cells; from += stride) {
      barrier.pace(thread, count, ++progress, from === 0);
      if (delay > 0) barrier.dawdle(own.below(delay));
      runner.run(from, Math.min(from + stride, race.cells));
      if (barrier.isGivenUp()) break;
    }
    if (!barrier.wait(count)) break;
    tally.count();
    batches++;
  }
  return {
    batches,
    ...tally.result(),
    warnings: cells.warningTexts(),
    isIntact: cells.isIntact(),
  };
}

/** Runs a thread's ops on cells, and notes their results. */
class Runner {
  readonly #cells: SharedCells;
  readonly #barrier: Barrier;
  readonly #notes: Int32Array;
  readonly #ops: readonly CellOp[];
  /** Where this thread's notes begin; the values of an op stand together, and behind them its tags. */
  readonly #base: number;
  readonly #stride: number;
  /** Ops until the next filling; there is one before the first. */
  #tank = 0;

  constructor(cells: SharedCells, barrier: Barrier, notes: Int32Array, race: Race) {
    this.#cells = cells;
    this.#barrier = barrier;
    this.#notes = notes;
    this.#ops = race.threads[race.thread]!.map(({ op, a, b }) => cells.prepare(op, a, b));
    this.#stride = race.cells;
    this.#base = race.threads.slice(0, race.thread).flat().length * WORDS_PER_NOTE * race.cells;
  }

  /** Runs all ops of this thread on cell after cell. An op with a fault counts as run, and the next one follows. */
  run(from: number, to: number): void {
    this.#tank -= (to - from) * this.#ops.length;
    if (this.#tank <= 0) this.#refuel();
    let cell = from;
    let op = 0;
    while (cell < to) {
      try {
        // A call from here to here for each cell would be seen in the figures; hence the loops in one place.
        for (; cell < to; cell++, op = 0) {
          for (; op < this.#ops.length; op++) this.#note(cell, op, this.#ops[op]!(cell));
        }
      } catch (error) {
        const fault = this.#cells.faultOf(error);
        if (!fault) throw error;
        this.#note(cell, op, fault);
        this.#refuel();
        if (fault === 'non-terminating' && this.#barrier.countStopped() >= MOST_STOPPED) {
          this.#barrier.giveUp();
          return;
        }
        op++;
      }
    }
  }

  #refuel(): void {
    this.#tank = OPS_PER_TANK;
    this.#cells.refuel();
  }

  #note(cell: number, op: number, result: Result | Fault): void {
    const at = this.#base + WORDS_PER_NOTE * op * this.#stride + cell;
    this.#notes[at] = codeOf(result);
    this.#notes[at + this.#stride] = tagOf(result, this.#cells.takeWarnings());
  }
}

/** Sets up a thread's share of the cells, and counts their outcomes. */
class Tally {
  readonly #cells: SharedCells;
  readonly #notes: Int32Array;
  readonly #race: Race;
  readonly #row: Int32Array;
  readonly #outcomes: StateSet;
  readonly #counts: number[] = [];
  readonly #from: number;
  readonly #to: number;

  constructor(cells: SharedCells, notes: Int32Array, race: Race) {
    this.#cells = cells;
    this.#notes = notes;
    this.#race = race;
    this.#row = new Int32Array(rowLength(race.threads));
    this.#outcomes = new StateSet(this.#row.length);
    // Shares lie side by side and cover all cells, also where they do not divide evenly.
    const share = (thread: number) => Math.floor((race.cells * thread) / race.threads.length);
    this.#from = share(race.thread);
    this.#to = share(race.thread + 1);
  }

  setUp(): void {
    for (let cell = this.#from; cell < this.#to; cell++) this.#cells.set(cell, this.#race.start);
  }

  count(): void {
    const row = this.#row;
    const last = row.length - 1;
    for (let cell = this.#from; cell < this.#to; cell++) {
      for (let word = 0; word < last; word++) row[word] = this.#notes[word * this.#race.cells + cell]!;
      row[last] = this.#cells.get(cell);
      const outcome = this.#outcomes.add(row);
      this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
    }
  }

  result(): Pick<RaceTally, 'rows' | 'counts'> {
    const length = this.#row.length;
    const rows = new Int32Array(this.#outcomes.size * length);
    for (let at = 0; at < this.#outcomes.size; at++) {
      this.#outcomes.copyTo(at, rows.subarray(at * length, (at + 1) * length));
    }
    return { rows, counts: Float64Array.from(this.#counts) };
  }
}
