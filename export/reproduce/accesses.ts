import { ACCESS_NAMES, Access, IS_PLAIN, NAMES_WORD } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { wordNamesOf } from '../../fuzz/run/word-names.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import { Inexpressible } from './reproduced-case.ts';
import { identifierPart } from './source-text.ts';

/**
 * By kind of access: its file below `access/` in every runtime, and how many values its function takes. The function has
 * the name of the file, as its language spells names.
 */
const ACCESSES: Readonly<Record<number, readonly [file: string, values: number]>> = {
  [Access.LOAD]: ['load', 0],
  [Access.STORE]: ['store', 1],
  [Access.EXCHANGE]: ['exchange', 1],
  [Access.FETCH_ADD]: ['fetch-add', 1],
  [Access.FETCH_SUB]: ['fetch-sub', 1],
  [Access.COMPARE_EXCHANGE]: ['compare-exchange', 2],
  [Access.LOCK]: ['lock', 0],
  [Access.UNLOCK]: ['unlock', 0],
  [Access.RCU_LOCK]: ['enter-rcu', 0],
  [Access.RCU_UNLOCK]: ['leave-rcu', 0],
  [Access.RCU_CALL]: ['call-rcu', 0],
  [Access.RCU_CALLBACK]: ['begin-callback', 0],
  [Access.IDLE_NOTE]: ['note-idle', 0],
  [Access.IDLE_CLEAR]: ['clear-idle', 0],
  [Access.IDLE_CHECK]: ['check-idle', 0],
  [Access.USE]: ['use', 0],
  [Access.FREE]: ['free-object', 0],
  [Access.FETCH_AND]: ['fetch-and', 1],
  [Access.FETCH_OR]: ['fetch-or', 1],
  [Access.FETCH_XOR]: ['fetch-xor', 1],
};

/**
 * The files of some kinds of access, in a fixed order. Each once, whatever order a case meets them in: the same case
 * gives the same bytes.
 *
 * @throws Inexpressible where there is none for a kind
 */
export function accessFiles(kinds: ReadonlySet<number>): string[] {
  return [...kinds].sort((a, b) => a - b).map((kind) => fileOf(kind)[0]);
}

function fileOf(kind: number): readonly [file: string, values: number] {
  const found = ACCESSES[kind];
  if (!found) throw new Inexpressible(`"${ACCESS_NAMES[kind]}" is an access that it has no function for`);
  return found;
}

/** An access as a call of a function. */
export interface AccessCall {
  /** Its name, with hyphens between its words. */
  readonly name: string;
  /** The constant of the word that it touches, if it touches one. */
  readonly word: string | undefined;
  readonly values: readonly number[];
  /** Absent where an access has no memory order: locks, RCU, the object. */
  readonly order: MemoryOrder | undefined;
}

/** @param node of a tree; not a return */
export function accessCall(trees: TransitionTrees, node: number): AccessCall {
  const kind = trees.kind[node]!;
  const [name, count] = fileOf(kind);
  return {
    name,
    word: NAMES_WORD[kind] ? wordConstant(wordNamesOf(trees.subject)[trees.word[node]!]!) : undefined,
    values: [trees.a[node]!, trees.b[node]!].slice(0, count),
    order: IS_PLAIN[kind] ? orderOf(kind, trees.order(node)) : undefined,
  };
}

/**
 * There is no load that releases and no store that acquires; code that asks for one means the weaker. C has neither:
 * `atomic_load_explicit` with release is undefined.
 */
function orderOf(kind: number, order: MemoryOrder): MemoryOrder {
  if (kind === Access.LOAD && order === 'release') return 'relaxed';
  if (kind === Access.STORE && order === 'acquire') return 'relaxed';
  return order;
}

/**
 * The constant that stands for a word in a program. People name words: the prefix keeps their names apart from ours.
 * `gc-lock` gives `W_GC_LOCK`.
 */
export function wordConstant(name: string): string {
  return `W_${identifierPart(name.replaceAll('-', '_')).toUpperCase()}`;
}
