import { z } from 'zod';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, JUDGEMENTS, KINDS, signatureOf } from '../../oracles/divergence.ts';
import { FACT_NAMES } from '../../oracles/lifetime.ts';
import { FAULTS, type Result } from '../../targets/subject/subject.ts';
import { formatValue, parseValue } from '../../targets/subject/values.ts';
import {
  type Checked,
  describe,
  type Path,
  parseChecked,
  unknownName,
} from '../../targets/target/checked-yaml.ts';
import { TARGET_NAME } from '../../targets/target/target-file.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import type { Case, Observed } from './case.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 1;

/** Columns of the sentence that says why. */
const WIDTH = 100;

/**
 * The text of a case file, without comments.
 *
 * `formatCase(parseCase(file, formatCase(c)))` is `formatCase(c)`, byte for byte. In memory the sentence why may
 * have other white space: a line break begins a paragraph, all else is one space.
 */
export function formatCase(stored: Case): string {
  const { target, program, schedule, expect, why, found } = stored;
  return [
    `case: ${VERSION}`,
    `target: ${formatText(target)}`,
    'program:',
    `  start: ${formatStart(program.start)}`,
    '  threads:',
    ...program.threads.map((ops) => `    - ${formatList(ops.map(formatText))}`),
    ...(schedule ? [`schedule: ${formatList(schedule.map(String))}`] : []),
    'expect:',
    `  divergence: ${formatDivergence(expect.divergence)}`,
    ...formatObserved('reference', expect.reference),
    ...formatObserved('subject', expect.subject),
    'why: >',
    ...foldedLines(why),
    `found: ${formatFound(found)}`,
    '',
  ].join('\n');
}

/**
 * Reads a case file. The target need not exist any more, nor its ops: only the spelling is looked at.
 *
 * @param file its name, for messages
 * @throws InputError with line and column, and the nearest name where one is unknown
 */
export function parseCase(file: string, text: string): Case {
  // The version goes first: an unknown key in a file of a later version is no slip of the pen.
  parseChecked(file, text, VERSIONED);
  const checked = parseChecked(file, text, CASE);
  const { target, schedule, expect, why, found } = checked.value;
  const start = startOf(checked);
  const threads = threadsOf(checked);
  checkSchedule(checked, typeof start === 'string');
  const { op, boundary, kind, judgement } = expect.divergence;
  return {
    target,
    program: { start, threads },
    ...(schedule && { schedule }),
    expect: {
      divergence: { op, boundary, kind, judgement },
      reference: observedOf(checked, 'reference', start),
      subject: observedOf(checked, 'subject', start),
    },
    why: why.trim(),
    found: {
      by: found.by,
      ...(found.seed !== undefined && { seed: found.seed }),
      ...(found.iteration !== undefined && { iteration: found.iteration }),
    },
  };
}

/** `<op>-<boundary>-<kind>-<judgement>.yaml`: the signature, so that a folder holds one case for each. */
export function caseFileName(stored: Case): string {
  return fileNameOf(stored.expect.divergence);
}

/** The name under which the corpus keeps the case of a divergence. */
export function fileNameOf(divergence: Divergence): string {
  return `${signatureOf(divergence).replaceAll('_', '-')}.yaml`;
}

function formatStart(start: number | string): string {
  return typeof start === 'number' ? formatValue(start) : formatText(start);
}

function formatDivergence({ op, boundary, kind, judgement }: Divergence): string {
  return formatMapping({ op: formatText(op), boundary, kind, judgement });
}

function formatObserved(side: string, observed: Observed): string[] {
  const { results, warnings, final, facts } = observed;
  const lines = [
    `  ${side}:`,
    `    results: ${formatList(results.map((thread) => formatList(thread.map(formatResult))))}`,
  ];
  if (warnings.length > 0) lines.push(`    warnings: ${formatList(warnings.map(formatText))}`);
  if (final !== undefined) lines.push(`    final: ${formatValue(final)}`);
  if (facts && facts.length > 0) lines.push(`    facts: ${formatList(facts.map(formatText))}`);
  return lines;
}

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

/** As little quoting as YAML allows inside `[ ]` and `{ }`. */
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

const VERSIONED = z.looseObject({
  case: z.literal(VERSION, {
    error: ({ input }) =>
      input === undefined
        ? `not a case file: it must begin with "case: ${VERSION}"`
        : `case format ${describe(input)} is unknown, this refuzz reads ${VERSION}; a later refuzz may read it`,
  }),
});

const OP_NAME = z
  .string()
  .regex(/^[a-z_][a-z0-9_]*$/, { error: ({ input }) => `${describe(input)} is not an op` });

const NUMBER = z.int().min(0);

const OBSERVED = z.strictObject({
  results: z.array(z.array(z.unknown())),
  warnings: z.array(z.string()).min(1).optional(),
  final: z.unknown().optional(),
  facts: z
    .array(z.enum(FACT_NAMES, choice('fact', FACT_NAMES)))
    .min(1)
    .optional(),
});

const CASE = z.strictObject({
  case: z.literal(VERSION),
  target: TARGET_NAME,
  program: z.strictObject({
    start: z.unknown().nonoptional(),
    threads: z.array(z.array(z.string()).max(MAX_OPS)).min(1).max(MAX_THREADS),
  }),
  schedule: z.array(NUMBER).optional(),
  expect: z.strictObject({
    divergence: z.strictObject({
      op: OP_NAME,
      boundary: z.enum(BOUNDARIES, choice('boundary', BOUNDARIES)),
      kind: z.enum(KINDS, choice('kind', KINDS)),
      judgement: z.enum(JUDGEMENTS, choice('judgement', JUDGEMENTS)),
    }),
    reference: OBSERVED,
    subject: OBSERVED,
  }),
  why: z.string(),
  found: z.strictObject({ by: z.string().min(1), seed: NUMBER.optional(), iteration: NUMBER.optional() }),
});

