/**
 * Brackets in each other. Somebody's most nested code has some twenty; a table that a program wrote, a few more. Whoever
 * walks a tree calls himself for each, and the stack of a thread holds some thousand.
 */
export const DEEPEST_NESTING = 400;

/** Comments and literals, whose brackets are none; a line that begins with `}`; and the brackets. */
const TOKENS =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|\n}|[(){}[\]]/g;

/**
 * How deep brackets lie in each other at most, by the text alone and before it is parsed.
 *
 * Branches of `#if` may open a brace twice that is closed once, and such errors would add up over a long file. A `}` at the
 * start of a line ends a function in all kernel code, so there the depth is 0 again.
 */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '\n}') depth = 0;
    else if (token === '(' || token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    else if (token === ')' || token === '}' || token === ']') depth = Math.max(0, depth - 1);
  }
  return deepest;
}
