import type { Parser } from 'web-tree-sitter';
import { scanFile } from '../scan/scan-file.ts';
import { DEEPEST_NESTING, nestingOf } from './nesting.ts';

/** A file on its way to a thread. */
export interface ToScan {
  readonly path: string;
  readonly text: string;
}

/** What a thread makes of a file: facts as JSON, which is what is kept, or why there are none. */
export type Scanned = { readonly facts: string } | { readonly why: string };

/** Cells of the memory that a thread shares with its caller. */
export const BATCH_CELLS = {
  /** Changes with each file; a thread whose cell stands still is taken for hung. */
  heartbeat: 0,
  /** The index of the file that the thread has begun. */
  at: 1,
  count: 2,
} as const;

/**
 * The facts of some files, in their order. A file that makes the scan fail costs itself alone.
 *
 * @param current tells the caller which file is being read, in case that the thread does not survive it
 */
export function scanBatch(parser: Parser, files: readonly ToScan[], current?: Int32Array): Scanned[] {
  return files.map((file, at) => {
    if (current) {
      Atomics.store(current, BATCH_CELLS.at, at);
      Atomics.add(current, BATCH_CELLS.heartbeat, 1);
    }
    return scanOne(parser, file);
  });
}

function scanOne(parser: Parser, { path, text }: ToScan): Scanned {
  if (nestingOf(text) > DEEPEST_NESTING) return { why: `is nested more than ${DEEPEST_NESTING} deep` };
  try {
    return { facts: JSON.stringify(scanFile(parser, path, text)) };
  } catch (error) {
    // Not only brackets nest: `a + a + …` and `else if` do too, and are met when the stack is at its end.
    if (error instanceof RangeError) return { why: 'is nested too deeply' };
    assertSound(parser, error);
    return { why: `cannot be parsed (${(error as Error).message})` };
  }
}

/**
 * An error inside of the parser may leave its memory in any state, and what it says of the next files would be worth
 * nothing. @throws the error, if the parser does not even read a declaration any more: its thread ends
 */
function assertSound(parser: Parser, error: unknown): void {
  const tree = parser.parse('int x;\n');
  const isSound = tree !== null && !tree.rootNode.hasError && tree.rootNode.namedChildCount === 1;
  tree?.delete();
  if (!isSound) throw error;
}
