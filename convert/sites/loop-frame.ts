import type { Body } from './functions.ts';
import type { SourceFile } from './source-file.ts';
import { type Code, declarators, partsOf, type Range } from './statements.ts';
import type { Token } from './tokens.ts';

/** What a loop stands in: its function, with the numbers that it declares. */
export interface Frame {
  readonly code: Code;
  readonly body: Body;
  /** Whether the function tells true or false, so that any other number that it returns is true. */
  readonly isBool: boolean;
  /** Local numbers that are unsigned, and those that are bool. */
  readonly unsigned: ReadonlySet<string>;
  readonly bools: ReadonlySet<string>;
  /** Where local numbers are declared: the statement, and each of its parts. */
  readonly declarations: readonly Declaration[];
  /** Counts that are tried: all that the code tells apart. */
  readonly values: readonly number[];
}

/** `int old, new = 0;` */
export interface Declaration {
  readonly range: Range;
  readonly parts: readonly {
    readonly name: string;
    readonly range: Range;
    readonly isConstant: boolean;
  }[];
}

/** The numbers around those at which counts begin and end. */
const USUAL = [-0x8000_0000, -2, -1, 0, 1, 2, 3, 0x7fff_ffff];

/**
 * Reads a function's declarations, wherever they stand in it. Two variables of one name, in different blocks, are taken for one: what is
 * said of both then holds of each.
 *
 * @param isCounter whether tokens are the counter of the loop
 * @param isAnyCounter whether they are that or another one
 */
export function frameOf(
  file: SourceFile,
  body: Body,
  isCounter: Code['isCounter'],
  isAnyCounter: Code['isAnyCounter'],
): Frame {
  const { text, tokens } = file;
  const constants = constantsIn(file);
  const declarations: Declaration[] = [];
  const unsigned = new Set<string>();
  const bools = new Set<string>();
  for (let at = body.from; at < body.to; at++) {
    const begins = ['{', '}', ';', '('].includes(tokens[at - 1]?.text ?? '{');
    const start = begins ? declarators(tokens, at) : undefined;
    if (!start) continue;
    const end = semicolonFrom(tokens, at);
    const parts = partsOf(tokens, start.at, end).map((range) => ({
      name: tokens[range[0]]!.text,
      range,
      isConstant: tokens.slice(range[0] + 2, range[1]).every(isOfConstant),
    }));
    declarations.push({ range: [at, end + 1], parts });
    for (const { name } of parts) {
      if (start.isUnsigned) unsigned.add(name);
      if (tokens[at]!.text === 'bool') bools.add(name);
    }
    at = end;
  }
  const locals = new Set(declarations.flatMap(({ parts }) => parts.map(({ name }) => name)));
  const head = tokens.slice(body.head, body.from).map((token) => token.text);
  return {
    code: { text, tokens, locals, constants, isCounter, isAnyCounter },
    body,
    isBool: head.includes('bool') || head.some((word) => /^REFUZZ_(?:GET|DUP|ENTER)$/.test(word)),
    unsigned,
    bools,
    declarations,
    values: valuesIn(tokens.slice(body.from, body.to), constants),
  };
}

function isOfConstant({ kind, text }: Token): boolean {
  return kind === 'number' || text === '-' || /^(?:true|false|[A-Z][A-Z\d_]*)$/.test(text);
}

function semicolonFrom(tokens: readonly Token[], from: number): number {
  let at = from;
  while (at < tokens.length - 1 && tokens[at]!.text !== ';') at++;
  return at;
}

/** `#define DEAD (-5)` and `enum { DEAD = -5 }`. */
function constantsIn({ tokens, bodies }: SourceFile): Map<string, number> {
  const found = new Map<string, number>();
  const note = (name: string, words: readonly string[]) => {
    const value = Number(words.filter((word) => word !== '(' && word !== ')').join(''));
    if (words.length > 0 && Number.isInteger(value)) found.set(name, value);
  };
  const words = (from: number, to: number) => tokens.slice(from, to).map(({ text }) => text);
  for (const { kind, name, params, from, to } of bodies)
    if (kind === 'macro' && params.length === 0) note(name, words(from, to));
  for (let at = 0; at + 2 < tokens.length; at++) {
    const isOne = /^[A-Z][A-Z\d_]*$/.test(tokens[at]!.text) && tokens[at + 1]!.text === '=';
    if (!isOne || !['{', ','].includes(tokens[at - 1]?.text ?? '')) continue;
    let end = at + 2;
    while (end < tokens.length && ![',', '}', ';'].includes(tokens[end]!.text)) end++;
    note(tokens[at]!.text, words(at + 2, end));
  }
  return found;
}

/**
 * The counts that are tried. Between two neighbours of these the code does the same: it only adds constants, and compares with them. A
 * number that is added stands on both sides of the comparison in turn, so its opposite is one of them too.
 *
 *     old + 1 == 6      parts 5 from the others, which is a neighbour of 6
 *     old == -5         parts -5, which is the opposite of the 5 that is written
 */
function valuesIn(tokens: readonly Token[], constants: ReadonlyMap<string, number>): number[] {
  const named = tokens.flatMap(({ kind, text }) => {
    const value =
      kind === 'number' ? Number.parseInt(text, text.startsWith('0x') ? 16 : 10) : constants.get(text);
    return value === undefined || !Number.isInteger(value) || Math.abs(value) < 3 ? [] : [value];
  });
  const around = named.flatMap((value) => [value - 1, value, value + 1, -value - 1, -value, 1 - value]);
  return [...new Set([...USUAL, ...around].map((value) => value | 0))].sort((a, b) => a - b);
}
