import type { Body } from './functions.ts';
import type { Token } from './tokens.ts';

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

/** Names of pointers to a counter: parameters and variables, `atomic_t *refs`. */
export function pointersOf({ tokens }: SourceFile): Set<string> {
  return new Set(
    tokens.flatMap((token, at) =>
      /^(?:atomic_t|refcount_t)$/.test(token.text) && tokens[at + 1]?.text === '*' && tokens[at + 2]
        ? [tokens[at + 2]!.text]
        : [],
    ),
  );
}

/**
 * Whether tokens are the address of a counter: `&peer->refcnt`, `&(p)->refcnt`, or a name that stands for it, a pointer's or a macro's
 * parameter.
 *
 * @param at a token of the body that it stands in
 */
export function isCounter(
  { tokens, bodies }: SourceFile,
  [from, to]: readonly [number, number],
  member: string,
  pointers: ReadonlySet<string>,
  at: number,
): boolean {
  const last = tokens[to - 1]!.text;
  if (to - from === 1) {
    const macro = bodies.find((body) => body.kind === 'macro' && body.from <= at && at < body.to);
    return pointers.has(last) || (macro?.params.includes(last) ?? false);
  }
  return last === member && ['->', '.'].includes(tokens[to - 2]!.text);
}
