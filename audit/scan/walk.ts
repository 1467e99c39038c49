import type { Local } from './expressions.ts';
import type { CallFact, EscapeFact, GlobalFact, InitialFact, PlaceFact, SiteFact } from './facts.ts';
import type { Lines } from './lines.ts';
import type { LockCall } from './locks.ts';
import type { Node } from './tree.ts';
import type { Reads } from './ways.ts';

/** What the facts of a file's functions are gathered in. */
export interface Gathered {
  readonly sites: SiteFact[];
  readonly calls: CallFact[];
  readonly escapes: EscapeFact[];
  readonly initials: InitialFact[];
  readonly statics: GlobalFact[];
  readonly handlers: string[];
  readonly leads: string[];
  /** Where ops were found, by offset, to be compared with what the text has. */
  readonly seen: Set<number>;
}

/** A name that is declared. */
export interface Named {
  readonly name: string;
  /** See `TypeWord`. */
  readonly type: string;
  /** Levels of pointers, also where the type is of no interest: 1 for `void *p`. */
  readonly stars: number;
}

/** A function's text, and what is known of it from outside. */
export interface FunctionText {
  readonly name: string;
  /** The whole file; what the parser must not see is spaces in `clean`. */
  readonly text: string;
  readonly lines: Lines;
  /** The function, or the macro's body with something around it that makes it one. */
  readonly clean: string;
  /** Where `clean` begins in `text`. */
  readonly from: number;
  readonly parameters: readonly Named[];
  readonly isMacro: boolean;
  /** Further names, where the parser does not see their declarations. */
  readonly locals?: readonly Named[];
  /** Macros of the file that have ops in them. */
  readonly macros?: ReadonlySet<string>;
  /** It gives a pointer to a counter. */
  readonly givesCounter?: boolean;
}

/** For functions of files that have none. */
export const NO_MACROS: ReadonlySet<string> = new Set();

/** A function while its facts are gathered. */
export interface Walk extends Reads {
  readonly name: string;
  readonly locals: Map<string, Local>;
  readonly names: Map<string, Node[]>;
  readonly labels: Map<string, Node>;
  /** See `allocatedAt`. */
  readonly allocated: Map<string, number>;
  readonly calls: Node[];
  readonly addresses: Node[];
  readonly insides: Node[];
  readonly locks: LockCall[];
  readonly into: Gathered;
  readonly givesCounter: boolean;
  readonly macros: ReadonlySet<string>;
}

/** Where a node stands. */
export function place(walk: Walk, node: Node): PlaceFact {
  const line = walk.lines.lineOf(node.from);
  return { l: line, a: node.from, b: node.to, x: walk.lines.textOf(line), fn: walk.name };
}
