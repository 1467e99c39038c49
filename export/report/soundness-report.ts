import { programOf } from '../../fuzz/case/program-text.ts';
import { notAsked } from '../../fuzz/check/alone-target.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import type { SoundnessAnswer } from '../../fuzz/check/soundness-answer.ts';
import { meaningOf, WARNING } from '../../fuzz/check/soundness-facts.ts';
import type { Fault } from '../../fuzz/check/soundness-tally.ts';
import { faultShown } from '../../fuzz/check/soundness-witness.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { ownConstantsOutOfReach } from '../../targets/target/source-constants.ts';
import { accessTable } from '../show/access-table.ts';
import { memoryLimits } from '../show/memory-limits.ts';
import type { Style } from '../show/style.ts';
import { factText, programText } from './finding-text.ts';
import { grouped } from './grouped.ts';
import { leftOutLines } from './left-out.ts';
import { missingLine, statedText } from './vacuity-report.ts';

/** Faults that are drawn; the others are a line each. */
const DRAWN = 3;

/** What a report of soundness is of. */
export interface SoundnessSubject {
  /** As the user calls it. */
  readonly name: string;
  readonly harness: Harness;
  /** Of the side that was asked about. */
  readonly trees: TransitionTrees;
  readonly size: ScopeSize;
  /** What the user has said never happens, by name. */
  readonly never?: readonly string[] | undefined;
}

/**
 * Whether a protocol is sound by itself, for a person: a sentence first, then the gravest faults, each drawn with the
 * smallest program that shows it, then what else was found, and what was never met.
 *
 * @returns lines without a line break at the end
 */
export function soundnessReport(subject: SoundnessSubject, answer: SoundnessAnswer, style: Style): string[] {
  const { faults, missing, tally, left } = answer;
  const shown = kindsFirst(faults);
  const { threads, ops } = subject.size;
  return [
    style.bold(soundnessVerdict(subject, answer)),
    ...shown.slice(0, DRAWN).flatMap((fault) => drawing(subject, fault, style)),
    ...(shown.length > DRAWN ? ['', 'also:'] : []),
    ...shown.slice(DRAWN).map((fault) => `  ${faultLine(fault)}`),
    // What was not run yet may still meet it.
    ...(left === 0 && missing.length > 0
      ? ['', 'never met:', ...missing.map((thing) => `  ${missingLine(thing)}`)]
      : []),
    ...(tally.undecided > 0
      ? ['', `not decided: ${grouped(tally.undecided)} programs with too many states (raise --limit), e.g.`]
      : []),
    ...tally.undecidedExamples.map(
      ({ program }) => `  ${program.start}: ${program.threads.map((ops) => ops.join(', ')).join(' | ')}`,
    ),
    '',
    `covered: ${grouped(tally.programs)} programs of up to ${threads} × ${ops}, each under every schedule; ${grouped(tally.states)} states`,
    ...notAskedLine(subject),
    `limits: ${memoryLimits(subject.harness.target)}; schedules are fair; programs up to this size, from ${startsText(subject)} only`,
    ...leftOutLines(subject.harness.target),
  ];
}

function startsText({ harness: { target } }: SoundnessSubject): string {
  if (target.subject.kind === 'scheme') return 'these states';
  return `the counts ${target.initial.map((start) => formatValue(start as number)).join(', ')}`;
}

/** Only who says what the count should be is asked that. */
const CONSERVES =
  'asked as well: where nobody is in the middle of an op, is the count the sum of all holds and of what the source says it has beside them?';

/** Of a counter: how its ops are used, and which have no part in that; of a scheme what is asked of its count. */
function notAskedLine({ trees }: SoundnessSubject): string[] {
  if (trees.subject.kind === 'scheme') return trees.subject.conserves ? [CONSERVES] : [];
  const others = notAsked(trees.subject);
  const left = others.length > 0 ? `; not asked: ${others.join(', ')}` : '';
  return [`use: threads put what they got, and who is told that he put the last frees${left}`];
}

/** The sentence for a person. */
export function soundnessVerdict(subject: SoundnessSubject, answer: SoundnessAnswer): string {
  const { name, size, harness, never = [] } = subject;
  const { verdict, faults, neverMet, tally, left } = answer;
  const within = `within ${size.threads} × ${size.ops}`;
  const counts = `(${grouped(tally.programs)} programs, ${grouped(tally.states)} states)`;
  switch (verdict) {
    case 'sound':
      return `sound ${within} ${counts}: ${name}${farValues(harness, size)}${statedText(never)}`;
    case 'vacuous':
      return `sound in what was met ${within} ${counts}: ${name}; but ${neverMet.join('; ')}${farValues(harness, size)}${statedText(never)}`;
    case 'unknown':
      return `not decided ${within}: ${name}: nothing went wrong so far, and ${
        left > 0
          ? `${grouped(left)} of ${grouped(left + tally.programs)} programs were not run`
          : `${grouped(tally.undecided)} programs have too many states`
      }`;
    default:
      return `unsound: ${name}: ${faultLine(faults[0]!)}`;
  }
}

/** Of a counter: numbers in its source that no program comes near. */
function farValues({ target }: Harness, { threads, ops }: ScopeSize): string {
  return target.subject.kind === 'counter' ? ownConstantsOutOfReach(target, threads * ops) : '';
}

/**
 * What a comparison says of a side before it compares, in one line; nothing of a sound one.
 *
 *     before.c is itself unsound: use after free in put (2 ops: "one: put | gc")
 */
export function sideLine(name: string, { verdict, faults, neverMet }: SoundnessAnswer): string | undefined {
  if (verdict === 'unsound') return `${name} is itself unsound: ${faultLine(faults[0]!)}`;
  if (verdict === 'vacuous') return `${name}: ${neverMet.join('; ')}`;
  return undefined;
}

/** As a comparison tells its findings: `use after free in put (2 ops: "one: put | gc")`, `put warns "underflow" (…)`. */
function faultLine({ what, op, text, within, program }: Fault): string {
  const who = op === 'callback' ? 'the RCU callback' : op;
  const event = what === WARNING ? `${who} warns "${text}"` : factText(what, who);
  const where = within === undefined ? '' : `, in the ${within} of ${op}`;
  return `${event}${where} (${programText(program)})`;
}

/** One of each kind first, in their order: three leaks say less than a leak and a warning. */
function kindsFirst(faults: readonly Fault[]): Fault[] {
  const isFirst = (fault: Fault) => faults.find(({ what }) => what === fault.what) === fault;
  return [...faults.filter(isFirst), ...faults.filter((fault) => !isFirst(fault))];
}

function drawing({ harness, trees }: SoundnessSubject, fault: Fault, style: Style): string[] {
  const program = programOf(harness, fault.program);
  const accesses = faultShown(harness, trees, program, fault);
  const meaning = harness.target.subject.kind === 'counter' ? meaningOf(fault.what) : undefined;
  const head = ['', style.bold(faultLine(fault)), ...(meaning ? [meaning] : []), ''];
  return accesses ? [...head, ...accessTable(harness, program, accesses, -1, style)] : head;
}
