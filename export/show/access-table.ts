import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { laterCallName, laterThreadName } from '../../fuzz/run/later-names.ts';
import { factOf } from '../../fuzz/run/scheme-facts.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { holdKindsOf } from '../../targets/subject/hold-kinds.ts';
import type { Outcome, Result, Subject } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { accessText, failed, hasValue, valuesText } from './access-text.ts';
import { type Line, painted, type Style, span, widthOf } from './style.ts';
import { timeText } from './time-text.ts';

/** Between two columns. */
const GAP = '  ';

/** An access, with its order, of this many characters has that on a line below: two threads must fit 120 columns. */
const WIDE = 32;

/**
 * A run as a table: a column per thread, then what became of the word; a row per access, in the order of the
 * schedule. The values stand in one column because there is one word, and its story is read downwards.
 *
 *     #  thread 0               thread 1                      word
 *     1  inc()
 *          fetch_add(1) relaxed                               INT_MAX → INT_MIN
 *     2                         read()
 *                                 load relaxed               INT_MIN
 *                                 = INT_MIN  ◀ diverges here
 *
 * @param diverging the index of the access to point at; -1 for none
 * @returns a line of headings, a rule, and the rows
 */
export function accessTable(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  diverging: number,
  style: Style,
): string[] {
  const isScheme = harness.target.subject.kind === 'scheme';
  const threads = shownThreads(program, accesses);
  const { subject } = harness.target;
  const headings = [
    '#',
    ...threads.map((thread) => headingOf(subject, program, thread)),
    isScheme ? 'values' : 'word',
  ];
  const rows = accesses.map((access, at) => {
    const cells: Line[][] = headings.map(() => []);
    cells[0] = [[span(String(at + 1), style.dim)]];
    const lines = accessLines(harness, access, at === diverging, style);
    cells[1 + threads.indexOf(access.thread)] = lines;
    // The values stand beside the access, below the line with the op's name.
    const above: Line[] = access.first ? [[]] : [];
    cells[headings.length - 1] = [...above, valueLine(access, isScheme)];
    return cells;
  });
  return layOut(headings, rows, style);
}

/** Those of the program, and of what runs later behind them those that do run. */
function shownThreads({ threads }: Program, accesses: readonly AccessSeen[]): number[] {
  const later = accesses.filter(({ call }) => call < 0).map(({ thread }) => thread);
  return [...new Set([...threads.keys(), ...later.sort((one, other) => one - other)])];
}

/** What runs later is called by its name, and `RCU` where there is but the one callback. */
function headingOf(subject: Subject, { threads }: Program, thread: number): string {
  return thread < threads.length ? `thread ${thread}` : laterThreadName(subject, thread - threads.length);
}

/** From top to bottom: the op, at its first access; the access; what the op returned, at its last; what was noticed. */
function accessLines(harness: Harness, access: AccessSeen, diverges: boolean, style: Style): Line[] {
  const { first, call, outcome } = access;
  const found = access.fault ?? factText(harness, access.fact);
  const lines: Line[] = [];
  if (first) lines.push([span(opText(harness, call), style.bold)]);
  const order = hasValue(access) ? access.order : '';
  const text = timeText(harness.target.subject, access) ?? accessText(access);
  if (text.length + order.length < WIDE) lines.push([span(`  ${text} `), span(order, style.dim)]);
  else lines.push([span(`  ${text}`)], [span(`    ${order}`, style.dim)]);
  const answer = outcome && call >= 0 ? `= ${resultText(outcome.result)}` : '';
  const mark = diverges ? span('  ◀ diverges here', style.yellow) : span('');
  if (answer || diverges) lines.push([span(`  ${answer}`.trimEnd()), mark]);
  for (const { text } of outcome?.warnings ?? []) lines.push([span(`  ⚠ ${text}`, style.yellow)]);
  if (found) lines.push([span(`  ✗ ${found}`, style.red)]);
  return lines;
}

/** `freed-while-held`, and of a kind of hold that has a name, `freed-while-held: pins`. */
function factText({ target: { subject } }: Harness, packed: number): string | undefined {
  const fact = factOf(packed);
  if (!fact || fact.hold === 0 || subject.kind !== 'scheme') return fact?.what;
  return `${fact.what}: ${holdKindsOf(subject)[fact.hold]!.name}`;
}

/** `add(2)`, `inc()`, so that an op is told from an access at sight. The RCU callback has no call, and no brackets. */
function opText(harness: Harness, call: number): string {
  if (call < 0) return laterCallName(harness.target.subject, call);
  const text = harness.alphabet.format(call);
  return text.endsWith(')') ? text : `${text}()`;
}

/** How a result reads in tables: `void`, `true`, `INT_MAX-1`, `granted`. */
export function resultText(result: Result | Outcome): string {
  if (result === undefined) return 'void';
  return typeof result === 'number' ? formatValue(result) : String(result);
}

/** A scheme has several words, so the value says of which. */
function valueLine(access: AccessSeen, isScheme: boolean): Line {
  if (!hasValue(access)) return [];
  const values = failed(access) ? `${valuesText(access)}, failed` : valuesText(access);
  return [span(isScheme ? `${access.wordName} ${values}` : values)];
}

/** @param rows by access, then by column, then by line; a row is as high as its highest cell */
function layOut(headings: readonly string[], rows: readonly (readonly Line[][])[], style: Style): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.flatMap((cells) => cells[column]!.map(widthOf))),
  );
  const joined = (cells: readonly Line[]) =>
    cells
      .map((line, column) => painted(line) + ' '.repeat(widths[column]! - widthOf(line)))
      .join(GAP)
      .trimEnd();
  const lines = rows.flatMap((cells) => {
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, at) => joined(cells.map((cell) => cell[at] ?? [])));
  });
  const rules = widths.map((width) => [span('─'.repeat(width), style.dim)]);
  return [joined(headings.map((heading) => [span(heading, style.dim)])), joined(rules), ...lines];
}
