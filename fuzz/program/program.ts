/**
 * What runs: where it starts, and for each thread the calls of its ops. Any part of a program is a program: that is what
 * makes minimising simple.
 */
export interface Program {
  /** A counter: the word's value. A scheme: a named object state. */
  readonly start: number | string;
  /** By thread: calls, as the alphabet of the target numbers them. */
  readonly threads: readonly (readonly number[])[];
}

/** The most ops one thread may have, and the most threads a program may have: the executor's arrays have this shape. */
export const MAX_OPS = 12;
/** See MAX_OPS. The RCU of a scheme is one thread more. */
export const MAX_THREADS = 4;

/** How many ops all threads have together. */
export function opCount(program: Program): number {
  return program.threads.reduce((sum, ops) => sum + ops.length, 0);
}
