/** What runs: where it starts, and for each thread the calls of its ops. */
export interface Program {
  /** A counter: the word's value. A scheme: a named object state. */
  readonly start: number | string;
  readonly threads: readonly (readonly number[])[];
}

/** The most ops one thread may have, and the most threads a program may have: the executor's arrays have this shape. */
export const MAX_OPS = 12;
export const MAX_THREADS = 4;

export function opCount(program: Program): number {
  return program.threads.reduce((sum, ops) => sum + ops.length, 0);
}
