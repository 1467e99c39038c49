import { described, type Scanner, type Token } from './scanner.ts';
import type { Expression, Placed, Statement } from './syntax.ts';

/**
 * Reads the body of a thread: declarations, assignments, calls and `if`.
 *
 * @throws InputError for loops and whatever else the dialect does not have
 */
export function readBody(scanner: Scanner): Statement[] {
  scanner.expect('{', 'C');
  const statements: Statement[] = [];
  while (!scanner.take('}', 'C')) statements.push(...readStatement(scanner));
  return statements;
}

/*
 * What herd7 does not have either, with what a writer of tests does instead. A loop has no bound that could be told from its
 * text, and an execution has finitely many events.
 */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  while: 'loops are not supported: write their rounds out',
  for: 'loops are not supported: write their rounds out',
  do: 'loops are not supported: write their rounds out',
  goto: 'goto is not supported: use "if"',
  switch: 'switch is not supported: use "if"',
  return: 'return is not supported: put what follows into an "if"',
};

/**
 * A statement may be none (`int r1;`, `;`) or several (`int r1 = 0, r2 = 1;`, a block), so it is a list.
 *
 * Declarations are told from assignments by their first two words: `int r1`, `struct foo *p`. A type is a name like any
 * other, as tests use types of their own.
 */
function readStatement(scanner: Scanner): Statement[] {
  const start = scanner.peek('C');
  if (start.text === '{') return readBody(scanner);
  if (scanner.take(';', 'C')) return [];
  if (start.kind === 'end') throw scanner.error(start, 'a thread without its "}"');
  const refused = NOT_SUPPORTED[start.text];
  if (Object.hasOwn(NOT_SUPPORTED, start.text)) throw scanner.error(start, refused!);
  if (start.text === 'if') return [readIf(scanner)];
  const declared = readDeclaration(scanner);
  if (declared) return declared;
  const statement = readAssignment(scanner);
  scanner.expect(';', 'C');
  return [statement];
}

/**
 *     if (r0 == 1) WRITE_ONCE(*x, 1); else { … }
 *
 * Both arms are lists. Which of them is taken is decided later, path by path.
 */
function readIf(scanner: Scanner): Statement {
  const start = scanner.next('C');
  scanner.expect('(', 'C');
  const condition = readExpression(scanner);
  const at = placed(scanner, start, scanner.expect(')', 'C'));
  const then = readStatement(scanner);
  const otherwise = scanner.take('else', 'C') ? readStatement(scanner) : [];
  return { kind: 'if', condition, then, otherwise, at };
}

