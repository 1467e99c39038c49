import type { CounterType } from '../census/counter.ts';
import type { Declarator } from './declarators.ts';
import type { CounterFact } from './facts.ts';
import type { Lines } from './lines.ts';
import type { Tokens } from './tokens.ts';
import { COUNTER_TYPES } from './words.ts';

/**
 * The fact of a declarator that declares a counter. The range is that of the type's words, as that is what a conversion
 * writes anew: `atomic_t` of `atomic_t users, waiters;`, and with both names behind it a patch must see to both.
 */
export function counterFact(
  tokens: Tokens,
  lines: Lines,
  declared: Declarator,
  to: number,
): CounterFact | undefined {
  const type = declared.type.replace(/^\*+/, '');
  if (!COUNTER_TYPES.has(type)) return undefined;
  const stars = declared.type.length - type.length;
  const from = tokens.froms[declared.typeFrom]!;
  const line = lines.lineOf(tokens.froms[declared.at]!);
  const comment = commentAt(tokens, lines, from, tokens.froms[to] ?? tokens.text.length);
  return {
    n: declared.name,
    t: type as CounterType,
    s: stars > 0 ? 2 : declared.isArray ? 1 : 0,
    l: line,
    a: from,
    b: tokens.tos[declared.typeTo - 1]!,
    x: lines.textOf(line),
    ...(comment !== '' && { k: comment }),
  };
}

/** Farther away nobody sees that a comment belongs to a declaration. */
const FAR = 300;

/**
 * The comment that follows on the declaration's last line, else the one that ends on the line above it:
 *
 *     /* not this one, which is behind something *\/ int n;   /* nor this one *\/
 *     /* or this one *\/
 *     atomic_t users;      /* this one *\/
 */
function commentAt(tokens: Tokens, lines: Lines, from: number, end: number): string {
  const { comments, text } = tokens;
  let low = 0;
  let high = comments.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[2 * middle]! < from) low = middle + 1;
    else high = middle;
  }
  for (let at = low; 2 * at < comments.length && at < low + 3; at++) {
    const start = comments[2 * at]!;
    if (start > end && start - end < FAR && !text.slice(end, start).includes('\n'))
      return tidy(text.slice(start, comments[2 * at + 1]));
  }
  const before = low - 1;
  if (before < 0) return '';
  const between = text.slice(comments[2 * before + 1], from);
  const isAlone =
    text.slice(lines.starts[lines.lineOf(comments[2 * before]!) - 1], comments[2 * before]).trim() === '';
  if (between.length > FAR || !isAlone || !/^\s*\n\s*$/.test(between) || between.split('\n').length > 2)
    return '';
  return tidy(text.slice(comments[2 * before], comments[2 * before + 1]));
}

/** A comment as a sentence: without its stars and line ends, so that reports can quote it after the declaration. */
function tidy(comment: string): string {
  return comment
    .replace(/^\/[*/]+|\*+\/$/g, '')
    .replace(/\n\s*\*?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
