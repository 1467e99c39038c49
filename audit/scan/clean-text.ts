import type { Tokens } from './tokens.ts';

/** Ranges that the parser must not see, in order. */
export function blanksOf(tokens: Tokens): [from: number, to: number][] {
  const blanks: [number, number][] = tokens.directives.map(({ from, to }) => [from, to]);
  for (let at = 0; at < tokens.dropped.length; at += 2)
    blanks.push([tokens.dropped[at]!, tokens.dropped[at + 1]!]);
  for (let at = 0; at < tokens.comments.length; at += 2)
    blanks.push([tokens.comments[at]!, tokens.comments[at + 1]!]);
  return blanks.sort(([one], [other]) => one - other);
}

/** A part of the text, with spaces for what the parser must not see: all branches of an `#if` are read at once. */
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
