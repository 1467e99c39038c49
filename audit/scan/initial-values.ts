import { declarators, word } from './declarators.ts';
import { amount } from './expressions.ts';
import type { InitialFact } from './facts.ts';
import type { FunctionRange } from './function-head.ts';
import type { Lines } from './lines.ts';
import { INITIALISERS } from './op-grammar.ts';
import {
  CLOSE,
  CLOSE_BRACE,
  CLOSE_SQUARE,
  COMMA,
  DOT,
  EQUALS,
  OPEN,
  OPEN_BRACE,
  SEMICOLON,
} from './punctuation.ts';
import { IDENT, type Tokens } from './tokens.ts';

/**
 * Initial values: `ATOMIC_INIT(1)` and the like, wherever they stand. They are read by tokens, as most stand outside of
 * functions, in tables of thousands of lines that would be slow to parse and of which nothing else is wanted.
 *
 *     static atomic_t all = ATOMIC_INIT(0);                                   Gall starts at 0
 *     static struct box one = { .name = "x", .users = ATOMIC_INIT(1) };       Tbox/users at 1
 *     *b = (struct box) { .users = ATOMIC_INIT(1) };                          the same
 */
export function initialValues(
  tokens: Tokens,
  lines: Lines,
  functions: readonly FunctionRange[],
): InitialFact[] {
  const found: InitialFact[] = [];
  if (!/_INIT\s*\(/.test(tokens.text)) return found;
  const { kinds, partners } = tokens;
  const enclosing: number[] = [];
  let fn = 0;
  for (let at = 0; at < kinds.length; at++) {
    const kind = kinds[at]!;
    if (kind === OPEN_BRACE) enclosing.push(at);
    else if (kind === CLOSE_BRACE) enclosing.pop();
    if (kind !== IDENT || kinds[at + 1] !== OPEN || partners[at + 1]! < at) continue;
    const name = word(tokens, at);
    if (!Object.hasOwn(INITIALISERS, name)) continue;
    while (fn < functions.length && functions[fn]!.close < at) fn++;
    const inside = functions[fn] !== undefined && functions[fn]!.open < at ? functions[fn] : undefined;
    const path = pathTo(tokens, at, enclosing);
    if (path === '') continue;
    const from = tokens.froms[at]!;
    const close = partners[at + 1]!;
    const line = lines.lineOf(from);
    found.push({
      l: line,
      a: from,
      b: tokens.tos[close]!,
      x: lines.textOf(line),
      fn: inside?.name ?? '',
      w: name,
      m: amount(tokens.text.slice(tokens.tos[at + 1], tokens.froms[close])),
      p: path,
    });
  }
  return found;
}

/**
 * What is initialised, outwards: `.ref =` in the braces of `.base =` in those of `struct foo x =` is `T foo/base/ref`.
 */
function pathTo(tokens: Tokens, value: number, enclosing: readonly number[]): string {
  const members: string[] = [];
  let at = value - 1;
  // A cast before it: `(atomic_t)ATOMIC_INIT(0)`.
  if (tokens.kinds[at] === CLOSE && tokens.partners[at]! >= 0) at = tokens.partners[at]! - 1;
  for (let level = enclosing.length - 1; ; level--) {
    if (tokens.kinds[at] === EQUALS) {
      const target = designated(tokens, at - 1);
      if (target.member !== '') members.unshift(target.member);
      else {
        const root = declared(tokens, at);
        return root === '' ? '' : [root, ...members].join('/');
      }
    } else if (tokens.kinds[at] === CLOSE) {
      // `(struct foo) {`: a compound literal.
      const type = /^\(\s*(?:const\s+)?(?:struct\s+)?(\w+)/.exec(
        tokens.text.slice(tokens.froms[tokens.partners[at]!] ?? 0, tokens.tos[at]),
      );
      return type === null ? '' : [`T${type[1]}`, ...members].join('/');
    } else if (tokens.kinds[at] !== COMMA && tokens.kinds[at] !== OPEN_BRACE) return '';
    if (level < 0) return '';
    at = enclosing[level]! - 1;
  }
}

/** `.member`, `.member[i]` or `.outer.member` before an equals sign; empty where a variable stands there. */
function designated(tokens: Tokens, last: number): { readonly member: string } {
  let at = last;
  while (tokens.kinds[at] === CLOSE_SQUARE) at = tokens.partners[at]! - 1;
  const members: string[] = [];
  while (at > 0 && tokens.kinds[at] === IDENT && tokens.kinds[at - 1] === DOT) {
    members.unshift(word(tokens, at));
    at -= 2;
    while (tokens.kinds[at] === CLOSE_SQUARE) at = tokens.partners[at]! - 1;
  }
  return { member: members.join('/') };
}

/** The variable whose declaration has this equals sign: by its type, or by its name if it is a counter itself. */
function declared(tokens: Tokens, equals: number): string {
  let from = equals;
  while (from > 0) {
    const kind = tokens.kinds[from - 1]!;
    if (kind === SEMICOLON || kind === OPEN_BRACE || kind === CLOSE_BRACE) break;
    const partner = tokens.partners[from - 1]!;
    from = partner !== -1 && partner < from ? partner : from - 1;
    if (equals - from > 40) return '';
  }
  const found = declarators(tokens, from, equals).at(-1);
  if (found === undefined) {
    return tokens.kinds[equals - 1] === IDENT ? `G${word(tokens, equals - 1)}` : '';
  }
  if (found.type === '' || /^(?:atomic\w*_t|refcount_t|local_t|kref|rcuref_t)$/.test(found.type))
    return `G${found.name}`;
  return `T${found.type}`;
}
