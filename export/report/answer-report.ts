import type { Case } from '../../fuzz/case/case.ts';
import { makeCase } from '../../fuzz/case/make-case.ts';
import { formatProgram } from '../../fuzz/case/program-text.ts';
import type {
  AnsweredDivergence,
  OutcomeDifference,
  ProgramAnswer,
  ProvedSchedule,
  SideAnswer,
} from '../../fuzz/check/answer.ts';
import { toldBy } from '../../fuzz/judge/order-twin.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { oracleBehind } from '../../oracles/oracles.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { memoryLimits } from '../show/memory-limits.ts';
import { judgementPaint, showCase } from '../show/show.ts';
import type { Style } from '../show/style.ts';
import { GRAVEST_FIRST } from './finding-text.ts';
import { grouped } from './grouped.ts';
import { leftOutLines } from './left-out.ts';
import { repairOf } from './repair.ts';
import { verdictLine } from './verdict-line.ts';

/** Lines of differences that are written out, on each side; the rest is counted. */
const LISTED = 12;

/**
 * All that is known of one program, for a person: verdict, sizes, signatures with their cheapest schedules, and the
 * outcomes that only one side has. An answer that is not complete says so at each place: `?` for a size, `unknown` for
 * an oracle, `at least` before a count.
 *
 * @param answer of a check of this program on this harness
 * @returns lines without a line break at the end
 */
export function answerReport(
  harness: Harness,
  program: Program,
  answer: ProgramAnswer,
  style: Style,
): string[] {
  return [
    ...sentenceLines(harness, program, answer, style),
    `${style.bold(harness.target.name)}  ${formatProgram(harness, program)}`,
    detailLine(answer),
    oracleLine(harness, answer),
    '',
    ...sizeLines(answer, harness.reference === undefined),
    ...signatureLines(harness, answer.divergences, style),
    ...differenceLines('only the subject has', answer.added),
    ...differenceLines('only the reference has', answer.lost),
    '',
    `limits: ${memoryLimits(harness.target)}; this program only`,
    ...leftOutLines(harness.target),
  ];
}

/** The answer in a sentence, and the gravest divergence drawn. */
function sentenceLines(harness: Harness, program: Program, answer: ProgramAnswer, style: Style): string[] {
  const gravest = gravestCase(harness, program, answer);
  const repair = gravest && repairOf(harness, gravest);
  const drawn = gravest ? (repair?.drawn(style) ?? showCase(harness, gravest, style).split('\n')) : [];
  return [answerSentence(harness, program, answer, gravest), ...(gravest ? [''] : []), ...drawn, ''];
}

/** @param gravest as `gravestCase` gives it, for who has it already */
export function answerSentence(
  harness: Harness,
  program: Program,
  answer: ProgramAnswer,
  gravest = gravestCase(harness, program, answer),
): string {
  const { isComplete, divergences, added, lost } = answer;
  return verdictLine({
    target: harness.target,
    within: 'for this program',
    left: '',
    gravest,
    repaired: gravest && repairOf(harness, gravest)?.fact,
    hasNews: divergences.length > 0,
    programs: 1,
    looked: 1,
    undecided: isComplete ? 0 : 1,
    strange: divergences.length === 0 && added !== undefined && added.count > 0 ? 1 : 0,
    losing: lost !== undefined && lost.count > 0 ? 1 : 0,
    mustKeepAll: true,
  });
}

/** The first of the gravest judgement, as a case. An op that diverges alone is a program of its own. */
function gravestCase(harness: Harness, program: Program, { divergences }: ProgramAnswer): Case | undefined {
  const [gravest] = [...divergences].sort(
    (one, other) =>
      GRAVEST_FIRST.indexOf(one.divergence.judgement) - GRAVEST_FIRST.indexOf(other.divergence.judgement),
  );
  if (!gravest) return undefined;
  const { divergence, alone, witness } = gravest;
  const shown = alone ? { start: alone.old, threads: [[alone.call]] } : program;
  // Without a schedule of several threads there is nothing to draw.
  if (!alone && !witness && program.threads.length > 1) return undefined;
  const told = toldBy(harness, divergence, shown);
  const schedule = alone ? undefined : witness?.schedule;
  return makeCase(told.harness, divergence, told.program, schedule, { by: 'exhaustive' });
}

