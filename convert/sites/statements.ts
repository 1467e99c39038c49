import { type Expression, expressionIn, type Names, NotModelled } from './expressions.ts';
import { closing, type Token, textOf } from './tokens.ts';

/** Tokens, the end excluded. */
export type Range = readonly [from: number, to: number];

/** What a statement does. */
type Doing =
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly yes: Statement;
      readonly no: Statement | undefined;
    }
  /** `test` is left out where a `for` has none; `isDo` tests behind the body. */
  | {
      readonly kind: 'loop';
      readonly test: Expression | undefined;
      readonly step: Expression | undefined;
      readonly body: Statement;
      readonly isDo: boolean;
    }
  | { readonly kind: 'expression'; readonly of: Expression }
  /** Local numbers, with what they begin as. */
  | { readonly kind: 'declaration'; readonly names: readonly Declared[] }
  /** `own` where what it gives has to do with local numbers or the counter; else it is what is written. */
  | { readonly kind: 'return'; readonly own: Expression | undefined }
  | { readonly kind: 'break' | 'continue' | 'empty' }
  | { readonly kind: 'goto' | 'label'; readonly name: string }
  /** It has to do with neither the counter nor a local number. */
  | { readonly kind: 'other' }
  /** It has, and in a way that is not modelled. */
  | { readonly kind: 'unknown' };

/** One of `int old, new = 0;`. */
export interface Declared {
  readonly name: string;
  readonly begins: Expression | undefined;
}

/** A statement with its place and its text. */
export type Statement = Doing & {
  readonly range: Range;
  readonly text: string;
  /** Of a return that is none: what a statement expression gives. */
  readonly isGiven?: true;
};

/** A function's code, for who reads statements of it. */
export interface Code extends Names {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Whether tokens name a counter, the same or another one. */
  readonly isAnyCounter: (range: Range) => boolean;
}

/**
 * The statements between two braces, which are at `from - 1` and `to`. What is not modelled is `unknown`: this never fails.
 *
 *     old = atomic_read(&p->refs);       expression
 *     trace_get(p);                      other: it has to do with neither the counter nor a local number
 *     trace_count(old);                  unknown: who knows what that does with old
 *     switch (old) { … }                 unknown
 */
export function statementsIn(code: Code, [from, to]: Range): Statement[] {
  const found: Statement[] = [];
  for (let at = from; at < to; ) {
    const statement = statementAt(code, at, to);
    found.push(statement);
    at = Math.max(at + 1, statement.range[1]);
  }
  return found;
}

function statementAt(code: Code, at: number, to: number): Statement {
  try {
    return modelled(code, at, to);
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error;
    return made(code, [at, endOf(code.tokens, at, to)], { kind: 'unknown' });
  }
}

function made({ text, tokens }: Code, range: Range, doing: Doing): Statement {
  return { ...doing, range, text: textOf(text, tokens, range) };
}

/** Behind the semicolon, or the braces, that end whatever begins there. */
function endOf(tokens: readonly Token[], from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const { text } = tokens[at]!;
    if (text === ';') return at + 1;
    if (text === '(' || text === '[') at = closing(tokens, at);
    if (text !== '{') continue;
    const close = closing(tokens, at);
    if (tokens[close + 1]?.text !== 'else') return close + 1;
    at = close + 1;
  }
  return to;
}

function modelled(code: Code, at: number, to: number): Statement {
  const { tokens } = code;
  const { text: word } = tokens[at]!;
  const next = tokens[at + 1]?.text;
  if (word === ';') return made(code, [at, at + 1], { kind: 'empty' });
  if (word === '{') {
    const close = closing(tokens, at);
    return made(code, [at, close + 1], { kind: 'block', body: statementsIn(code, [at + 1, close]) });
  }
  if (word === 'if' && next === '(') return conditional(code, at, to);
  if (word === 'while' && next === '(') {
    const close = closing(tokens, at + 1);
    const body = statementAt(code, close + 1, to);
    const test = expressionIn(tokens, [at + 2, close], code);
    return made(code, [at, body.range[1]], { kind: 'loop', test, step: undefined, body, isDo: false });
  }
  if (word === 'do') return doLoop(code, at, to);
  if (word === 'for' && next === '(') return forLoop(code, at, to);
  if (tokens[at]!.kind === 'name' && next === ':' && word !== 'default')
    return made(code, [at, at + 2], { kind: 'label', name: word });
  return simple(code, at, to);
}

function conditional(code: Code, at: number, to: number): Statement {
  const { tokens } = code;
  const close = closing(tokens, at + 1);
  const yes = statementAt(code, close + 1, to);
  const isElse = tokens[yes.range[1]]?.text === 'else' && yes.range[1] < to;
  const no = isElse ? statementAt(code, yes.range[1] + 1, to) : undefined;
  const test = expressionIn(tokens, [at + 2, close], code);
  return made(code, [at, (no ?? yes).range[1]], { kind: 'if', test, yes, no });
}

