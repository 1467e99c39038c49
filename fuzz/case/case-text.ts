import type { Divergence } from '../../oracles/divergence.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { turnText } from '../run/turn.ts';
import type { Case, Observed } from './case.ts';
import type { CaseCode } from './code-of-case.ts';

/** Columns of the sentence that says why. */
const WIDTH = 100;

/**
 * The text of a case file, without comments.
 *
 * `formatCase(parseCase(file, formatCase(c)))` is `formatCase(c)`, byte for byte. In memory the sentence why may
 * have other white space: a line break begins a paragraph, all else is one space.
 */
export function formatCase(stored: Case): string {
  const { target, memory, program, schedule, expect, cause, code, why, found } = stored;
  return [
    `case: ${versionOf(stored)}`,
    `target: ${formatText(target)}`,
    ...(memory ? [`memory: ${memory}`] : []),
    'program:',
    `  start: ${formatStart(program.start)}`,
    '  threads:',
    ...program.threads.map((ops) => `    - ${formatList(ops.map(formatText))}`),
    ...(schedule ? [`schedule: ${formatList(schedule.map(turnText))}`] : []),
    'expect:',
    `  divergence: ${formatDivergence(expect.divergence)}`,
    ...formatObserved('reference', expect.reference),
    ...formatObserved('subject', expect.subject),
    ...(cause === undefined ? [] : [`cause: ${formatText(cause)}`]),
    ...(code === undefined ? [] : ['code:', ...code.map(formatCode)]),
    'why: >',
    ...foldedLines(why),
    `found: ${formatFound(found)}`,
    '',
  ].join('\n');
}

/** The oldest format that has all its keys, so that older readers read what they can. */
function versionOf({ memory, code, cause }: Case): number {
  if (memory !== undefined) return 4;
  return code !== undefined ? 3 : cause !== undefined ? 2 : 1;
}

/**
 * A value by its name, a state by its own. Names of states begin in lower case and those of values do not, so either
 * reads back as what it was.
 */
function formatStart(start: number | string): string {
  return typeof start === 'number' ? formatValue(start) : formatText(start);
}

function formatDivergence({ op, boundary, kind, judgement }: Divergence): string {
  return formatMapping({ op: formatText(op), boundary, kind, judgement });
}

/** In quotes always: digits alone, or with an e among them, would be a number. */
function formatCode({ source, build }: CaseCode): string {
  return `  - ${formatMapping({ source: formatText(source), build: `'${build}'` })}`;
}

/** Lists that are empty are left out, except for results: every thread has its row. */
function formatObserved(side: string, observed: Observed): string[] {
  const { warnings, final, facts = [] } = observed;
  const isThere = {
    results: true,
    warnings: warnings.length > 0,
    final: final !== undefined,
    facts: facts.length > 0,
  };
  const parts = OBSERVED_PARTS.filter((part) => isThere[part]);
  return [`  ${side}:`, ...parts.map((part) => `    ${part}: ${formatPart(observed, part)}`)];
}

/** What a side did, part by part, in the order of case files. */
export const OBSERVED_PARTS = ['results', 'warnings', 'final', 'facts'] as const satisfies (keyof Observed)[];

/**
 * One part of what a side did, spelt as case files spell it.
 *
 *     results     [[void], [0xC0000000, true]]
 *     final       0xC0000001
 *
 * @returns `[]` for a part that is not there
 */
export function formatPart(observed: Observed, part: (typeof OBSERVED_PARTS)[number]): string {
  const { results, final } = observed;
  if (part === 'results') return formatList(results.map((thread) => formatList(thread.map(formatResult))));
  if (part === 'final') return final === undefined ? formatList([]) : formatValue(final);
  return formatList((observed[part] ?? []).map(formatText));
}

/** A void op has no result; YAML would read `undefined` as a word. */
function formatResult(result: Result | string): string {
  if (result === undefined) return 'void';
  if (typeof result === 'number') return formatValue(result);
  return typeof result === 'string' ? formatText(result) : String(result);
}

function formatFound({ by, seed, iteration }: Case['found']): string {
  return formatMapping({
    by: formatText(by),
    ...(seed !== undefined && { seed: `0x${seed.toString(16).padStart(8, '0')}` }),
    ...(iteration !== undefined && { iteration: String(iteration) }),
  });
}

function formatList(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

function formatMapping(entries: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(entries).map(([signature, value]) => `${signature}: ${value}`);
  return `{ ${pairs.join(', ')} }`;
}

/**
 * As little quoting as YAML allows inside `[ ]` and `{ }`. Plain where it is a word that YAML reads back as this text;
 * single quotes for other printable ASCII, where only a quote needs doubling; JSON, whose escapes double quotes of YAML
 * know, for all else.
 */
function formatText(text: string): string {
  const plain = /^[A-Za-z](?:[\w .;/()'-]*[\w.;/()'-])?$/.test(text) && !/^(?:true|false|null)$/i.test(text);
  if (plain) return text;
  return /^[\x20-\x7e]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}

/** A blank line between two paragraphs is how a folded block writes one line break. */
function foldedLines(why: string): string[] {
  const paragraphs = why.split(/[\r\n]+/).map((paragraph) => wrap(words(paragraph)));
  return paragraphs
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
}

/** Control characters are no more at home in a block of YAML than spaces are inside a word. */
function words(text: string): string[] {
  return text.split(/[\s\p{Cc}\ufeff]+/u).filter((word) => word !== '');
}

/** A word that is longer than the line gets one of its own: text is never cut. */
function wrap(text: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of text) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
