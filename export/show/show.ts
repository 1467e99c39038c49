import { isDeepStrictEqual } from 'node:util';
import type { Case, Observed } from '../../fuzz/case/case.ts';
import { observe } from '../../fuzz/case/observe.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { costOf } from '../../fuzz/explore/schedule-cost.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { harnessOfCase } from '../../fuzz/judge/order-twin.ts';
import { opCount, type Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { type Judgement, signatureOf } from '../../oracles/divergence.ts';
import type { Outcome, Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { accessTable, resultText } from './access-table.ts';
import { divergingAccess } from './diverging-access.ts';
import { memoryLimits } from './memory-limits.ts';
import { orderLines } from './order-lines.ts';
import { type Style, wrapped } from './style.ts';

export { plainStyle, type Style } from './style.ts';

/** Columns of running text; the table may be wider. */
const WIDTH = 100;

/**
 * A case for a person: what diverges and why, every access of the run in a table, and what the reference
 * gives. The run is made anew; where it is not what the case recorded, the text says so.
 *
 * @param found of the target; a case of orders is shown by its twin
 * @returns lines without a line break at the end
 * @throws Error when the program does not fit the target, ScheduleError when the schedule does not
 */
export function showCase(found: Harness, stored: Case, style: Style): string {
  const harness = harnessOfCase(found, stored.memory);
  const program = programOf(harness, stored.program);
  const seen = observe(harness, program, stored.schedule);
  const { divergence } = stored.expect;
  return [
    `${style.bold(stored.target)}  ${style.bold(signatureOf(divergence))}`,
    judgementLine(divergence.judgement, style),
    '',
    ...wrapped(stored.why, WIDTH),
    '',
    ...runLines(harness, stored, seen, style),
    style.dim(`  ${referenceNote(harness)}`),
    ...changedLines(stored, seen, style),
    '',
    ...smallnessLines(harness, program, seen.accesses, stored),
    ...orderLines(harness, program, stored),
    `Limits: ${memoryLimits(harness.target)}; this program only.`,
  ].join('\n');
}

/**
 * The run of a case and nothing else: what is compared, every access in a table, and what both sides come to.
 *
 * @param seen what `observe` says of the case, for who has asked that already
 * @throws as `showCase` does
 */
export function drawnRun(
  harness: Harness,
  stored: Case,
  style: Style,
  seen = observe(harness, programOf(harness, stored.program), stored.schedule),
): string[] {
  return [...runLines(harness, stored, seen, style), ...changedLines(stored, seen, style)];
}

function runLines(
  harness: Harness,
  stored: Case,
  { reference, subject, accesses }: ReturnType<typeof observe>,
  style: Style,
): string[] {
  const program = programOf(harness, stored.program);
  const diverging = divergingAccess(harness, program, accesses, stored);
  return [
    `${sideNames(harness)}, from ${startText(program)}`,
    '',
    ...accessTable(harness, program, accesses, diverging, style),
    '',
    ...sideLines('subject', subject),
    ...sideLines('reference', reference),
  ];
}

/** The subject may be C that was edited since. */
function changedLines({ expect }: Case, { reference, subject }: ReturnType<typeof observe>, style: Style) {
  const isSame = isDeepStrictEqual([reference, subject], [expect.reference, expect.subject]);
  return isSame ? [] : [style.red('  This is not what the case recorded: replay it.')];
}

/** For a reader who does not know the words yet. */
const IN_WORDS: Readonly<Record<Judgement, string>> = {
  protects: 'protects: the reference goes wrong, the subject objects',
  'false-alarm': 'false alarm: the reference is right, the subject objects',
  misses: 'misses: both go wrong, the subject says nothing',
  breaks: 'breaks: the reference is right, the subject goes wrong',
  changes: 'changes: both are right, and they differ',
  transient: 'transient: only inside the window that the counter documents',
};

function judgementLine(judgement: Judgement, style: Style): string {
  return judgementPaint(judgement, style)(IN_WORDS[judgement]);
}

/** What hurts is red, what annoys yellow, what helps green; the rest is no news. @returns paints the words */
export function judgementPaint(judgement: Judgement, style: Style): (text: string) => string {
  if (judgement === 'breaks' || judgement === 'misses') return style.red;
  if (judgement === 'false-alarm') return style.yellow;
  return judgement === 'protects' ? style.green : style.dim;
}

function sideNames({ target }: Harness): string {
  const reference = target.reference === 'ideal' ? 'the ideal counter' : target.reference.name;
  return `${target.subject.name} against ${reference}`;
}

function startText({ start }: Program): string {
  return typeof start === 'number' ? formatValue(start) : `the state "${start}"`;
}

/** Results by thread and the word at the end, on one line; what was warned or befell the object below. */
function sideLines(side: string, observed: Observed): string[] {
  const { results, warnings, final, facts = [] } = observed;
  const threads = results.map((list, thread) => `thread ${thread}: ${list.map(classText).join(', ') || '-'}`);
  const word = final === undefined ? [] : [`word at the end ${formatValue(final)}`];
  const texts = warnings.map((text) => `⚠ ${text}`);
  const life = facts.map((fact) => `✗ ${fact}`);
  return [`${side.padEnd(9)}  ${[...threads, ...word].join('   ')}`, ...[...texts, ...life].map(indented)];
}

function classText(result: Result | string): string {
  return typeof result === 'string' ? result : resultText(result as Result | Outcome);
}

function indented(text: string): string {
  return `${' '.repeat(11)}${text}`;
}

/** A schedule belongs to the subject: the reference makes other accesses, so its run has to be explained. */
function referenceNote({ target }: Harness): string {
  return target.subject.kind === 'scheme'
    ? 'The reference is shown at the outcome nearest to this one, among all schedules.'
    : 'The reference ran its ops one after another, in the order in which they began above.';
}

/**
 * How small the case is, and how much of that is proved: both are decided anew, and nothing is taken from the case. The
 * line "1 preemption, 2 context switches, minimal; 2 ops, minimal." says that no schedule of this program that shows the
 * divergence is cheaper, and that no part of the program shows it.
 */
function smallnessLines(
  harness: Harness,
  program: Program,
  accesses: readonly AccessSeen[],
  { expect: { divergence } }: Case,
): string[] {
  const cost = (schedule: readonly number[]) => costOf(new Machine(harness.subject), program, schedule);
  const { preemptions, switches } = cost(accesses.map(({ turn }) => turn));
  const decider = deciderOf(harness);
  const cheapest = opCount(program) > 1 ? decider.cheapest(program, divergence) : undefined;
  // A lone op has no schedule to be cheaper: without preemption it is minimal.
  const best = cheapest && cost(cheapest.schedule);
  const isLeast = best ? best.preemptions === preemptions && best.switches === switches : preemptions === 0;
  const isProved = isLeast && (cheapest?.isProved ?? true);
  const { program: smaller, isProved: isSmallest } = decider.smallerThan(program, signatureOf(divergence));
  const count = `${plural(preemptions, 'preemption')}, ${plural(switches, 'context switch', 'context switches')}`;
  return [
    `${count}${isProved ? ', minimal' : ''}; ${plural(opCount(program), 'op')}${isSmallest && !smaller ? ', minimal' : ''}.`,
  ];
}

/** `1 preemption`, `2 preemptions`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
