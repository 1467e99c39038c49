import type { MemoryOrder } from '../../targets/subject/word.ts';

/** An access that an op wants to make, before it is known whether its result has been recorded. */
export interface AccessRequest {
  /** One of `Access`. */
  readonly kind: number;
  /** What the subject asks for. */
  readonly order: MemoryOrder;
  /** By `WordIndex`; left out where the access is not of a word. */
  readonly word?: number;
  /** The operands, of which values of 64 bits are numbers: see wide-values.ts. */
  readonly a?: number;
  readonly b?: number;
  /** The compare-exchange of an update loop. */
  readonly inLoop?: boolean;
}

/** Makes an access as a recorder makes it. @returns its result; where that is not known yet, it throws */
export type MakeAccess = (request: AccessRequest) => number;
