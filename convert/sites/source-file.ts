import type { Body } from './functions.ts';
import type { Pointers } from './pointer-names.ts';
import { closing, type Token } from './tokens.ts';

/** A file of the user's, taken apart. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly bodies: readonly Body[];
}

/** The body that a token stands in. */
export function bodyAt({ bodies }: SourceFile, at: number): Body | undefined {
  return bodies.find(({ from, to }) => from <= at && at < to);
}

/** The line of a place, from 1. */
export function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

/**
 * Whether tokens are the address of a counter: `&peer->refcnt`, `&(p)->refcnt`, or a name that stands for it there.
 *
 * @param pointers by body, the names that stand for it
 * @param at a token of the body that it stands in
 */
export function isCounter(
  file: SourceFile,
  [from, to]: readonly [number, number],
  member: string,
  { names, accessors }: Pick<Pointers, 'names' | 'accessors'>,
  at: number,
): boolean {
  const { tokens } = file;
  const last = tokens[to - 1]!.text;
  if (to - from === 1) return names.get(bodyAt(file, at)?.name ?? '')?.has(last) ?? false;
  if (accessors.has(tokens[from]!.text) && closing(tokens, from + 1) === to - 1) return true;
  return last === member && ['->', '.'].includes(tokens[to - 2]!.text);
}
