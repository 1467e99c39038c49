import type { Alphabet } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { PACKED_LENGTH, type PackedProgram } from '../run/packed-program.ts';

/** The cells: a heartbeat, the iteration (its lower and upper 32 bits), the length of the program, and the packed program. */
const HEARTBEAT = 0;
const ITERATION = 1;
const LENGTH = 3;
const PROGRAM = 4;
/** 32-bit cells that a current program needs. */
export const CURRENT_CELLS = PROGRAM + PACKED_LENGTH;

/**
 * The program that a worker is about to run, in memory that it shares with its supervisor: when the thread hangs, or is
 * gone, the culprit is known. Written before every program, so it must cost next to nothing.
 *
 *     heartbeat │ iteration, 2 cells │ length 10 │ start 1 │ threads 2 │ ops 1, 1 │ inc 0 0 │ dec 0 0
 *
 * Ops go by their place in the alphabet's list of names, which is the same on all threads; numbers of calls are not.
 */
export class CurrentProgram {
  readonly #cells: Int32Array;
  /** By call: op, a and b. A copy of three cells is cheaper than a look-up of the op's name. */
  readonly #calls: Int32Array[] = [];

  /** @param cells CURRENT_CELLS of them; memory of its own where nobody watches */
  constructor(cells: Int32Array = new Int32Array(CURRENT_CELLS)) {
    this.#cells = cells;
  }

  /**
   * Length last, then the heartbeat: whoever reads after the thread died sees a whole program, or, in the instant of
   * writing, one mixed from two. That costs a wrong suspect, no more.
   */
  set({ alphabet, target: { subject } }: Harness, { start, threads }: Program, iteration: number): void {
    const cells = this.#cells;
    // Iterations are safe integers, and a cell has 32 bits.
    cells[ITERATION] = iteration | 0;
    cells[ITERATION + 1] = Math.floor(iteration / 2 ** 32);
    cells[PROGRAM] =
      subject.kind === 'scheme' ? Object.keys(subject.states).indexOf(start as string) : (start as number);
    cells[PROGRAM + 1] = threads.length;
    let at = PROGRAM + 2;
    for (const ops of threads) cells[at++] = ops.length;
    for (const ops of threads) {
      for (const call of ops) {
        cells.set(this.#calls[call] ?? this.#learn(alphabet, call), at);
        at += 3;
      }
    }
    cells[LENGTH] = at - PROGRAM;
    this.heartbeat();
  }

  /** Says that the worker still works. The watchdog asks only whether it changed, so it may wrap. */
  heartbeat(): void {
    this.#cells[HEARTBEAT]!++;
  }

  /** Nothing is being run. */
  clear(): void {
    this.#cells[LENGTH] = 0;
    this.heartbeat();
  }

  #learn(alphabet: Alphabet, call: number): Int32Array {
    const { op, a, b } = alphabet.call(call);
    const cells = Int32Array.of(alphabet.opNames.indexOf(op), a, b);
    this.#calls[call] = cells;
    return cells;
  }
}

/**
 * The current program of a worker. The bounds are checked because a thread that died mid-write may have left anything.
 *
 * @returns undefined when it was between programs
 */
export function readCurrent(
  cells: Int32Array,
): { readonly iteration: number; readonly program: PackedProgram } | undefined {
  const length = cells[LENGTH]!;
  if (length <= 0 || length > PACKED_LENGTH) return undefined;
  return {
    iteration: (cells[ITERATION]! >>> 0) + 2 ** 32 * cells[ITERATION + 1]!,
    program: [...cells.subarray(PROGRAM, PROGRAM + length)],
  };
}
