import type { Scheme } from '../../targets/subject/subject.ts';
import { wordAt } from './scheme-layout.ts';
import type { TransitionTrees } from './transition-trees.ts';
import { isWideAccess, operandOf, readWide } from './wide-words.ts';
import { wordNamesOf } from './word-names.ts';

/** What an access of 64 bits was given. */
export interface WideOperands {
  readonly a: bigint;
  readonly b: bigint;
  /** Of two words side by side; else of one of 64 bits. */
  readonly isPair: boolean;
}

/** An access of 64 bits, as people see it. */
export interface WideSeen extends WideOperands {
  /** The word, or both, before and after. */
  readonly old: bigint;
  readonly value: bigint;
}

/**
 * The operands of a node, as they are: the numbers that its trees hold mean nothing to a reader, nor to another worker.
 *
 * @returns undefined where it is no access of 64 bits
 */
export function wideOperands(trees: TransitionTrees, node: number): WideOperands | undefined {
  const word = trees.word[node]!;
  if (!isWideAccess(trees, node)) return undefined;
  const [a, b] = [operandOf(trees, node, trees.a[node]!), operandOf(trees, node, trees.b[node]!)];
  return { a, b, isPair: trees.layout!.pairs.includes(word) };
}

/** What a word of 64 bits holds, or a pair. @returns undefined for other words */
export function wideValue({ layout }: TransitionTrees, word: number, words: Int32Array): bigint | undefined {
  const cells = layout?.wide?.get(word);
  return cells && readWide(words, cells);
}

/** The name of a word; `lock+count` for a pair. */
export function wordNameAt({ subject, layout }: TransitionTrees, word: number): string {
  const names = wordNamesOf(subject);
  const pair = layout?.pairs.indexOf(word) ?? -1;
  if (pair < 0) return names[word]!;
  return (subject as Scheme).pairs![pair]!.map((place) => names[wordAt(place)]).join('+');
}
