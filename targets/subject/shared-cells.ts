import type { Fault, Result } from './subject.ts';

/**
 * Many independent counters of one subject, in memory that threads share; each thread has an object of this kind of
 * its own. Accesses are real atomic instructions. Cells are numbered from 0.
 */
export interface SharedCells {
  /** How many cells there is room for. */
  readonly capacity: number;
  set(cell: number, value: number): void;
  get(cell: number): number;
  /**
   * Makes an op ready to be run on any cell. The function throws where the op fails to return; `faultOf` says how.
   *
   * @param op one that the subject has
   */
  prepare(op: string, a: number, b: number): CellOp;
  /** Fills the tank for about a thousand ops: ops burn fuel, so that one that never returns is stopped. */
  refuel(): void;
  /**
   * What the last op warned of. Call it after each op: it empties the list.
   *
   * @returns a code for `warningTexts`; 0 for nothing
   */
  takeWarnings(): number;
  /** The texts behind each code that this thread has given so far, by code. */
  warningTexts(): readonly (readonly string[])[];
  /** @returns undefined for an error that no op can have made by failing to return: a bug, which must not be hidden */
  faultOf(error: unknown): Fault | undefined;
  /** Whether memory is still as it was laid out: a stack that grew beyond its own has written into others'. */
  isIntact(): boolean;
}

/** One op, with its arguments, on the cell with a number. */
export type CellOp = (cell: number) => Result;
