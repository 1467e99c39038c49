import type { Parser } from 'web-tree-sitter';
import { word } from './declarators.ts';
import type { FunctionRange } from './function-head.ts';
import { OP_WORD } from './interest.ts';
import type { Lines } from './lines.ts';
import type { Macro } from './macros.ts';
import { opNamed } from './op-grammar.ts';
import { rescueOps } from './rescued-ops.ts';
import { IDENT, type Tokens } from './tokens.ts';
import type { Gathered } from './walk.ts';

/**
 * The ops of a file by its text, and those that were lost. The first number is found without the parser, so that it tells what
 * the parser did not see. Both go into `Loss`.
 */
export interface Unseen {
  readonly written: number;
  readonly unseen: [line: number, text: string, why: string][];
}

/**
 * The tokens of ops: names of ops that brackets follow, and that no declaration declares.
 *
 *     return atomic_read(v);              an op, after a word of the grammar
 *     int atomic_read(const atomic_t *v)  none: a type before it makes it a declaration
 *     n = 2 * atomic_read(v);             an op
 *     void *atomic_read(int n) {          none, as a brace follows
 */
function opTokens(tokens: Tokens): number[] {
  const found: number[] = [];
  const { kinds } = tokens;
  for (let at = 0; at + 1 < kinds.length; at++) {
    if (kinds[at] !== IDENT || kinds[at + 1] !== 40) continue;
    const first = tokens.text.charCodeAt(tokens.froms[at]!);
    // atomic, raw, refcount, kref, local, __refcount: most words begin otherwise.
    if (first !== 97 && first !== 114 && first !== 107 && first !== 108 && first !== 95) continue;
    if (opNamed(word(tokens, at)) === null) continue;
    const isStatement =
      kinds[at - 1] === IDENT && /^(?:return|else|do|goto|case)$/.test(word(tokens, at - 1));
    const isDeclared =
      kinds[at - 1] === IDENT ||
      (kinds[at - 1] === 42 &&
        kinds[at - 2] === IDENT &&
        tokens.partners[at + 1]! !== -1 &&
        kinds[tokens.partners[at + 1]! + 1] === 123);
    if (isStatement || !isDeclared) found.push(at);
  }
  return found;
}

/** Counts the ops of a file by its tokens alone, tries once more on those that no tree had, and says which are lost. */
export function unseenOf(
  parser: Parser,
  tokens: Tokens,
  lines: Lines,
  functions: readonly FunctionRange[],
  macros: readonly Macro[],
  into: Gathered,
): Unseen {
  const unseen: [number, string, string][] = [];
  const missed = (from: number, why: string) => {
    const line = lines.lineOf(from);
    unseen.push([line, lines.textOf(line), why]);
  };
  const ops = opTokens(tokens);
  let written = ops.length;
  const lost = ops.filter((at) => !into.seen.has(tokens.froms[at]!));
  rescueOps(parser, tokens, lines, lost, functions, into);
  for (const at of lost)
    if (!into.seen.has(tokens.froms[at]!)) missed(tokens.froms[at]!, 'not read as a call');
  for (const macro of macros) {
    const body = tokens.text.slice(macro.from, macro.to);
    if (!OP_WORD.test(body)) continue;
    for (const call of body.matchAll(/\b\w+(?=\s*\()/g)) {
      if (opNamed(call[0]) === null) continue;
      written++;
      if (!into.seen.has(macro.from + call.index))
        missed(macro.from + call.index, 'in a macro, and not read as a call');
    }
  }
  for (let at = 0; at < tokens.dropped.length; at += 2) {
    const part = tokens.text.slice(tokens.dropped[at], tokens.dropped[at + 1]);
    // `#if 0` is a comment; another branch that was dropped is a loss.
    if (isComment(tokens.text, tokens.dropped[at]!) || !OP_WORD.test(part)) continue;
    for (const call of part.matchAll(/\b\w+(?=\s*\()/g)) {
      if (opNamed(call[0]) === null) continue;
      written++;
      missed(tokens.dropped[at]! + call.index, 'in a branch of #if that leaves a bracket open');
    }
  }
  return { written, unseen };
}

/** Whether what begins there follows an `#if 0`. */
function isComment(text: string, from: number): boolean {
  return /^\s*#\s*if\s+0\b/.test(text.slice(text.lastIndexOf('\n', from - 1) + 1, from));
}
