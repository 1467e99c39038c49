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
 */
export class CurrentProgram {
  readonly #cells: Int32Array;
  /** By call: op, a and b. */
  readonly #calls: Int32Array[] = [];

  /** @param cells CURRENT_CELLS of them; memory of its own where nobody watches */
  constructor(cells: Int32Array = new Int32Array(CURRENT_CELLS)) {
    this.#cells = cells;
  }

  set({ alphabet, target: { subject } }: Harness, { start, threads }: Program, iteration: number): void {
    const cells = this.#cells;
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

  /** Says that the worker still works. */
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

/** The current program of a worker. @returns undefined when it was between programs */
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
