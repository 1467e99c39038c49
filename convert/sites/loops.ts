import { NotModelled } from './expressions.ts';
import type { Body } from './functions.ts';
import { type Frame, frameOf } from './loop-frame.ts';
import { opOfWays } from './loop-op.ts';
import { outsideOf } from './loop-outside.ts';
import { waysThrough } from './loop-run.ts';
import type { Pointers } from './pointer-names.ts';
import type { LoopOp } from './site.ts';
import { isCounter, type SourceFile } from './source-file.ts';
import { type Range, type Statement, statementsIn } from './statements.ts';
import { argumentsAt, textOf } from './tokens.ts';

/** A loop of compare-exchange that is one op, and the tokens that it is written in. */
export interface KnownLoop {
  readonly range: Range;
  readonly op: LoopOp;
  readonly counter: string;
  /** The token of the exchange. */
  readonly exchange: number;
}

/** The loops of a file. */
export interface Loops {
  readonly known: readonly KnownLoop[];
  /** Why others are no op, by the tokens of their exchange. */
  readonly unknown: ReadonlyMap<number, string>;
}

/** Pieces of code around an exchange that are tried, the smallest first. */
const MOST_PIECES = 48;

/**
 * The ops on the counter that a file writes out as loops of compare-exchange. A loop is told by what it does and not by how it looks:
 * the smallest piece of its function whose every way is one op, whatever other threads do meanwhile.
 *
 *     old = atomic_read(&p->refs);                           the piece begins here: `old` is read in it
 *     do {
 *             if (!old)
 *                     return false;
 *     } while (!atomic_try_cmpxchg(&p->refs, &old, old + 1));      and ends here: nothing needs `old` any more
 *     trace_get(p);
 */
export function loopsOf(file: SourceFile, member: string, pointers: Pointers): Loops {
  const { tokens } = file;
  const known: KnownLoop[] = [];
  const unknown = new Map<number, string>();
  for (let at = 0; at + 1 < tokens.length; at++) {
    const isExchange = /^atomic_(?:try_)?cmpxchg(?:_relaxed|_acquire|_release)?$/.test(tokens[at]!.text);
    if (!isExchange || tokens[at + 1]!.text !== '(') continue;
    const [counter, , to] = argumentsAt(tokens, at + 1);
    if (!counter || !to || !isCounter(file, counter, member, pointers, at)) continue;
    // What is put in is a constant: that is a claim, and no loop.
    const isWorkedOut = tokens
      .slice(...to)
      .some(({ kind, text }) => kind === 'name' && /[a-z]/.test(text) && !/^\d/.test(text));
    if (!isWorkedOut && !tokens[at]!.text.startsWith('atomic_try')) continue;
    const body = file.bodies.find(({ from, to: end }) => from <= at && at < end);
    const loop = body && loopIn(file, body, at, counter, { member, pointers });
    if (typeof loop === 'string') unknown.set(at, loop);
    else if (loop) known.push(loop);
  }
  return { known, unknown };
}

function loopIn(
  file: SourceFile,
  body: Body,
  exchange: number,
  counter: Range,
  { member, pointers }: { readonly member: string; readonly pointers: Pointers },
): KnownLoop | string {
  const spelling = (range: Range) =>
    file.tokens
      .slice(...range)
      .map(({ text }) => text)
      .join('');
  const own = spelling(counter);
  const isAnyCounter = (range: Range) => isCounter(file, range, member, pointers, range[0]);
  const isThis = (range: Range) => isAnyCounter(range) && spelling(range) === own;
  const frame = frameOf(file, body, isThis, isAnyCounter);
  const statements = statementsOf(frame);
  let why = 'it does more than to count by one op';
  let telling: KnownLoop | undefined;
  for (const { list, from, to } of piecesAround(statements, exchange)) {
    const told = opOf(list, from, to, frame);
    if (typeof told === 'string') why = told;
    if (!told || typeof told === 'string') continue;
    // `return true;` behind it becomes a part of it: then it is one line.
    const more = list[to]?.kind === 'return' ? opOf(list, from, to + 1, frame) : undefined;
    const isOneLine =
      typeof more === 'object' && (more.granted.returns ?? more.refused.returns) !== undefined;
    const [op, end] = isOneLine ? [more, to + 1] : [told, to];
    const range = [list[from]!.range[0], list[end - 1]!.range[1]] as const;
    const gives = list[end - 1]!.isGiven && { gives: true as const };
    const loop = {
      range,
      op: { ...op, ...gives },
      counter: textOf(file.text, file.tokens, counter),
      exchange,
    };
    // What is given must be one expression.
    if (gives && op.refused.returns !== !op.granted.returns) continue;
    // A piece that tells no count says all that it said, also if it is larger.
    if (!op.tellsCount) return loop;
    telling ??= loop;
  }
  return telling ?? why;
}

