import { word } from './declarators.ts';
import type { FunctionRange } from './function-head.ts';
import { CLOSE, CLOSE_BRACE, OPEN, OPEN_BRACE, SEMICOLON } from './punctuation.ts';
import { IDENT, type Tokens } from './tokens.ts';

/**
 * Ranges that the parser must not see, in order: directives, the branches of `#if` that were dropped, and comments. The
 * grammar knows directives between statements, and not within one, where kernels have them:
 *
 *     if (ready(b)
 *     #ifdef CONFIG_EXTRA
 *         && extra(b)              without the directives, an expression
 *     #endif
 *     )
 */
export function blanksOf(tokens: Tokens): [from: number, to: number][] {
  const blanks: [number, number][] = tokens.directives.map(({ from, to }) => [from, to]);
  for (let at = 0; at < tokens.dropped.length; at += 2)
    blanks.push([tokens.dropped[at]!, tokens.dropped[at + 1]!]);
  for (let at = 0; at < tokens.comments.length; at += 2)
    blanks.push([tokens.comments[at]!, tokens.comments[at + 1]!]);
  return blanks.sort(([one], [other]) => one - other);
}

/**
 * A part of the text, with spaces for what the parser must not see: all branches of an `#if` are read at once. Spaces, as a
 * node's offsets then are those of the file, from which diffs are written.
 */
export function cleanText(
  text: string,
  from: number,
  to: number,
  blanks: readonly (readonly [from: number, to: number])[],
): string {
  let clean = '';
  let at = from;
  let low = 0;
  let high = blanks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blanks[middle]![0] < from) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < blanks.length && blanks[index]![0] < to; index++) {
    const [start, end] = blanks[index]!;
    if (end <= at) continue;
    clean += text.slice(at, Math.max(start, at)) + ' '.repeat(Math.min(end, to) - Math.max(start, at));
    at = Math.min(end, to);
  }
  return clean + text.slice(at, to);
}

/**
 * What in a function's body is no C before it is preprocessed, as C of the same length, so that offsets stay:
 *
 *     list_for_each_entry(b, &all, list) drop(b);     while              (b, &all, list) drop(b);
 *     struct box *b __free(kfree) = NULL;             struct box *b               = NULL;
 *
 * The parser would take the first for a declaration, and the second for a function.
 */
export function asPlainC(tokens: Tokens, range: FunctionRange, clean: string, from: number): string {
  if (!/for_?each|__free\s*\(/.test(clean)) return clean;
  const { kinds, partners, froms, tos } = tokens;
  let text = '';
  let at = 0;
  const put = (start: number, end: number, instead: string) => {
    text += clean.slice(at, start - from) + instead.padEnd(end - start);
    at = end - from;
  };
  for (let index = range.open + 1; index < range.close; index++) {
    if (kinds[index] !== IDENT || kinds[index + 1] !== OPEN) continue;
    const name = word(tokens, index);
    const close = partners[index + 1]!;
    if (close === -1) continue;
    if (name === '__free') put(froms[index]!, tos[close]!, '');
    else if (
      /for_?each/.test(name) &&
      isStatement(tokens, index) &&
      (kinds[close + 1] === OPEN_BRACE || kinds[close + 1] === IDENT)
    )
      put(froms[index]!, tos[index]!, 'while');
  }
  return text + clean.slice(at);
}

/**
 * Whether a statement begins there, by the token before. A word counts, as `else for_each_box(b)` has one; a star or a comma
 * does not, as `x = for_each_name(a, b)` is a call.
 */
function isStatement({ kinds }: Tokens, at: number): boolean {
  const before = kinds[at - 1];
  return (
    before === SEMICOLON ||
    before === OPEN_BRACE ||
    before === CLOSE_BRACE ||
    before === CLOSE ||
    before === IDENT
  );
}
