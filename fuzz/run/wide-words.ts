import { bitsChangedWide } from '../../targets/subject/wide-word.ts';
import { Access, IS_PLAIN } from './access.ts';
import type { SchemeLayout, WideCells } from './scheme-layout.ts';
import { applyToCell, type TreeNodes } from './tree-nodes.ts';
import type { WideValues } from './wide-values.ts';

// A word of 64 bits has two cells of a state: the lower half where any word has its value, the upper one in a region behind
// all others. Two words side by side have the same shape, but for where the halves lie:
//
//     atomic64_t refs = 2^32 + 5              count 5 … | upper half 1
//     { spinlock_t lock; int count; }         lock 0, count 7          as one: 7 << 32
//
// Nothing here is on the way of a scheme that has neither: who makes accesses asks once, when he is made, whether there are
// any. Values are big integers only while an access is made; trees and states hold numbers of 32 bits.

/** What it takes to make an access of trees: their columns, where words lie, and the numbers of 64-bit values. */
interface Trees extends Pick<TreeNodes, 'kind' | 'word' | 'a' | 'b'> {
  readonly layout: SchemeLayout | undefined;
  readonly wideValues: WideValues;
}

/** @returns a signed number */
export function readWide(words: Int32Array, { low, high }: WideCells): bigint {
  return (BigInt(words[high]!) << 32n) | BigInt(words[low]! >>> 0);
}

/** What does not fit into 64 bits wraps around. */
export function writeWide(words: Int32Array, { low, high }: WideCells, value: bigint): void {
  words[low] = Number(BigInt.asIntN(32, value));
  words[high] = Number(BigInt.asIntN(32, value >> 32n));
}

/** What a word holds, as trees number it. */
export function valueMet({ layout, wideValues }: Trees, word: number, words: Int32Array): number {
  const cells = layout?.wide?.get(word);
  return cells ? wideValues.numberOf(readWide(words, cells)) : words[word]!;
}

/** An operand of the access of a node, as it is and not as trees number it. */
export function operandOf({ layout, wideValues, word }: Trees, node: number, operand: number): bigint {
  return layout?.wide?.has(word[node]!) ? wideValues.valueOf(operand) : BigInt(operand);
}

/** Whether a node is an access of a word of 64 bits. */
export function isWideAccess(
  { layout, kind, word }: Pick<Trees, 'layout' | 'kind' | 'word'>,
  node: number,
): boolean {
  return IS_PLAIN[kind[node]!]! && layout?.wide?.has(word[node]!) === true;
}

/**
 * As `applyToCell`, for a word of whatever width. A store has no result; all others answer with the number of the old value.
 *
 *     the word holds 2^40, FETCH_ADD 1      leaves 2^40 + 1, and answers with the number of 2^40
 *
 * @param words as they lie in a machine's state
 */
export function applyToWord(trees: Trees, node: number, words: Int32Array): number {
  const word = trees.word[node]!;
  const cells = trees.layout?.wide?.get(word);
  if (!cells) return applyToCell(trees, node, words, word);
  const { kind, wideValues } = trees;
  const old = readWide(words, cells);
  const a = wideValues.valueOf(trees.a[node]!);
  const b = wideValues.valueOf(trees.b[node]!);
  writeWide(words, cells, after(kind[node]!, old, a, b));
  return kind[node] === Access.STORE ? 0 : wideValues.numberOf(old);
}

function after(kind: number, old: bigint, a: bigint, b: bigint): bigint {
  switch (kind) {
    case Access.LOAD:
      return old;
    case Access.STORE:
    case Access.EXCHANGE:
      return a;
    case Access.FETCH_ADD:
      return old + a;
    case Access.FETCH_SUB:
      return old - a;
    case Access.COMPARE_EXCHANGE:
      return old === a ? b : old;
    case Access.FETCH_AND:
      return bitsChangedWide(old, 'and', a);
    case Access.FETCH_OR:
      return bitsChangedWide(old, 'or', a);
    case Access.FETCH_XOR:
      return bitsChangedWide(old, 'xor', a);
    default:
      // Those that wait.
      return old + b;
  }
}

/** Whether an access that waits for a value has not met it yet. */
export function waitsForWide(kind: number, value: bigint, wanted: bigint): boolean {
  switch (kind) {
    case Access.AWAIT_EQUAL:
      return value !== wanted;
    case Access.AWAIT_OTHER:
      return value === wanted;
    case Access.AWAIT_AT_LEAST:
      return value < wanted;
    case Access.AWAIT_CLEAR:
      return (value & wanted) !== 0n;
    default:
      return kind === Access.AWAIT_SET && (value & wanted) === 0n;
  }
}
