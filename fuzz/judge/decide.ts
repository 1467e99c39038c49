import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { enumerateSchedules } from '../explore/bounded-schedules.ts';
import { STATE_LIMIT } from '../explore/explorer.ts';
import { costOf } from '../explore/schedule-cost.ts';
import { RandomChoices } from '../program/choices.ts';
import { opCount, type Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { Remembered } from '../run/remembered.ts';
import { run, type ScheduleBuffer, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { lenientReplay } from '../run/schedulers.ts';
import { schemeComparison } from './compare-schemes.ts';
import { CounterDecider } from './decide-counter.ts';
import { RunJudge } from './judge-run.ts';
import { comparePair } from './lockstep.ts';
import { OutcomeComparison } from './outcome-comparison.ts';
import type { RawFinding } from './raw-finding.ts';
import { type Smallest, SmallestPrograms } from './smallest.ts';

/** Answers questions about programs of one target. The minimiser and the replay ask it. */
export interface Decider {
  /**
   * The divergences that a program shows, by signature, over all schedules. A counter program with too many states for
   * that: those seen under the schedules tried (the hint, then all with few preemptions).
   *
   * @param wanted stop as soon as this signature is seen
   * @returns undefined when a scheme's program has too many states to decide, or an op of a counter does not return
   */
  rawFindings(
    program: Program,
    wanted?: string,
    hint?: readonly number[],
  ): Map<string, RawFinding> | undefined;
  /** The schedule with the fewest preemptions, then context switches, then accesses, that shows the divergence. */
  cheapest(program: Program, divergence: Divergence): Witness | undefined;
  /** Whether a program with fewer ops shows the signature: over the ops, arguments and starts that the target lists. */
  smallerThan(program: Program, signature: string): Smallest;
}

/** A schedule that shows a divergence, by the thread of each access. */
export interface Witness {
  readonly schedule: readonly number[];
  /** Whether it is proved that no schedule of the program is cheaper. */
  readonly isProved: boolean;
}

/**
 * The decider of a target: by its kind, and for counters by whether it asks `outcomes`. Make one and keep it: what it
 * has looked through is remembered.
 */
export function deciderOf(harness: Harness): Decider {
  const decider = isCounterTarget(harness) ? counterDeciderOf(harness) : schemeDecider(harness);
  const smallest = new SmallestPrograms(harness, { rawFindings: decider.decided });
  const { rawFindings, cheapest } = decider;
  return {
    rawFindings,
    cheapest,
    smallerThan: (program, signature) => smallest.smallerThan(program, signature),
  };
}

/** What knows of all schedules of a program. Of other programs it knows nothing. */
interface ScheduleDecider extends Pick<Decider, 'cheapest' | 'rawFindings'> {
  /** Like `raw findings`, but undefined where not all schedules were seen. */
  decided(program: Program): Map<string, RawFinding> | undefined;
}

/**
 * A counter program with more states than this is sampled. Five times as many as a search spends on a program: the
 * minimiser asks about few programs, and much depends on each.
 */
export const DECIDED = 20_000;
/**
 * Schedules tried of a program that is sampled: while it is made smaller, for each candidate; and at the end, for each
 * bound on preemptions. Beyond these the minimiser uses what it has seen.
 */
const ENUMERATED = 100;
const ENUMERATED_AT_END = 6_000;
/**
 * Most bugs need few preemptions (Musuvathi and Qadeer, 2007): two for a candidate, one bound after another at the end.
 */
const PREEMPTIONS_TRIED = 2;
const MOST_PREEMPTIONS = 4;

function counterDeciderOf(harness: Harness): ScheduleDecider {
  return harness.oracles.ofOutcomes ? outcomeDecider(harness) : counterDecider(harness);
}

/**
 * What one op alone does. Any schedule of one op is the same, so there is none to name.
 *
 * @returns undefined when it does not return
 */
function aloneIn(harness: Harness, program: Program): Map<string, RawFinding> | undefined {
  const call = program.threads.flat()[0]!;
  const pair = returns(() => comparePair(harness, call, program.start as number));
  return (
    pair &&
    new Map(
      pair.divergences.map((divergence) => [
        signatureOf(divergence),
        { divergence, program, schedule: undefined },
      ]),
    )
  );
}

/** @param divergences what a comparison of all outcomes gave, by signature */
function metIn(
  program: Program,
  divergences: Iterable<
    readonly [string, { readonly divergence: Divergence; readonly schedule?: readonly number[] }]
  >,
): Map<string, RawFinding> {
  return new Map(
    Array.from(divergences, ([signature, { divergence, schedule }]) => [
      signature,
      { divergence, program, schedule },
    ]),
  );
}

/** Findings that are kept, of all programs together: some megabytes. */
const MOST_REMEMBERED = 10_000;

/**
 * Remembers what a decider says: what is made smaller comes to the same small programs, whatever signature it has.
 */
function remembered(decide: ScheduleDecider['decided']): ScheduleDecider['decided'] {
  const answers = new Remembered<ReturnType<typeof decide>>(
    MOST_REMEMBERED,
    (answer) => 1 + (answer?.size ?? 0),
  );
  return (program) => answers.of(JSON.stringify(program), () => decide(program));
}

/** For two sources whose windows are to be the same: all outcomes are compared. */
function outcomeDecider(harness: Harness): ScheduleDecider {
  const comparison = new OutcomeComparison(harness);
  const sampled = sampledDecider(harness);
  const decided = remembered((program) => {
    if (opCount(program) === 1) return aloneIn(harness, program);
    const answer = comparison.compare(program, DECIDED);
    return answer && metIn(program, answer.divergences);
  });
  return {
    decided,
    rawFindings: (program, wanted, hint) =>
      decided(program) ?? returns(() => sampled.rawFindings(program, wanted, hint)),
    cheapest(program, divergence) {
      if (opCount(program) === 1) return undefined;
      const found = decided(program);
      if (!found) return sampled.cheapest(program, divergence);
      const schedule = found.get(signatureOf(divergence))?.schedule;
      // The cheapest of each outcome, and of several outcomes with the signature the first that was named.
      return schedule && { schedule, isProved: false };
    },
  };
}

function counterDecider(harness: Harness): ScheduleDecider {
  const exhaustive = new CounterDecider(harness);
  const sampled = sampledDecider(harness);

  const decided = (program: Program): Map<string, RawFinding> | undefined => {
    const found = new Map<string, RawFinding>();
    const isDecided = exhaustive.decide(program, DECIDED, (divergence) => {
      const signature = signatureOf(divergence);
      if (!found.has(signature)) found.set(signature, { divergence, program, schedule: undefined });
    });
    return isDecided ? found : undefined;
  };

  return {
    decided: (program) => (opCount(program) === 1 ? aloneIn(harness, program) : decided(program)),
    rawFindings(program, wanted, hint) {
      if (opCount(program) === 1) return aloneIn(harness, program);
      return decided(program) ?? returns(() => sampled.rawFindings(program, wanted, hint));
    },
    cheapest(program, divergence) {
      if (opCount(program) === 1) return undefined;
      if (!decided(program)) return sampled.cheapest(program, divergence);
      const schedule = exhaustive.cheapest(program, divergence);
      return schedule && { schedule, isProved: true };
    },
  };
}

/** For counter programs with too many states: the schedules with the fewest preemptions, as many as can be tried. */
function sampledDecider(harness: Harness): Pick<Decider, 'cheapest' | 'rawFindings'> {
  const machine = new Machine(harness.subject);
  const judge = new RunJudge(harness);
  const buffer = scheduleBuffer();
  return {
    rawFindings(program, wanted, hint) {
      const found = new Map<string, RawFinding>();
      const note = (schedule: ScheduleBuffer) => {
        for (const divergence of judge.judge(machine, schedule)) {
          const signature = signatureOf(divergence);
          if (!found.has(signature))
            found.set(signature, { divergence, program, schedule: scheduleOf(schedule) });
        }
        return wanted !== undefined && found.has(wanted);
      };
      if (hint) {
        run(machine, program, lenientReplay(hint), new RandomChoices(0, 0), buffer);
        if (note(buffer)) return found;
      }
      enumerateSchedules(machine, program, { preemptions: PREEMPTIONS_TRIED, limit: ENUMERATED }, note);
      return found;
    },
    cheapest(program, divergence) {
      const signature = signatureOf(divergence);
      let best: { schedule: number[]; switches: number } | undefined;
      // The first bound under which it shows is the fewest preemptions; among those schedules the fewest switches win.
      for (let preemptions = 0; preemptions <= MOST_PREEMPTIONS && !best; preemptions++) {
        const kept: number[][] = [];
        const end = enumerateSchedules(
          machine,
          program,
          { preemptions, limit: ENUMERATED_AT_END },
          (schedule) => {
            if (judge.judge(machine, schedule).some((seen) => signatureOf(seen) === signature)) {
              kept.push(scheduleOf(schedule));
            }
            return false;
          },
        );
        for (const schedule of kept) {
          const { switches } = costOf(machine, program, schedule);
          if (!best || switches < best.switches) best = { schedule, switches };
        }
        // `all`: a higher bound adds nothing. `limit`: there was more than could be tried already.
        if (end !== 'bounded') break;
      }
      return best && { schedule: best.schedule, isProved: false };
    },
  };
}

/** No sampling: a scheme's program is decided, or nothing is said of it. */
function schemeDecider(harness: Harness): ScheduleDecider {
  const comparison = schemeComparison(harness, STATE_LIMIT);
  const decided = (program: Program): Map<string, RawFinding> | undefined => {
    const answer = comparison.compare(program);
    return answer && metIn(program, answer.divergences);
  };
  return {
    decided,
    rawFindings: decided,
    cheapest(program, divergence) {
      const schedule = comparison.cheapest(program, signatureOf(divergence));
      return schedule && { schedule, isProved: true };
    },
  };
}
