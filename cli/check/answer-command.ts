import { barePage } from '../../export/page/bare-page.ts';
import { pageHtml } from '../../export/page/page-html.ts';
import { spaceData } from '../../export/page/space-data.ts';
import { answerReport, answerSentence } from '../../export/report/answer-report.ts';
import { readCase } from '../../fuzz/case/corpus.ts';
import { formatProgram, parseProgram, programOf } from '../../fuzz/case/program-text.ts';
import {
  answerProgram,
  type OutcomeDifference,
  type ProgramAnswer,
  type SideAnswer,
} from '../../fuzz/check/answer.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { withUses } from '../../targets/target/memory.ts';
import { EXIT, type Io } from '../io/io.ts';
import { writePage } from '../io/write-page.ts';
import { type CodeOptions, chooseTargets, harnessMaker } from '../target/find-target.ts';

/** Options of `refuzz check --program` and `--case`. */
export interface AnswerOptions extends CodeOptions {
  /** `1: inc, dec | read` */
  readonly program?: string;
  /** A case file: its program is taken. */
  readonly case?: string;
  readonly targetFile?: readonly string[];
  /** The most states of one side. */
  readonly limit: number;
  readonly json?: boolean;
  /** A page with the states, as HTML. */
  readonly output?: string;
}

/**
 * Decides one program, and prints every outcome of all its schedules.
 *
 * @returns 0 equivalent, 1 it differs, 3 it has too many states
 */
export async function answerCommand(
  names: readonly string[],
  options: AnswerOptions,
  io: Io,
): Promise<number> {
  const started = performance.now();
  const { harness, program } = await asked(names, options);
  const answer = answerProgram(harness, program, options.limit);
  const seconds = (performance.now() - started) / 1000;
  for (const line of answerReport(harness, program, answer, io.style)) io.out(`${line}\n`);
  if (options.output !== undefined) {
    const space = spaceData(harness, program, answer, options.limit);
    writePage(options.output, pageHtml({ ...barePage(harness.target.name), space }));
    io.err(`wrote ${options.output}: the states, for a browser\n`);
  }
  io.tell(async () =>
    (await import('./check-results.ts')).programResults(
      harness,
      formatProgram(harness, program),
      answerSentence(harness, program, answer),
      answer,
    ),
  );
  if (options.json) io.out(`${JSON.stringify(asJson(harness, program, answer, seconds))}\n`);
  if (answer.verdict === 'unknown') return EXIT.UNDECIDED;
  return answer.verdict === 'differs' ? EXIT.FOUND : EXIT.OK;
}

/**
 * The one program that the user means, and its target:
 *
 *     --case FILE                    the case names its target
 *     TARGET --program TEXT          exactly one target
 *     --before A.c --after B.c --program TEXT      the two sources are the target
 */
async function asked(
  names: readonly string[],
  options: AnswerOptions,
): Promise<{ harness: Harness; program: Program }> {
  const place = options.case ?? '--program';
  try {
    if (options.case !== undefined) {
      if (names.length > 0)
        throw new InputError('command line', 'a case names its target; leave the target out');
      const stored = readCase(options.case);
      const harness = (await harnessMaker([stored], options.targetFile, options))(stored, options.case);
      return { harness, program: programOf(harness, stored.program) };
    }
    const isPair = options.before !== undefined || options.after !== undefined;
    if (names.length !== 1 && !isPair)
      throw new InputError('command line', 'a program needs one target; name it');
    const harness = harnessOf(withUses((await chooseTargets(names, options))[0]!.target));
    return { harness, program: parseProgram(harness, options.program!) };
  } catch (error) {
    if (error instanceof ProgramError) throw new InputError(place, error.message);
    throw error;
  }
}

/** The keys of a check of a scope, for a scope of one program, and what only one program has. */
function asJson(harness: Harness, program: Program, answer: ProgramAnswer, seconds: number) {
  const { verdict, isComplete, isInterior, divergences, reference, subject, added, lost } = answer;
  return {
    answer: answerSentence(harness, program, answer),
    programs: 1,
    decided: isComplete ? 1 : 0,
    undecided: isComplete ? 0 : 1,
    states: (reference?.states ?? 0) + (subject?.states ?? 0),
    seconds,
    equivalent: verdict === 'equivalent',
    interior: isInterior,
    divergences: divergences.map(({ divergence, witness }) => ({
      target: harness.target.name,
      ...divergence,
      case: null,
      preemptions: witness?.preemptions ?? 0,
    })),
    reference: sideJson(reference),
    subject: sideJson(subject),
    added: differenceJson(added),
    lost: differenceJson(lost),
  };
}

/** JSON has no integers of any size: interleavings are text. */
function sideJson(side: SideAnswer | undefined) {
  return side ? { ...side, interleavings: side.interleavings?.toString() ?? null } : null;
}

function differenceJson(outcomes: OutcomeDifference | undefined) {
  return outcomes ?? null;
}
