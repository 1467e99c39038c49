import type { Node } from 'web-tree-sitter';
import type { FunctionFacts } from './function-facts.ts';
import type { Definition } from './source-index.ts';

/**
 * Text of the tree, or ours, that goes before the functions.
 *
 * The place goes above the text as a comment, for whoever has to look the original up.
 */
export interface Piece {
  readonly text: string;
  /** Where it is from; left out for what is ours. */
  readonly from?: Definition;
}

/**
 * A function that nobody defines.
 *
 *     int dev_open(struct dev *dev);             REFUZZ_STUB(dev_open);
 *     struct dev *dev_by_id(int id);             struct dev *dev_by_id(); REFUZZ_STUB(dev_by_id);
 *
 * A pointer is cut to an `int` where the compiler has not been told of it, so only such a function is declared.
 */
export interface Stub {
  readonly name: string;
  /** A declaration, where it returns a pointer. */
  readonly declaration: string;
  /** What it answers; 0 where it is left out. */
  readonly returns?: string;
  /** What somebody must decide; empty where nothing of it can matter. */
  readonly todo: string;
}

/**
 * All that taken functions need beside themselves.
 *
 * Types are in the order in which they must be written: what one needs whole stands before it.
 */
export interface Closure {
  readonly headers: ReadonlySet<string>;
  /** `struct net`, `union u`. */
  readonly forward: ReadonlySet<string>;
  readonly macros: readonly Piece[];
  readonly types: readonly Piece[];
  readonly variables: readonly Piece[];
  readonly stubs: readonly Stub[];
  /** Locks that refuzz does not have: `rtnl` of `rtnl_lock()`. */
  readonly locks: ReadonlySet<string>;
  /** Constants, variables and types that no file at hand defines. */
  readonly unknown: readonly { readonly name: string; readonly kind: 'constant' | 'type' | 'struct' }[];
}

/** What is needed of a taken function. */
export interface Needed {
  readonly facts: FunctionFacts;
  readonly kept: readonly Node[];
}
