import type { Parser } from 'web-tree-sitter';
import { type Declarator, declarators, word } from './declarators.ts';
import { functionFacts } from './function-facts.ts';
import { type FunctionRange, split } from './function-head.ts';
import type { Lines } from './lines.ts';
import { IDENT, type Tokens } from './tokens.ts';
import type { Gathered } from './walk.ts';
import { isKeyword } from './words.ts';

const OPEN = 40;
const SEMICOLON = 59;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

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
 * done with its result is not known.
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
  for (const at of missed) {
    const close = tokens.partners[at + 1]!;
    if (close === -1 || close - at > 400) continue;
    const around = surroundings(tokens, at, functions);
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
        locals: around.locals,
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

function surroundings(tokens: Tokens, at: number, functions: readonly FunctionRange[]): Around {
  const inside = functions.find(({ open, close }) => open < at && at < close);
  if (inside !== undefined)
    return {
      name: inside.name,
      isTrace: false,
      parameters: inside.parameters,
      locals: localsBefore(tokens, inside.open + 1, at),
    };
  const outer = outermost(tokens, at);
  if (outer === -1)
    return {
      name: '',
      isTrace: false,
      parameters: [],
      locals: localsBefore(tokens, Math.max(0, at - 400), at),
    };
  const macro = word(tokens, outer - 1);
  const close = tokens.partners[outer]!;
  const first = tokens.kinds[outer + 1] === IDENT ? word(tokens, outer + 1) : '';
  for (let index = outer + 1; index < close; index++) {
    if (tokens.kinds[index] !== IDENT || !/^(?:TP_)?PROTO$/.test(word(tokens, index))) continue;
    const parameters = split(tokens, index + 2, tokens.partners[index + 1]!).flatMap(([from, to]) =>
      declarators(tokens, from, to).slice(0, 1),
    );
    return { name: first, isTrace: true, parameters, locals: localsBefore(tokens, outer + 1, at) };
  }
  return {
    name: first || macro,
    isTrace: false,
    parameters: [],
    locals: localsBefore(tokens, outer + 1, at),
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
  for (let index = from; index < at; index++) {
    const before = kinds[index - 1];
    const isStart =
      before === SEMICOLON || before === OPEN_BRACE || before === CLOSE_BRACE || before === OPEN;
    if (!isStart || kinds[index] !== IDENT) continue;
    const text = word(tokens, index);
    const isType = text === 'struct' || text === 'const' || !isKeyword(text);
    let end = index;
    while (end < at && kinds[end] !== SEMICOLON && kinds[end] !== OPEN_BRACE) end++;
    // A type is followed by a name or by stars and a name; anything else is a statement.
    if (!isType || !(kinds[index + 1] === IDENT || (kinds[index + 1] === 42 && kinds[index + 2] === IDENT)))
      continue;
    if (end < at) found.push(...declarators(tokens, index, end));
  }
  return found;
}
