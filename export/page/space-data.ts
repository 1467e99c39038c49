import { formatProgram } from '../../fuzz/case/program-text.ts';
import type { OutcomeDifference, ProgramAnswer } from '../../fuzz/check/answer.ts';
import { programOutcomes } from '../../fuzz/check/program-outcomes.ts';
import { stateGraph } from '../../fuzz/explore/state-graph.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { answerSentence } from '../report/answer-report.ts';
import { grouped } from '../report/grouped.ts';
import type { OutcomeRow, SpaceData, SpaceSide } from './figure-data.ts';
import type { RunData } from './page-data.ts';
import { hasSymmetry, MOST_DRAWN, type NamedSchedule, spaceGraph } from './space-graph.ts';

/*
 * `check --program` decides over a graph of states and prints what follows from it; this is the graph
 * itself. The schedules that can be followed in it are the ones that the answer names: of each signature
 * the witness, of each outcome that one side alone has the cheapest way to it.
 */

/** Rows of the table of outcomes; the rest is counted. */
const MOST_OUTCOMES = 200;
/** Schedules of one side that can be followed. */
const MOST_PATHS = 12;

/** What is drawn over the states, and what stands beside the outcomes. */
interface Ways {
  readonly reference: readonly NamedSchedule[];
  readonly subject: readonly NamedSchedule[];
  /** By outcome. */
  readonly to: ReadonlyMap<string, string>;
}

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
  const witnesses = answer.divergences.flatMap(({ divergence, witness }) =>
    witness ? [{ name: signatureOf(divergence), schedule: witness.schedule }] : [],
  );
  const { added, lost } = answer;
  const traced = [...(added?.examples ?? []), ...(lost?.examples ?? [])];
  return drawn(harness, program, answerSentence(harness, program, answer), limit, {
    reference: schedulesOf(lost),
    subject: [...witnesses, ...schedulesOf(added)],
    to: new Map(traced.map(({ outcome, schedule }) => [outcome, schedule.join(' ')])),
  });
}

/**
 * The states of the program of a case, with the runs that its page shows as ways through them. Every access of a run is a
 * step of its lane, so a run is a schedule.
 *
 * @param why what the case is about @param runs as its page has them
 * @returns undefined where a side has more than MOST_DRAWN states: a part of the states shows nobody what a case is about
 */
export function caseSpace(
  harness: Harness,
  program: Program,
  why: string,
  runs: readonly RunData[],
): SpaceData | undefined {
  const { reference, subject } = harness;
  const isSmall = (trees: Harness['subject']) =>
    stateGraph(new Machine(trees), program, MOST_DRAWN) !== undefined;
  if (![subject, ...(reference ? [reference] : [])].every(isSmall)) return undefined;
  const named = (run: RunData) => ({ name: run.schedule, schedule: run.steps.map(({ lane }) => lane) });
  const ways = (side: RunData['side']) => runs.filter((run) => run.side === side).map(named);
  const to = new Map<string, string>();
  for (const run of runs) {
    const outcome = outcomeText(run);
    to.set(outcome, [...(to.get(outcome)?.split(', ') ?? []), `${run.side}: ${run.schedule}`].join(', '));
  }
  return drawn(harness, program, why, MOST_DRAWN, {
    reference: ways('reference'),
    subject: ways('subject'),
    to,
  });
}

/**
 * What a run came to, as `programOutcomes` spells it: of a counter each op with its own warnings and what the word ends as,
 * of a scheme all warnings and what befell the object.
 */
export function outcomeText({ steps, end }: RunData): string {
  const { results, warnings, facts, final } = end;
  if (final !== undefined) {
    const ended = results.map((_, thread) =>
      steps.flatMap(({ lane, result, warnings: said = [] }) =>
        lane === thread && result !== undefined ? [[result, ...said].join(' ⚠ ')] : [],
      ),
    );
    return `${ended.map((list) => list.join(', ')).join(' | ')}; ends ${final}`;
  }
  const threads = results.map((list) => list.join(', ')).join(' | ');
  return `${threads}${warnings.map((text) => ` ⚠ ${text}`).join('')}${facts.map((fact) => ` ✗ ${fact}`).join('')}`;
}

function drawn(harness: Harness, program: Program, answer: string, limit: number, ways: Ways): SpaceData {
  const names = sideNames(harness.target);
  const of = (side: SpaceSide['side'], trees: Harness['subject']): SpaceSide => {
    const graph = (merges: boolean) =>
      spaceGraph(trees, program, merges, limit, ways[side].slice(0, MOST_PATHS));
    const merged = hasSymmetry(trees, program) ? { merged: graph(true) } : {};
    const full = graph(false);
    const lanes = laneNames(program, full.edges);
    return { side, name: names[side], lanes, full, ...merged };
  };
  const { reference } = harness;
  return {
    target: harness.target.name,
    program: formatProgram(harness, program),
    answer,
    sides: [...(reference ? [of('reference', reference)] : []), of('subject', harness.subject)],
    ...outcomesOf(harness, program, limit, ways.to),
  };
}

/** RCU runs behind the threads, and is named only where it moves. */
function laneNames({ threads }: Program, edges: readonly { readonly lane: number }[]): string[] {
  const names = threads.map((_, thread) => `thread ${thread}`);
  return edges.some(({ lane }) => lane >= threads.length) ? [...names, 'RCU'] : names;
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
function outcomesOf(harness: Harness, program: Program, limit: number, to: Ways['to']) {
  const all = programOutcomes(harness, program, limit);
  if (!all) return { outcomes: [], outcomesNote: 'The outcomes of both sides could not be listed.' };
  // The end of a run that the page shows is never among those that are only counted.
  const followed = all.filter(({ outcome }) => to.has(outcome));
  const outcomes = [...followed, ...all.filter(({ outcome }) => !to.has(outcome))]
    .slice(0, MOST_OUTCOMES)
    .map((row): OutcomeRow => ({ ...row, schedule: to.get(row.outcome) ?? '' }));
  const rest = all.length - outcomes.length;
  return { outcomes, ...(rest > 0 && { outcomesNote: `And ${grouped(rest)} outcomes more.` }) };
}
