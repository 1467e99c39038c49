import { declarators, word } from './declarators.ts';
import { amount } from './expressions.ts';
import type { InitialFact } from './facts.ts';
import type { FunctionRange } from './function-head.ts';
import type { Lines } from './lines.ts';
import { macrosOf } from './macros.ts';
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
  STAR,
} from './punctuation.ts';
import { ARROW, IDENT, type Tokens } from './tokens.ts';
import { isKeyword } from './words.ts';

/**
 * Initial values: `ATOMIC_INIT(1)` and the like, wherever they stand. They are read by tokens, as most stand outside of
 * functions, in tables of thousands of lines that would be slow to parse and of which nothing else is wanted.
 *
 *     static atomic_t all = ATOMIC_INIT(0);                                   Gall starts at 0
 *     static struct box one = { .name = "x", .users = ATOMIC_INIT(1) };       Tbox/users at 1
 *     *b = (struct box) { .users = ATOMIC_INIT(1) };                          the same
 *     struct box two = { "y", ATOMIC_INIT(1) };                               Tbox, and the resolver finds the member
 *     b->users = (atomic_t)ATOMIC_INIT(1);                                    see `assigned`
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
    const path = pathTo(tokens, at, enclosing, inside);
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
  found.push(...inMacros(tokens, lines));
  return found;
}

/** `.refs = REFCOUNT_INIT(1)`: the value of a macro may hold it as well as a table. */
const IN_MACRO = /\.\s{0,4}(\w{1,80})\s{0,8}=\s{0,8}([A-Z\d]{2,12}_INIT)\s{0,4}\(([^()]{0,80})\)/g;

/**
 * Initial values in macros, which whoever declares a variable by them does not repeat. What structure it is, is known where
 * the macro is used, so that only the member's name leads to the counter.
 *
 *     #define BOX_INIT(name_) { .users = ATOMIC_INIT(1), .name = name_ }      G/users at 1
 */
function inMacros(tokens: Tokens, lines: Lines): InitialFact[] {
  const { text } = tokens;
  return macrosOf(tokens).flatMap(({ name, from, to }) =>
    [...text.slice(from, to).matchAll(IN_MACRO)].flatMap(
      ({ 0: all, 1: member, 2: written, 3: value, index }) => {
        if (!Object.hasOwn(INITIALISERS, written!)) return [];
        const a = from + index + all.indexOf(written!, all.indexOf('='));
        const line = lines.lineOf(a);
        const place = { l: line, a, b: from + index + all.length, x: lines.textOf(line), fn: '' };
        return [{ ...place, w: written!, m: amount(value!), p: `G${name}/${member}` }];
      },
    ),
  );
}

/**
 * What is initialised, outwards: `.ref =` in the braces of `.base =` in those of `struct foo x =` is `T foo/base/ref`.
 */
function pathTo(
  tokens: Tokens,
  value: number,
  enclosing: readonly number[],
  inside: FunctionRange | undefined,
): string {
  const members: string[] = [];
  let at = value - 1;
  // A cast before it: `(atomic_t)ATOMIC_INIT(0)`.
  if (tokens.kinds[at] === CLOSE && tokens.partners[at]! >= 0) at = tokens.partners[at]! - 1;
  for (let level = enclosing.length - 1; ; level--) {
    if (tokens.kinds[at] === EQUALS) {
      const target = designated(tokens, at - 1);
      if (target.isAssigned)
        return [assigned(tokens, at - 1, inside) ?? `G/${target.member}`, ...members].join('/');
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

/** What stands before an equals sign, if it is a member; `member` is empty where a variable stands there. */
interface Target {
  readonly member: string;
  /** It is an assignment, `b->member =`: what `b` is, is said elsewhere. */
  readonly isAssigned: boolean;
}

/** `.member`, `.member[i]` or `.outer.member` of a designator; `b->member` and `b.member` of an assignment. */
function designated(tokens: Tokens, last: number): Target {
  let at = last;
  while (tokens.kinds[at] === CLOSE_SQUARE) at = tokens.partners[at]! - 1;
  const members: string[] = [];
  while (at > 0 && tokens.kinds[at] === IDENT) {
    const before = tokens.kinds[at - 1];
    if (before === ARROW) return { member: [word(tokens, at), ...members].join('/'), isAssigned: true };
    if (before !== DOT) break;
    members.unshift(word(tokens, at));
    at -= 2;
    while (tokens.kinds[at] === CLOSE_SQUARE) at = tokens.partners[at]! - 1;
  }
  // Before a designator's first dot stands a comma, a brace or an index; before an assignment's, a name or a call.
  const root = tokens.kinds[at];
  return { member: members.join('/'), isAssigned: members.length > 0 && (root === IDENT || root === CLOSE) };
}

/**
 * What an assignment leads to, from the variable at its beginning: by the type that the function declares it with, else by
 * its own name, for others know the globals. Undefined where no variable stands there, and the member's name is all there is.
 *
 *     struct box *b = …;  b->lid.users =        T*box/lid/users
 *     all.users =                               Gall/users
 *     box_of(x)->users =                        undefined
 */
function assigned(tokens: Tokens, last: number, inside: FunctionRange | undefined): string | undefined {
  const { kinds, partners } = tokens;
  const members: string[] = [];
  let at = last;
  for (;;) {
    while (kinds[at] === CLOSE_SQUARE) at = partners[at]! - 1;
    if (kinds[at] !== IDENT) return undefined;
    if (kinds[at - 1] !== ARROW && kinds[at - 1] !== DOT) break;
    members.unshift(word(tokens, at));
    at -= 2;
  }
  const type = inside && typeOf(tokens, word(tokens, at), at, inside);
  return [type === undefined ? `G${word(tokens, at)}` : `T${type}`, ...members].join('/');
}

/** The type of a variable of a function: the last declaration before its use, as an inner block may have one of its own. */
function typeOf(tokens: Tokens, name: string, use: number, inside: FunctionRange): string | undefined {
  const { kinds } = tokens;
  let found = inside.parameters.find((one) => one.name === name)?.type;
  for (let from = inside.open + 1; from < use; from++) {
    const before = kinds[from - 1];
    if (before !== SEMICOLON && before !== OPEN_BRACE && before !== CLOSE_BRACE) continue;
    let to = from;
    while (to < use && kinds[to] !== SEMICOLON) to++;
    for (const one of declarators(tokens, from, to)) {
      // `return b;`, `for_each(x) b = y;` and `for (…; i < b->n; …)` look like declarations of `b`.
      const next = kinds[one.typeTo];
      const isType = !isKeyword(word(tokens, one.typeTo - 1)) && (next === IDENT || next === STAR);
      if (one.name === name && one.type !== '' && isType) found = one.type;
    }
  }
  return found === '' ? undefined : found;
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
