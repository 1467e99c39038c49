import { signatureOf } from '../../oracles/divergence.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { outcomeKey } from '../stress/observed-outcomes.ts';
import { type JudgedOutcome, type Racers, type StressReport, stress } from '../stress/stress.ts';

/** How often a program is raced. */
export interface Rounds {
  /** Runs of a round; cells of one batch, so that a round is soon over. */
  readonly runs: number;
  /** Runs after which the race ends even where nothing has come up. */
  readonly most: number;
}

/**
 * Races a program round by round, until something comes up that may be rare, or until it has had its runs. A window of a
 * few instructions is met once in two hundred runs on an idle host, and once in twenty thousand on a busy one.
 *
 * @param isEnough asked after each round, about all of them together
 * @returns all rounds as one
 */
export async function raceUntil(
  harness: Harness,
  racers: Racers,
  program: Program,
  { runs, most }: Rounds,
  isEnough: (report: StressReport) => boolean,
): Promise<StressReport> {
  let whole: StressReport | undefined;
  let isOver = false;
  const again = function* () {
    while (!isOver) yield program;
  };
  const rounds = stress(harness, racers, { seed: 1, programs: again(), cellsPerProgram: runs, cells: runs });
  for await (const round of rounds) {
    whole = whole ? joined(whole, round) : round;
    isOver = whole.failure !== undefined || whole.runs >= most || isEnough(whole);
  }
  if (!whole) throw new Error('internal: a race without a report');
  return whole;
}

/** Two reports of one program as one: the same outcome is counted together. */
function joined(one: StressReport, other: StressReport): StressReport {
  const outcomes = new Map<string, JudgedOutcome>();
  for (const outcome of [...one.outcomes, ...other.outcomes]) {
    const known = outcomes.get(outcomeKey(outcome));
    outcomes.set(outcomeKey(outcome), known ? { ...known, count: known.count + outcome.count } : outcome);
  }
  return {
    ...one,
    runs: one.runs + other.runs,
    outcomes: [...outcomes.values()].sort((some, next) => next.count - some.count),
    rawFindings: [
      ...new Map(
        [...other.rawFindings, ...one.rawFindings].map((raw) => [signatureOf(raw.divergence), raw]),
      ).values(),
    ],
    stopped: one.stopped + other.stopped,
    failure: other.failure,
  };
}