/** `int r1;`, `int *p = …, r2;`: two names after each other, or a name and stars and a name. */
function readDeclaration(scanner: Scanner): Statement[] | undefined {
  const { start } = scanner.peek('C');
  const rest = scanner.text.slice(start);
  const type =
    /^(?:(?:const|volatile|unsigned|signed|struct|long|short|int|char)\s+)*(?:[A-Za-z_]\w*)(?:\s+|(?:\s*\*)+\s*)(?=[A-Za-z_]\w*\s*[;,=[])/.exec(
      rest,
    );
  if (!type || /^\s*(?:if|else)\b/.test(rest)) return undefined;
  const end = start + type[0].length;
  while (scanner.peek('C').start < end) scanner.next('C');
  const statements: Statement[] = [];
  do {
    while (scanner.take('*', 'C'));
    const name = scanner.name('the name of a register', 'C');
    if (scanner.peek('C').text === '[')
      throw scanner.error(scanner.peek('C'), 'arrays are not supported: name a register for each element');
    const to: Expression = { kind: 'name', name: name.text, at: placed(scanner, name) };
    if (scanner.take('=', 'C')) {
      const value = readExpression(scanner);
      statements.push({ kind: 'assign', to, value, at: placed(scanner, name, value.at) });
    }
  } while (scanner.take(',', 'C'));
  scanner.expect(';', 'C');
  return statements;
}

/** `r1 = …`, `*x = …`, `*x += 1`, `(*x)++`, a call. */
function readAssignment(scanner: Scanner): Statement {
  const start = scanner.peek('C');
  const to = readUnary(scanner);
  const sign = scanner.peek('C');
  const isStep = sign.text === '++' || sign.text === '--';
  const op = isStep ? sign.text[0]! : /^(\+|-|\||&|\^|<<|>>)=$/.exec(sign.text)?.[1];
  if (sign.text === '=' || op !== undefined) {
    scanner.next('C');
    const one: Expression = { kind: 'number', value: 1, at: to.at };
    const right = isStep ? one : readExpression(scanner);
    const value: Expression =
      op === undefined ? right : { kind: 'binary', op, left: to, right, at: right.at };
    if (to.kind !== 'name' && to.kind !== 'follow')
      throw scanner.error(start, 'only a register or a word that is pointed to can be assigned');
    return { kind: 'assign', to, value, at: placed(scanner, start, right.at) };
  }
  if (to.kind !== 'call')
    throw scanner.error(sign, `expected "=" behind ${to.at.text}, found ${described(sign)}`);
  return { kind: 'call', call: to, at: to.at };
}

/** The operators of C with two operands, the weakest first. */
const OPERATORS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** @param level how weak an operator may be */
function readExpression(scanner: Scanner, level = 0): Expression {
  if (level === OPERATORS.length) return readUnary(scanner);
  let left = readExpression(scanner, level + 1);
  while (OPERATORS[level]!.includes(scanner.peek('C').text)) {
    const op = scanner.next('C').text;
    const right = readExpression(scanner, level + 1);
    left = { kind: 'binary', op, left, right, at: placed(scanner, startOf(left.at), right.at) };
  }
  if (level === 0 && scanner.peek('C').text === '?')
    throw scanner.error(scanner.peek('C'), '"? :" is not supported: use "if"');
  return left;
}

/**
 * Operators in front. `*p` and `&x` are kept apart from the others, as they say where an access goes:
 *
 *     *p + 1      (*p) + 1
 *     !*p         !(*p)
 */
function readUnary(scanner: Scanner): Expression {
  const token = scanner.peek('C');
  if (['*', '&', '!', '~', '-', '+'].includes(token.text)) {
    scanner.next('C');
    const of = readUnary(scanner);
    const at = placed(scanner, token, of.at);
    if (token.text === '*') return { kind: 'follow', of, at };
    if (token.text === '&') return { kind: 'address', of, at };
    return { kind: 'unary', op: token.text, of, at };
  }
  return readPrimary(scanner);
}

/**
 * A number, a name, a call, or something in brackets.
 *
 * A cast is passed over: `(int *)r0` is r0. It is told from brackets by its first word, `(x)` being an expression and
 * `(int)` none. `NULL` is 0, which is no pointer to any word.
 */
function readPrimary(scanner: Scanner): Expression {
  const token = scanner.next('C');
  if (token.text === '(') {
    const cast =
      /^\s*(?:(?:const|unsigned|struct|long|int|char|void|uintptr_t|intptr_t|typeof)\b[\w\s]*)(?:\*\s*)*\)/.exec(
        scanner.text.slice(token.start + 1),
      );
    if (cast) {
      const end = token.start + 1 + cast[0].length;
      while (scanner.peek('C').start < end) scanner.next('C');
      return readUnary(scanner);
    }
    const inner = readExpression(scanner);
    const at = placed(scanner, token, scanner.expect(')', 'C'));
    return { ...inner, at };
  }
  const at = placed(scanner, token);
  if (token.kind === 'number') {
    // All values are 32 bits, whatever their type is called.
    // `1U`, `1UL`
    if (/^[uUlL]+$/.test(scanner.peek('C').text)) scanner.next('C');
    return { kind: 'number', value: Number(token.text) | 0, at };
  }
  if (token.kind !== 'name') throw scanner.error(token, `expected an expression, found ${described(token)}`);
  if (token.text === 'NULL') return { kind: 'number', value: 0, at };
  if (!scanner.take('(', 'C')) return { kind: 'name', name: token.text, at };
  const args: Expression[] = [];
  while (scanner.peek('C').text !== ')') {
    args.push(readExpression(scanner));
    if (scanner.peek('C').text !== ')') scanner.expect(',', 'C');
  }
  return { kind: 'call', name: token.text, args, at: placed(scanner, token, scanner.expect(')', 'C')) };
}

/** A place remembers where its text ends, so that places can be put together. */
interface Ends {
  readonly start: number;
  readonly end: number;
}
const ends = new WeakMap<Placed, Ends>();

/**
 * The place from one token to another, with the text between them on one line.
 *
 * @param to a token, or a place that was made here and ends the text
 */
function placed(scanner: Scanner, from: Token | Begun, to: Token | Placed = from as Token): Placed {
  const end = 'start' in to ? to.start + to.text.length : ends.get(to)!.end;
  const text = scanner.text.slice(from.start, end).replaceAll(/\s+/g, ' ');
  const at: Placed = { line: from.line, column: from.column, text };
  ends.set(at, { start: from.start, end });
  return at;
}

type Begun = Pick<Token, 'line' | 'column' | 'start'>;

function startOf(at: Placed): Begun {
  return { line: at.line, column: at.column, start: ends.get(at)!.start };
}
