import type { Node } from 'web-tree-sitter';
import type { FunctionFacts } from './function-facts.ts';

/** A range of a file's text, and what is written there instead. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is left of a function. */
export interface Slice {
  readonly facts: FunctionFacts;
  readonly edits: readonly Edit[];
  /** Statements that stay, in their heads: names are looked for in these. */
  readonly kept: readonly Node[];
  /** What stood where an op on the counter decides, and is taken out: somebody must say what of it matters. */
  readonly emptied: readonly Emptied[];
}

/** A run of statements, of which a call of a function that is still to be written is left. */
export interface Emptied {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What a walk over the statements collects. */
export interface Cuts {
  readonly edits: Edit[];
  readonly kept: Node[];
  readonly emptied: Emptied[];
}