/** `do { … } while (test);` */
function doLoop(code: Code, at: number, to: number): Statement {
  const { tokens } = code;
  const body = statementAt(code, at + 1, to);
  const behind = body.range[1];
  if (tokens[behind]?.text !== 'while' || tokens[behind + 1]?.text !== '(') throw new NotModelled();
  const close = closing(tokens, behind + 1);
  const test = expressionIn(tokens, [behind + 2, close], code);
  return made(code, [at, close + 2], { kind: 'loop', test, step: undefined, body, isDo: true });
}

/** `for (begin; test; step) …`, as a block of what it begins with and the loop. */
function forLoop(code: Code, at: number, to: number): Statement {
  const { tokens } = code;
  const close = closing(tokens, at + 1);
  const marks: number[] = [];
  for (let mark = at + 2; mark < close; mark++) {
    if (tokens[mark]!.text === '(') mark = closing(tokens, mark);
    else if (tokens[mark]!.text === ';') marks.push(mark);
  }
  const [first, second] = marks;
  if (first === undefined || second === undefined) throw new NotModelled();
  const body = statementAt(code, close + 1, to);
  const part = (from: number, end: number) =>
    from < end ? expressionIn(tokens, [from, end], code) : undefined;
  const range = [at, body.range[1]] as const;
  const [test, step] = [part(first + 1, second), part(second + 1, close)];
  const loop = made(code, range, { kind: 'loop', test, step, body, isDo: false });
  return made(code, range, { kind: 'block', body: [simple(code, at + 2, first + 1), loop] });
}

/** A statement that ends with a semicolon. */
function simple(code: Code, at: number, to: number): Statement {
  const { tokens } = code;
  const end = endOf(tokens, at, to);
  const range = [at, end] as const;
  const { text: word } = tokens[at]!;
  if (word === ';') return made(code, range, { kind: 'empty' });
  if (word === 'break' || word === 'continue') return made(code, range, { kind: word });
  if (word === 'goto') return made(code, range, { kind: 'goto', name: tokens[at + 1]!.text });
  if (word === 'return') {
    const within = [at + 1, end - 1] as const;
    const own = isOwn(code, within) ? expressionIn(tokens, within, code) : undefined;
    return made(code, range, { kind: 'return', own });
  }
  const names = declaredIn(code, range);
  if (names) return made(code, range, { kind: 'declaration', names });
  if (!isOwn(code, range)) return made(code, range, { kind: 'other' });
  return made(code, range, { kind: 'expression', of: expressionIn(tokens, [at, end - 1], code) });
}

/**
 * Whether tokens mention a local number or the counter. A member that has the name of a local number is another thing.
 *
 *     p->old = NULL;       neither
 */
export function isOwn({ tokens, locals, isAnyCounter }: Code, [from, to]: Range): boolean {
  for (let at = from; at < to; at++) {
    const { kind, text } = tokens[at]!;
    const before = tokens[at - 1]?.text;
    if (kind === 'name' && locals.has(text) && before !== '->' && before !== '.') return true;
    // A path to the counter is at most that long: `&peer->inner.refs`.
    for (let end = at + 1; end <= Math.min(to, at + 7); end++) if (isAnyCounter([at, end])) return true;
  }
  return false;
}

const NUMBER_TYPE = /^(?:const|unsigned|signed|int|long|bool|u32|s32|u64|s64)$/;

/** Behind a type of numbers; undefined for tokens that declare none. @returns what is declared, and whether it is unsigned */
export function declarators(
  tokens: readonly Token[],
  from: number,
): { readonly at: number; readonly isUnsigned: boolean } | undefined {
  let at = from;
  while (NUMBER_TYPE.test(tokens[at]?.text ?? '')) at++;
  if (at === from || tokens[at]?.kind !== 'name') return undefined;
  if (!['=', ',', ';'].includes(tokens[at + 1]?.text ?? '')) return undefined;
  const type = tokens.slice(from, at).map(({ text }) => text);
  return { at, isUnsigned: type.some((text) => text.startsWith('u')) };
}

/** `int old, new = 0;` @returns undefined for a statement that declares no number */
function declaredIn(code: Code, [from, to]: Range): Declared[] | undefined {
  const start = declarators(code.tokens, from);
  if (!start) return undefined;
  return partsOf(code.tokens, start.at, to - 1).map(([at, end]) => {
    if (end - at === 1) return { name: code.tokens[at]!.text, begins: undefined };
    if (code.tokens[at + 1]!.text !== '=') throw new NotModelled();
    return { name: code.tokens[at]!.text, begins: expressionIn(code.tokens, [at + 2, end], code) };
  });
}

/** The parts between commas, each a range. */
export function partsOf(tokens: readonly Token[], from: number, to: number): Range[] {
  const parts: Range[] = [];
  let start = from;
  for (let at = from; at < to; at++) {
    const { text } = tokens[at]!;
    if (text === '(' || text === '[' || text === '{') at = closing(tokens, at);
    else if (text === ',') {
      parts.push([start, at]);
      start = at + 1;
    }
  }
  return [...parts, [start, to]];
}