/** "Equivalent" is said of a proof alone. A livelock has no count of interleavings, and no limit would help. */
function detailLine(answer: ProgramAnswer): string {
  const { verdict, isComplete, isInterior, divergences, reference, subject, added, lost } = answer;
  const hangs = [reference, subject].some((side) => side && side.interleavings === undefined);
  if (verdict === 'unknown' && hangs)
    return 'unknown: a livelock: some schedule returns to a state it was in, and can do so for ever';
  if (
    verdict === 'unknown' &&
    isComplete === false &&
    reference?.outcomes !== undefined &&
    subject?.outcomes !== undefined
  )
    return 'unknown: both sides were stopped in an op that does not return; what more they would do is not known';
  if (verdict === 'unknown')
    return 'unknown: too many states or outcomes, or an op that was stopped; raise --limit, or make the program smaller';
  if (verdict === 'equivalent') {
    const where = isInterior ? '; every value stays strictly between 0 and INT_MAX' : '';
    return `equivalent: proof for this program, over all its schedules${where}`;
  }
  const outcomes = added && lost ? `; outcomes: ${added.count} new, ${lost.count} lost` : '';
  const count = divergences.length === 0 ? 'no' : String(divergences.length);
  const signatures = `${count} ${divergences.length === 1 ? 'signature' : 'signatures'}`;
  return isComplete
    ? `differs: ${signatures}${outcomes}`
    : `differs: ${divergences.length > 0 ? 'at least ' : ''}${signatures}${outcomes}; not all was decided: raise --limit, or make the program smaller`;
}

/**
 * `oracles: lockstep 5 signatures, linearizable 1 signature, conservation ok, sticky ok`
 *
 * In the order of the target. A signature counts for the one oracle behind it; `ok` is said where all was decided.
 */
function oracleLine({ target }: Harness, answer: ProgramAnswer): string {
  const { divergences, isComplete, added, lost } = answer;
  const subject = target.subject.kind;
  // Whether an op shows it alone decides between oracles that see the same kind.
  const behind = divergences.map(({ divergence, alone }) =>
    oracleBehind(divergence, { subject, isAlone: alone !== undefined }, target.oracles),
  );
  const verdicts = target.oracles.map((oracle) => {
    const count = behind.filter((one) => one?.name === oracle).length;
    if (count > 0) return `${oracle} ${count} ${count === 1 ? 'signature' : 'signatures'}`;
    // No divergence, and yet the sets of outcomes are not the same.
    const others = [
      ...(added?.count ? [`${added.count} new`] : []),
      ...(lost?.count ? [`${lost.count} lost`] : []),
    ];
    if (oracle === 'outcomes' && others.length > 0) return `outcomes ${others.join(' and ')}`;
    return `${oracle} ${isComplete ? 'ok' : 'unknown'}`;
  });
  return `oracles: ${verdicts.join(', ')}`;
}

/** The ideal counter has no accesses, and so no states to count. */
function sizeLines({ reference, subject }: ProgramAnswer, isIdeal: boolean): string[] {
  const row = (name: string, side: SideAnswer | undefined) => {
    const { states, transitions, outcomes } = side ?? {};
    const interleavings = side && (side.interleavings ?? 'livelock');
    const cells = [states, transitions, interleavings, outcomes];
    return `${name.padEnd(10)}${cells.map((cell) => cellText(cell).padStart(16)).join('')}`;
  };
  const head = ['states', 'transitions', 'interleavings', 'outcomes']
    .map((name) => name.padStart(16))
    .join('');
  return [
    `${' '.repeat(10)}${head}`,
    ...(isIdeal ? [] : [row('reference', reference)]),
    row('subject', subject),
  ];
}

function cellText(cell: number | bigint | string | undefined): string {
  if (cell === undefined) return '?';
  return typeof cell === 'string' ? cell : grouped(cell);
}

/** A signature with its shortest proof: the op alone and the value it comes upon, or the cheapest schedule. */
function signatureLines(
  harness: Harness,
  divergences: readonly AnsweredDivergence[],
  style: Style,
): string[] {
  if (divergences.length === 0) return [];
  const width = Math.max(...divergences.map(({ divergence }) => signatureOf(divergence).length));
  return [
    '',
    'signatures',
    ...divergences.map(({ divergence, alone, witness }) => {
      const signature = judgementPaint(divergence.judgement, style)(signatureOf(divergence).padEnd(width));
      const how = alone
        ? `${harness.alphabet.format(alone.call)} alone, on ${formatValue(alone.old)}`
        : witness && scheduleText(witness);
      return `  ${signature}  ${how ?? ''}`.trimEnd();
    }),
  ];
}

/** Nothing where the sets are equal, or were not compared. */
function differenceLines(whose: string, outcomes: OutcomeDifference | undefined): string[] {
  if (!outcomes || outcomes.count === 0) return [];
  const listed = outcomes.examples.slice(0, LISTED);
  const width = Math.max(...listed.map(({ outcome }) => outcome.length));
  const left = outcomes.count - listed.length;
  return [
    '',
    `outcomes that ${whose}: ${grouped(outcomes.count)}`,
    ...listed.map((one) => `  ${one.outcome.padEnd(width)}  ${scheduleText(one)}`),
    ...(left > 0 ? [`  … and ${grouped(left)} more`] : []),
  ];
}

/** `[0 1 0]: 1 preemption, minimal` */
function scheduleText({ schedule, preemptions }: ProvedSchedule): string {
  return `[${schedule.join(' ')}]: ${preemptions} ${preemptions === 1 ? 'preemption' : 'preemptions'}, minimal`;
}
