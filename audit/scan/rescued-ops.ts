import type { Parser } from 'web-tree-sitter';
import { type Declarator, declarators, word } from './declarators.ts';
import { functionFacts } from './function-facts.ts';
import { type FunctionRange, split } from './function-head.ts';
import type { Lines } from './lines.ts';
import { CLOSE_BRACE, OPEN, OPEN_BRACE, SEMICOLON } from './punctuation.ts';
import { IDENT, type Tokens } from './tokens.ts';
import type { Gathered } from './walk.ts';
import { isKeyword } from './words.ts';

/** A call, or a declaration, of more tokens is none; and nobody has more variables. */
const MOST_TOKENS = 400;
const MOST_LOCALS = 200;

/** Where an op stands: a function, or the brackets of a macro that makes one. */
interface Around {
  readonly name: string;
  readonly isTrace: boolean;
  readonly parameters: readonly Declarator[];
  readonly locals: readonly Declarator[];
}

/**
 * Ops that no tree had as calls: those in the brackets of macros that make functions (`TRACE_EVENT`, `DEVICE_ATTR`), and
 * those in functions that other macros make unreadable. Each is parsed alone, with what declares names around it; what is
 * done with its result is not known, and it is said to be handed on.
 *
 *     DEVICE_ATTR_SHOW(users, struct box *b = to_box(dev); return emit(buf, atomic_read(&b->users)))
 *
 * @param missed the tokens of their names, in order
 */
export function rescueOps(
  parser: Parser,
  tokens: Tokens,
  lines: Lines,
  missed: readonly number[],
  functions: readonly FunctionRange[],
  into: Gathered,
): void {
  const known = new Map<number, Around>();
  let fn = 0;
  for (const at of missed) {
    const close = tokens.partners[at + 1]!;
    if (close === -1 || close - at > MOST_TOKENS) continue;
    while (fn < functions.length && functions[fn]!.close < at) fn++;
    const around = surroundings(tokens, at, functions[fn], known);
    const from = tokens.froms[at]!;
    const head = 'void f(){';
    // Comments stay: the parser knows them. Directives inside of a call are beyond rescue.
    const clean = `${head}${tokens.text.slice(from, tokens.tos[close])};}`;
    const before = into.sites.length;
    functionFacts(
      parser,
      {
        name: around.name,
        text: tokens.text,
        lines,
        clean,
        from: from - head.length,
        parameters: around.parameters,
        locals: around.locals.filter((local) => local.at < at),
        isMacro: false,
      },
      into,
    );
    for (let index = before; index < into.sites.length; index++) {
      const site = into.sites[index]!;
      const isUsed = !/^(?:set|init|inc|dec|add|sub)$/.test(site.op);
      if (isUsed) into.sites[index] = { ...site, u: { r: around.isTrace ? 'printed' : 'passed' } };
    }
  }
}

/**
 * What declares the names of an op: the function around it; else the macro around it. Trace events have their
 * parameters in a
 * `TP_PROTO` of their own:
 *
 *     TRACE_EVENT(box_get, TP_PROTO(struct box *b), …, TP_fast_assign(… atomic_read(&b->users) …)
 *
 * @param inside the first function that ends behind the op
 * @param known what is around the ops so far, by the token that it begins with: where one op is missed, so are its neighbours
 */
function surroundings(
  tokens: Tokens,
  at: number,
  inside: FunctionRange | undefined,
  known: Map<number, Around>,
): Around {
  const isInside = inside !== undefined && inside.open < at;
  const from = isInside ? inside.open : outermost(tokens, at);
  let around = from === -1 ? undefined : known.get(from);
  if (around === undefined) {
    around = isInside ? inFunction(tokens, inside) : inBrackets(tokens, at, from);
    if (from !== -1) known.set(from, around);
  }
  return around;
}

/** A function, with all names that it declares anywhere; an op sees those that stand before it, and of two the later one. */
function inFunction(tokens: Tokens, { name, parameters, open, close }: FunctionRange): Around {
  return { name, isTrace: false, parameters, locals: localsBefore(tokens, open + 1, close) };
}

/** The brackets of a macro at the top level; without such, the line alone. */
function inBrackets(tokens: Tokens, at: number, outer: number): Around {
  if (outer === -1)
    return {
      name: '',
      isTrace: false,
      parameters: [],
      locals: localsBefore(tokens, Math.max(0, at - MOST_TOKENS), at),
    };
  const macro = word(tokens, outer - 1);
  const close = tokens.partners[outer]!;
  const first = tokens.kinds[outer + 1] === IDENT ? word(tokens, outer + 1) : '';
  for (let index = outer + 1; index < close; index++) {
    if (tokens.kinds[index] !== IDENT || !/^(?:TP_)?PROTO$/.test(word(tokens, index))) continue;
    const parameters = split(tokens, index + 2, tokens.partners[index + 1]!).flatMap(([from, to]) =>
      declarators(tokens, from, to).slice(0, 1),
    );
    return { name: first, isTrace: true, parameters, locals: localsBefore(tokens, outer + 1, close) };
  }
  return {
    name: first || macro,
    isTrace: false,
    parameters: [],
    locals: localsBefore(tokens, outer + 1, close),
  };
}

/** The first bracket around a token that is a macro's at the top level; -1 if there is none. */
function outermost(tokens: Tokens, at: number): number {
  const { kinds, partners } = tokens;
  let found = -1;
  for (let index = at - 1; index > 0 && at - index < 4000; index--) {
    const partner = partners[index]!;
    if (partner !== -1 && partner < index) index = partner;
    else if (partner > at && kinds[index] === OPEN && kinds[index - 1] === IDENT) found = index;
    else if (partner === -1 && kinds[index] === SEMICOLON && found !== -1 && partners[found]! < at) break;
  }
  return found;
}

/** What statements before a token declare, as well as tokens alone tell it. */
function localsBefore(tokens: Tokens, from: number, at: number): Declarator[] {
  const { kinds } = tokens;
  const found: Declarator[] = [];
  for (let index = from; index < at && found.length < MOST_LOCALS; index++) {
    const before = kinds[index - 1];
    const isStart =
      before === SEMICOLON || before === OPEN_BRACE || before === CLOSE_BRACE || before === OPEN;
    if (!isStart || kinds[index] !== IDENT) continue;
    const text = word(tokens, index);
    const isType = text === 'struct' || text === 'const' || !isKeyword(text);
    let end = index;
    const last = Math.min(at, index + MOST_TOKENS);
    while (end < last && kinds[end] !== SEMICOLON && kinds[end] !== OPEN_BRACE) end++;
    // A type is followed by a name or by stars and a name; anything else is a statement.
    if (!isType || !(kinds[index + 1] === IDENT || (kinds[index + 1] === 42 && kinds[index + 2] === IDENT)))
      continue;
    if (end < last) found.push(...declarators(tokens, index, end));
  }
  return found;
}
