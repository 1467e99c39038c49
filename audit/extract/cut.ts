import type { Node } from 'web-tree-sitter';
import type { FunctionFacts } from './function-facts.ts';

/**
 * A range of a file's text, and what is written there instead.
 *
 * Offsets are those of the file, not of the function, as nodes and sites have them.
 */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * What is left of a function.
 *
 * A function is told as edits of its own text: what stays, stays letter by letter, so that whoever knows the code knows
 * it again. It also lets naive.c add its edits to the same text.
 */
export interface Slice {
  readonly facts: FunctionFacts;
  readonly edits: readonly Edit[];
  /** Statements that stay, in their heads: names are looked for in these. */
  readonly kept: readonly Node[];
  /** What stood where an op on the counter decides, and is taken out: somebody must say what of it matters. */
  readonly emptied: readonly Emptied[];
}

/**
 * A run of statements, of which a call of a function that is still to be written is left.
 *
 *     if (atomic_dec_and_test(&p->refs)) {
 *     	dev_close(p->dev);                  becomes at_line_120();
 *     	led_off(p);                         and is quoted above the function of that name
 *     }
 */
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

/** How many lines end between two offsets of a function's file. */
export function linesIn({ definition: { node } }: FunctionFacts, from: number, to: number): number {
  return node.text.slice(from - node.startIndex, to - node.startIndex).split('\n').length - 1;
}
