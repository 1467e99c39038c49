import { type Judged, VERDICTS, type Verdict } from '../../audit/census/verdict.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { grouped } from '../report/grouped.ts';
import { table } from '../report/report.ts';
import { type Style, wrapped } from '../show/style.ts';
import { type Audit, countsOf } from './audit.ts';
import { answerOf, count, TO_LOOK_AT, uncoveredLines } from './audit-answer.ts';
import { headLine, remedyLines } from './counter-lines.ts';
import { subsystemsOf } from './subsystems.ts';
import { VERDICT_WORDS } from './verdict-words.ts';

/** Rows of the table: what fits on a screen of 40 lines together with the rest. */
const ROWS = 12;
/** Counters to look at first. */
const FIRST = 5;
/** Entries of the baseline that are written out. */
const GONE = 5;

/**
 * An audit for a person, on one screen: the answer, what it does not cover, a table of subsystems and verdicts, what to look
 * at first, and how to go on.
 *
 * @param paths as the user gave them, for the commands
 * @returns lines without a line break at the end
 */
export function auditText(audit: Audit, paths: readonly string[], style: Style): string[] {
  return [
    ...wrapped(answerOf(audit), 110).map((line) => style.bold(line)),
    ...uncoveredLines(audit).map((line) => style.yellow(line)),
    ...goneLines(audit),
    ...(audit.judged.length === 0 ? [] : ['', ...verdictTable(audit.judged, style).split('\n')]),
    ...firstLines(audit, style),
    ...nextLines(audit, paths, style),
  ];
}

/** What a baseline lists in vain: whoever mended something wants to see it, and whoever renamed something has to. */
function goneLines({ held }: Audit): string[] {
  if (!held || held.gone.length === 0) return [];
  const named = held.gone.slice(0, GONE).map(({ counter, rule }) => `${counter} (${rule})`);
  const more = held.gone.length > GONE ? `, and ${held.gone.length - GONE} more` : '';
  return wrapped(
    `gone: ${count(held.gone.length, 'misuse')} of ${held.baseline} no longer occur: ${named.join(', ')}${more}`,
    110,
  );
}

/**
 * Subsystems down, verdicts across. Verdicts that there are none of have no column, and subsystems that have no row are
 * summed in the last one but the total.
 *
 *     subsystem    misuse  as is  by one    no  sound    all
 *     ───────────────────────────────────────────────────────
 *     drivers/net       1      4       ·   210     31    246
 *     41 others         ·     12       1   800    120    933
 *     all               1     16       1  1010    151   1179
 */
export function verdictTable(judged: readonly Judged[], style: Style): string {
  const all = countsOf(judged);
  const verdicts = VERDICTS.filter((verdict) => all[verdict] > 0);
  const subsystems = subsystemsOf(judged, ({ counter }) => counter.declared.file, ROWS);
  // One that is left over has a row of its own: "1 other" would take as much room.
  const shown = subsystems.slice(0, subsystems.length === ROWS + 1 ? ROWS + 1 : ROWS);
  const others = subsystems.slice(shown.length);
  const row = (name: string, own: readonly Judged[]) => {
    const counts = countsOf(own);
    return [name, ...verdicts.map((one) => cell(one, counts[one], style)), grouped(own.length)];
  };
  const lines = [
    ...shown.map(({ name, members }) => row(name, members)),
    ...(others.length > 0
      ? [
          row(
            `${others.length} others`,
            others.flatMap(({ members }) => members),
          ),
        ]
      : []),
    ...(subsystems.length > 1 ? [row('all', judged)] : []),
  ];
  const heads = ['subsystem', ...verdicts.map((one) => VERDICT_WORDS[one].head), 'all'];
  return table(heads, lines, style, 'right');
}

/** A dot for 0, so that what is there stands out. */
function cell(verdict: Verdict, number: number, style: Style): string {
  if (number === 0) return style.dim('·');
  return paintOf(verdict, style)(grouped(number));
}

/** Red for what is wrong, green for what is free, yellow for what takes a person. */
export function paintOf(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict === 'misuse') return style.red;
  if (verdict === 'as-is') return style.green;
  if (verdict === 'by-one' || verdict === 'with-a-change') return style.yellow;
  return (text) => text;
}

/**
 * Some counters of the gravest verdict that there is: misuse that is news first, and where there is none, what converts. Only
 * the surest, since a reader who meets a wrong one here reads no further.
 */
function firstLines(audit: Audit, style: Style): string[] {
  const { verdict, own } = firstOf(audit);
  if (verdict === undefined) return [];
  const shown = own.slice(0, FIRST);
  const more = own.length - shown.length;
  return [
    '',
    style.bold(`look first at: ${VERDICT_WORDS[verdict].word}${more > 0 ? ` (${more} more)` : ''}`),
    ...shown.flatMap((one) => [headLine(one, style), ...remedyLines(one)]),
  ];
}

/**
 * The verdict to look at first, and the counters that have it; no verdict, and all counters, where none matters more.
 *
 * With a baseline, known misuses are passed over: whoever keeps one has looked at them already.
 */
function firstOf({ judged, held }: Audit): { verdict: Verdict | undefined; own: readonly Judged[] } {
  const open = judged.filter((one) => !held?.known.has(one));
  const verdict = TO_LOOK_AT.find((wanted) => open.some((one) => one.verdict === wanted));
  return { verdict, own: verdict === undefined ? judged : open.filter((one) => one.verdict === verdict) };
}

/** Commands that can be pasted, about what is there. */
function nextLines(audited: Audit, paths: readonly string[], style: Style): string[] {
  const { verdict, own } = firstOf(audited);
  const [some] = own;
  if (!some) return [];
  const audit = `refuzz audit ${paths.map(shellWord).join(' ')}`;
  return [
    '',
    style.dim('next:'),
    `  ${audit} --explain ${shellWord(some.counter.id)}`,
    ...(verdict === undefined ? [] : [`  ${audit} --only ${verdict}`]),
    `  ${audit} --html audit.html`,
  ];
}