type CheckedCase = Checked<z.infer<typeof CASE>>;

/** The message for a word that is none of the known ones; other mistakes get the common messages. */
function choice(what: string, known: readonly string[]): { error: z.core.$ZodErrorMap } {
  return { error: ({ input }) => (typeof input === 'string' ? unknownName(what, input, known) : undefined) };
}

const HINT = 'write 1, -1, 0xC0000000 or INT_MAX-1';

function startOf({ value, errorAt }: CheckedCase): number | string {
  const { start } = value.program;
  const parsed = parsedValue(start);
  if (parsed !== undefined) return parsed;
  // The names of values are in capitals, so that a misspelt one is not taken for a state.
  if (typeof start === 'string' && /^[a-z][\w-]*$/.test(start)) return start;
  throw errorAt(
    ['program', 'start'],
    `${describe(start)} is neither a state's name nor a 32-bit value; ${HINT}`,
  );
}

function parsedValue(found: unknown): number | undefined {
  return typeof found === 'number' || typeof found === 'string' ? parseValue(String(found)) : undefined;
}

function threadsOf({ value, errorAt }: CheckedCase): readonly (readonly string[])[] {
  const { threads } = value.program;
  threads.forEach((ops, thread) => {
    ops.forEach((op, index) => {
      const problem = problemOfOp(op);
      if (problem) throw errorAt(['program', 'threads', thread, index], problem);
    });
  });
  return threads;
}

function problemOfOp(text: string): string | undefined {
  const match = /^[a-z_][a-z0-9_]*(?:\(([^()]*)\))?$/.exec(text);
  if (!match)
    return `"${text}" is not an op; write dec, add(2) or 'cmpxchg(1, 0)', with quotes round a comma`;
  const given = match[1] === undefined ? [] : match[1].split(',').map((part) => part.trim());
  const wrong = given.find((part) => parseValue(part) === undefined);
  return wrong === undefined ? undefined : `"${wrong}" is not a 32-bit value; ${HINT}`;
}

/** RCU is a thread of a scheme, the one after those of the program. */
function checkSchedule({ value, errorAt }: CheckedCase, isScheme: boolean): void {
  const last = value.program.threads.length - (isScheme ? 0 : 1);
  value.schedule?.forEach((thread, index) => {
    if (thread > last)
      throw errorAt(['schedule', index], `there is no thread ${thread}; the last one is ${last}`);
  });
}

function observedOf(checked: CheckedCase, side: 'reference' | 'subject', start: number | string): Observed {
  const { value, errorAt } = checked;
  const { warnings = [], final, facts } = value.expect[side];
  const path = ['expect', side];
  const results = resultsOf(checked, side, typeof start === 'string' ? schemeResult : counterResult);
  if (typeof start === 'string') {
    if (final !== undefined) throw errorAt([...path, 'final'], 'a scheme has no final value; leave it out');
    return { results, warnings, facts: facts ?? [] };
  }
  if (facts) throw errorAt([...path, 'facts'], 'a counter has no facts, only schemes have; leave them out');
  if (final === undefined) return { results, warnings };
  const parsed = parsedValue(final);
  if (parsed === undefined)
    throw errorAt([...path, 'final'], `${describe(final)} is not a 32-bit value; ${HINT}`);
  return { results, warnings, final: parsed };
}

/** Reads one result, or says what is wrong with it. */
type ResultReader = (found: unknown) => { readonly result: Result | string } | { readonly problem: string };

function resultsOf({ value, errorAt }: CheckedCase, side: 'reference' | 'subject', read: ResultReader) {
  const { threads } = value.program;
  const path: Path = ['expect', side, 'results'];
  const { results } = value.expect[side];
  if (results.length !== threads.length) {
    throw errorAt(path, `results of ${results.length} threads, and the program has ${threads.length}`);
  }
  return results.map((thread, t) => {
    const ops = threads[t]!.length;
    if (thread.length > ops) throw errorAt([...path, t, ops], `thread ${t} has no op for this result`);
    return thread.map((found, index) => {
      const outcome = read(found);
      if ('problem' in outcome) throw errorAt([...path, t, index], outcome.problem);
      return outcome.result;
    });
  });
}

/** What earlier versions wrote. */
const FORMER_FAULTS: ReadonlyMap<unknown, string> = new Map([['endless', 'non-terminating']]);

const counterResult: ResultReader = (found) => {
  if (typeof found === 'boolean') return { result: found };
  if (found === 'void') return { result: undefined };
  const fault = FAULTS.find((name) => name === (FORMER_FAULTS.get(found) ?? found));
  if (fault) return { result: fault };
  const result = parsedValue(found);
  return result === undefined
    ? { problem: `${describe(found)} is not a result; write true, false, void or a 32-bit value` }
    : { result };
};

const OUTCOMES = ['granted', 'refused', 'void'];

const schemeResult: ResultReader = (found) => {
  if (typeof found !== 'string')
    return { problem: `${describe(found)} is not a result; write ${OUTCOMES.join(', ')}` };
  return OUTCOMES.includes(found) ? { result: found } : { problem: unknownName('result', found, OUTCOMES) };
};