/**
 * The statements of a function, or of a macro that stands for some.
 *
 *     #define get(p) do { … } while (0)          those within
 *     #define get(p) ({ …; old != 0; })          the same, and the last is what it gives, as a return does
 */
function statementsOf({ code, body: { kind, from, to } }: Frame): Statement[] {
  if (kind !== 'macro') return statementsIn(code, [from, to]);
  const { tokens } = code;
  const words = (at: number, end: number) =>
    tokens
      .slice(at, end)
      .map(({ text }) => text)
      .join(' ');
  const isDo = words(from, from + 2) === 'do {' && words(to - 5, to) === '} while ( 0 )';
  if (isDo) return statementsIn(code, [from + 2, to - 5]);
  if (words(from, from + 2) !== '( {' || words(to - 2, to) !== '} )') return [];
  const statements = statementsIn(code, [from + 2, to - 2]);
  const last = statements.at(-1);
  if (last?.kind !== 'expression') return statements;
  return [...statements.slice(0, -1), { ...last, kind: 'return', own: last.of, isGiven: true }];
}

/** @returns why it is none; undefined where it cannot be followed at all */
function opOf(
  list: readonly Statement[],
  from: number,
  to: number,
  frame: Frame,
): LoopOp | string | undefined {
  const piece = list.slice(from, to);
  try {
    const outside = outsideOf(piece, list[to], frame);
    return opOfWays(waysThrough(piece, frame.values, frame.unsigned), outside, frame);
  } catch (error) {
    if (error instanceof NotModelled) return undefined;
    throw error;
  }
}

/** Statements in a row, in one block, with the exchange in them: the smallest first. */
function piecesAround(statements: readonly Statement[], exchange: number) {
  const pieces = listsAround(statements, exchange).flatMap((list) => {
    const at = list.findIndex(({ range }) => holds(range, exchange));
    return list
      .slice(0, at + 1)
      .flatMap((_, from) => list.slice(at).map((__, more) => ({ list, from, to: at + more + 1 })));
  });
  const size = ({ list, from, to }: (typeof pieces)[number]) => list[to - 1]!.range[1] - list[from]!.range[0];
  return pieces.sort((one, other) => size(one) - size(other)).slice(0, MOST_PIECES);
}

/** The blocks that a token lies in. */
function listsAround(statements: readonly Statement[], at: number): (readonly Statement[])[] {
  const around = statements.find(({ range }) => holds(range, at));
  if (!around) return [];
  const within = partsOf(around).flatMap((part) => listsAround([part], at));
  const inner = around.kind === 'block' ? listsAround(around.body, at) : within;
  // The braces are the block: what they stand around is a piece of it.
  return around.kind === 'block' && statements.length === 1 ? inner : [statements, ...inner];
}

function partsOf(statement: Statement): readonly Statement[] {
  if (statement.kind === 'if') return [statement.yes, ...(statement.no ? [statement.no] : [])];
  return statement.kind === 'loop' ? [statement.body] : [];
}

function holds([from, to]: Range, at: number): boolean {
  return from <= at && at < to;
}
