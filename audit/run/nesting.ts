/**
 * Brackets in each other. Somebody's most nested code has some twenty; a table that a program wrote, a few more. Whoever
 * walks a tree calls himself for each, and the stack of a thread holds some thousand.
 */
export const DEEPEST_NESTING = 400;

/**
 * How deep brackets lie in each other at most, by the text alone and before it is parsed. What is in comments and literals
 * is none.
 *
 * Branches of `#if` may open a brace twice that is closed once, and such errors would add up over a long file. A `}` at the
 * start of a line ends a function in all kernel code, so there the depth is 0 again.
 */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '(' || letter === '{' || letter === '[') deepest = Math.max(deepest, ++depth);
    else if (letter === ')' || letter === ']') depth = Math.max(0, depth - 1);
    else if (letter === '}') depth = text[at - 1] === '\n' ? 0 : Math.max(0, depth - 1);
    else if (letter === '"' || letter === "'") at = literalEnd(text, at);
    else if (letter === '/' && text[at + 1] === '/') at = indexOr(text, '\n', at) - 1;
    else if (letter === '/' && text[at + 1] === '*') at = indexOr(text, '*/', at + 2) + 1;
  }
  return deepest;
}

/** The last letter of a literal. One without an end (`'` in the text of an `#error`) ends with its line. */
function literalEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === text[start]) return at;
    if (text[at] === '\n') return at - 1;
    if (text[at] === '\\') at++;
  }
  return text.length;
}

function indexOr(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length : found;
}
