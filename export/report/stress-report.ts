import { formatProgram } from '../../fuzz/case/program-text.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { JudgedOutcome, StressReport } from '../../fuzz/stress/stress.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { resultText } from '../show/access-table.ts';
import { judgementPaint } from '../show/show.ts';
import type { Style } from '../show/style.ts';
import { grouped } from './grouped.ts';
import { table } from './report.ts';

/** Outcomes that are written out; of the rest only those that are not `atomic`. */
const LISTED = 24;

/**
 * What real threads made of a program, for a person: a row for each outcome with how often it came, the commonest first;
 * what indivisible ops do not have is marked.
 *
 *     refcount-v5.5  0: inc | read   131 072 runs
 *     count    share     inc     | read        word
 *     ──────────────────────────────────────────────────────────────────
 *     120 000   91.55 %  void ¹  | 0           0xC0000000
 *       1 072    0.82 %  void ¹  | 1           0xC0000000   window: transient
 *     ¹ warns: addition on 0; use-after-free
 *
 * @returns lines without a line break at the end
 */
export function stressReport(harness: Harness, report: StressReport, style: Style): string[] {
  const { program, runs, outcomes, failure, stopped } = report;
  const notes = new Footnotes();
  const shown = outcomes.filter(({ standing }, at) => at < LISTED || standing !== 'atomic');
  const title = `${style.bold(harness.target.name)}  ${formatProgram(harness, program)}   ${grouped(runs)} runs`;
  const head = ['count', 'share', ...opsOf(harness, program), 'word', ''];
  const rows = shown.map((outcome) => rowOf(outcome, runs, notes, style));
  return [
    title,
    ...(rows.length > 0 ? table(head, rows, style, 'left').split('\n') : []),
    ...notes.lines(),
    ...(shown.length < outcomes.length ? [`and ${outcomes.length - shown.length} more, all atomic`] : []),
    ...(stopped > 0 ? [`${grouped(stopped)} ops were stopped: they did not return`] : []),
    ...(failure === undefined ? [] : [style.yellow(`no tally: ${failure}`)]),
  ];
}

/** A column for each op; a bar before the first of a thread other than the first. */
function opsOf({ alphabet }: Harness, { threads }: Program): string[] {
  return threads.flatMap((ops, thread) =>
    ops.map((op, at) => `${thread > 0 && at === 0 ? '| ' : ''}${alphabet.format(op)}`),
  );
}

/** As many cells as `stressReport` has headings. Counts are padded by hand, since the table aligns to the left. */
function rowOf(outcome: JudgedOutcome, runs: number, notes: Footnotes, style: Style): string[] {
  const { results, warnings, final, count } = outcome;
  const cells = results.flatMap((ops, thread) =>
    ops.map((result, op) => {
      const bar = thread > 0 && op === 0 ? '| ' : '';
      return `${bar}${resultText(result)}${notes.mark(warnings[thread]![op]!)}`;
    }),
  );
  return [
    grouped(count).padStart(grouped(runs).length),
    shareText(count, runs),
    ...cells,
    formatValue(final),
    standingText(outcome, style),
  ];
}

/** A rare outcome is not 0.00 %: it has been seen. */
function shareText(count: number, runs: number): string {
  const share = (100 * count) / runs;
  return share >= 0.01 ? `${share.toFixed(2).padStart(6)} %` : '< 0.01 %';
}

/** Nothing for `atomic`, the common case, so that the others stand out. */
function standingText({ standing, divergences }: JudgedOutcome, style: Style): string {
  switch (standing) {
    case 'atomic':
      return '';
    case 'window': {
      const judgements = [...new Set(divergences.map(({ judgement }) => judgement))];
      const painted = judgements.map((judgement) => judgementPaint(judgement, style)(judgement));
      return painted.length > 0 ? `window: ${painted.join(', ')}` : 'window';
    }
    case 'unreachable':
      return style.red('UNREACHABLE: no schedule of the model ends so');
    case 'unknown':
      return style.yellow('not judged');
  }
}

/** Beyond these a mark is a number in parentheses. */
const MARKS = '¹²³⁴⁵⁶⁷⁸⁹';

/** Warnings are long, and few: below the table, each once. */
class Footnotes {
  readonly #texts: string[] = [];

  mark(warnings: readonly string[]): string {
    const marks = warnings.map((text) => {
      const known = this.#texts.indexOf(text);
      const at = known >= 0 ? known : this.#texts.push(text) - 1;
      return MARKS[at] ?? ` (${at + 1})`;
    });
    return marks.length > 0 ? ` ${marks.join('')}` : '';
  }

  lines(): string[] {
    return this.#texts.map((text, at) => `${MARKS[at] ?? `(${at + 1})`} warns: ${text}`);
  }
}
