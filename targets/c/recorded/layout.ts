import type { Variable } from '../wasm/variables.ts';

/** A shared word of a C source: its name, where it lies in linear memory, and how many bytes it has. */
export interface Place {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** Whether each thread has it for itself. These come last. */
  readonly isOwn?: boolean;
}

/** A part of linear memory, `to` excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where a source has put its object, its words and all else. */
export interface Layout {
  readonly places: readonly Place[];
  readonly object: Range;
  /** The object, and what lies around it that nobody may touch. */
  readonly guarded: Range;
  /** All that is not the stack: the object lies in it. */
  readonly statics: Range;
  /** Those of the source, for messages; the object is one of them. */
  readonly variables: readonly Variable[];
}

const NOWHERE: Range = { from: 0, to: 0 };

/** Before anything has been declared: no memory is shared. */
export const NO_LAYOUT: Layout = {
  places: [],
  object: NOWHERE,
  guarded: NOWHERE,
  statics: NOWHERE,
  variables: [],
};

/** Whether a range has this address. */
export function contains({ from, to }: Range, address: number): boolean {
  return address >= from && address < to;
}
