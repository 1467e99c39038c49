/**
 * What runs: where it starts, and for each thread the calls that it makes, one after the other.
 *
 * Forms of a program. This one runs; each of the others serves a purpose that no other form can:
 *
 *     Program        numbers of calls, of one alphabet     the executor indexes arrays by them
 *     PackedProgram  integers, the same in every thread    fits shared memory and the pool; compared cheaply
 *     ProgramText    the texts of its calls                means the same in later versions: cases, journals
 *     one line       `1: inc, dec | read`                  people type and read it
 *     bytes          any bytes are a program               what a coverage-guided engine mutates
 *     Race           names of ops and their arguments      a racing thread may have no alphabet, nor a target
 *
 * `fuzz/run/packed-program.ts`, `fuzz/case/program-text.ts` and `fuzz/jsfuzz/byte-codec.ts` go both ways; a `Race` is
 * only ever made from a program. Any part of a program is a program in every form.
 */
export interface Program {
  /** A counter: the word's value, 32 bits, signed. A scheme: a named object state. */
  readonly start: number | string;
  /** By thread: numbers of calls, see `Alphabet`. At most MAX_THREADS threads of MAX_OPS calls. */
  readonly threads: readonly (readonly number[])[];
}

/**
 * A program whose calls are text: `inc`, `add(2)`. What is stored holds this form, so that it outlives the alphabet that
 * numbered the calls, and even the ops: only reading it back asks whether the target has them.
 */
export interface ProgramText {
  readonly start: number | string;
  readonly threads: readonly (readonly string[])[];
}

/** The most ops one thread may have: the executor's arrays have this shape. */
export const MAX_OPS = 12;
/** The most threads a program may have, for the same reason. The RCU of a scheme is one thread more. */
export const MAX_THREADS = 4;

/** How many ops all threads have together: what "smaller" means first. */
export function opCount(program: Program): number {
  let count = 0;
  for (const ops of program.threads) count += ops.length;
  return count;
}
