import type { Variable } from '../wasm/variables.ts';

/** A shared word of a C source: its name, where it lies in linear memory, and how many bytes it has. */
export interface Place {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** Whether a word that was found has held nothing but addresses of what there is. */
  readonly isPointer?: boolean;
  /** Whether it is payload: its plain accesses may race. */
  readonly isPayload?: boolean;
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
  /** What some state sets that is no word. */
  readonly set: readonly Range[];
  /** Whether the source makes atomic accesses of 8 bytes: then two words of 4 side by side can be accessed as one. */
  readonly hasPairs: boolean;
}

const NOWHERE: Range = { from: 0, to: 0 };

/** Before anything has been declared: no memory is shared. */
export const NO_LAYOUT: Layout = {
  places: [],
  object: NOWHERE,
  guarded: NOWHERE,
  statics: NOWHERE,
  variables: [],
  set: [],
  hasPairs: false,
};

/** Whether a range has this address. */
export function contains({ from, to }: Range, address: number): boolean {
  return address >= from && address < to;
}

/** Whether a range has one of these bytes. */
export function overlaps({ from, to }: Range, address: number, size: number): boolean {
  return from < address + size && address < to;
}

/**
 * Where bytes lie that are no word, and that only reads touch.
 *
 * @returns undefined where they may not be read: some state sets them, or they lie beside the object
 */
export function constantIn(
  layout: Layout,
  address: number,
  size: number,
): 'object' | 'elsewhere' | undefined {
  const { guarded, object, set } = layout;
  if (set.some((range) => overlaps(range, address, size))) return undefined;
  if (!overlaps(guarded, address, size)) return 'elsewhere';
  return address >= object.from && address + size <= object.to ? 'object' : undefined;
}
