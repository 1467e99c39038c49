import { formatProgram } from '../../fuzz/case/program-text.ts';
import type { OutcomeDifference, ProgramAnswer } from '../../fuzz/check/answer.ts';
import { programOutcomes } from '../../fuzz/check/program-outcomes.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { answerSentence } from '../report/answer-report.ts';
import { grouped } from '../report/grouped.ts';
import type { OutcomeRow, SpaceData, SpaceSide } from './figure-data.ts';
import { hasSymmetry, type NamedSchedule, spaceGraph } from './space-graph.ts';

/*
 * `check --program` decides over a graph of states and prints what follows from it; this is the graph
 * itself. The schedules that can be followed in it are the ones that the answer names: of each signature
 * the witness, of each outcome that one side alone has the cheapest way to it.
 */

/** Rows of the table of outcomes; the rest is counted. */
const MOST_OUTCOMES = 200;
/** Schedules of one side that can be followed. */
const MOST_PATHS = 12;

/**
 * The states of one program on both sides, the schedules that show what differs, and every outcome.
 *
 * @param answer of `answerProgram` @param limit the most states of a side
 */
export function spaceData(
  harness: Harness,
  program: Program,
  answer: ProgramAnswer,
  limit: number,
): SpaceData {
  const names = sideNames(harness.target);
  const witnesses = answer.divergences.flatMap(({ divergence, witness }) =>
    witness ? [{ name: signatureOf(divergence), schedule: witness.schedule }] : [],
  );
  const of = (
    side: SpaceSide['side'],
    trees: Harness['subject'],
    schedules: readonly NamedSchedule[],
  ): SpaceSide => {
    const graph = (merges: boolean) =>
      spaceGraph(trees, program, merges, limit, schedules.slice(0, MOST_PATHS));
    const merged = hasSymmetry(trees, program) ? { merged: graph(true) } : {};
    return { side, name: names[side], full: graph(false), ...merged };
  };
  const { reference } = harness;
  return {
    target: harness.target.name,
    program: formatProgram(harness, program),
    answer: answerSentence(harness, program, answer),
    sides: [
      ...(reference ? [of('reference', reference, schedulesOf(answer.lost))] : []),
      of('subject', harness.subject, [...witnesses, ...schedulesOf(answer.added)]),
    ],
    ...outcomesOf(harness, program, answer, limit),
  };
}

function schedulesOf(outcomes: OutcomeDifference | undefined): NamedSchedule[] {
  return (outcomes?.examples ?? []).map(({ outcome, schedule }) => ({
    name: `ends in ${outcome}`,
    schedule,
  }));
}

/**
 * The table of outcomes. Against the ideal counter there is none: it has no schedules, and so no set of
 * outcomes to compare with.
 */
function outcomesOf(harness: Harness, program: Program, { added, lost }: ProgramAnswer, limit: number) {
  const all = programOutcomes(harness, program, limit);
  if (!all) return { outcomes: [], outcomesNote: 'The outcomes of both sides could not be listed.' };
  const schedules = new Map(
    [...(added?.examples ?? []), ...(lost?.examples ?? [])].map(({ outcome, schedule }) => [
      outcome,
      schedule,
    ]),
  );
  const outcomes = all
    .slice(0, MOST_OUTCOMES)
    .map((row): OutcomeRow => ({ ...row, schedule: schedules.get(row.outcome)?.join(' ') ?? '' }));
  const rest = all.length - outcomes.length;
  return { outcomes, ...(rest > 0 && { outcomesNote: `And ${grouped(rest)} outcomes more.` }) };
}
