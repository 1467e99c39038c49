import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { uniformScheduler } from '../explore/uniform-scheduler.ts';
import { Feedback } from '../generate/feedback.ts';
import { CounterDecider } from '../judge/decide-counter.ts';
import { RunJudge } from '../judge/judge-run.ts';
import { OutcomeComparison } from '../judge/outcome-comparison.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Choices } from '../program/choices.ts';
import { opCount, type Program } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { pct, randomWalk, type Scheduler } from '../run/schedulers.ts';
import type { Search, SearchContext } from './search.ts';
import { LockstepSearch } from './search-lockstep.ts';

/**
 * For a program that is not decided: four of them uniform over all interleavings where these can be counted, the rest
 * from the portfolio.
 */
const SCHEDULES_PER_PROGRAM = 12;
/**
 * A counter program of up to this many ops is decided: all its schedules cost about what the twelve samples do, and
 * no other schedule need be spent on it. The states are a bound for what nobody foresaw.
 */
const DECIDED_OPS = 4;
const DECIDED_STATES = 4_000;

/**
 * Random walk finds most windows; PCT the orders that need one thread held back for long. Iteration n begins at place n
 * of the list, so that all of them take turns.
 */
function portfolio(): Scheduler[] {
  return [randomWalk, pct(2), randomWalk, pct(3), randomWalk, pct(4), randomWalk, pct(1)];
}

/**
 * Search of a counter: every sixteenth iteration in lockstep, the others with several threads.
 *
 * With one thread allowed there is nothing but lockstep. `run` (a given program, whatever its iteration) is always the
 * concurrent one.
 */
export function counterSearch(context: SearchContext): Search {
  const lockstep = new LockstepSearch(context);
  const concurrent = concurrentSearch(context);
  const isAlone = context.limits.maxThreads === 1;
  return {
    feedback: concurrent.feedback,
    run: concurrent.run,
    iterate: (iteration, choices) =>
      (isAlone || iteration % 16 === 0 ? lockstep : concurrent).iterate(iteration, choices),
  };
}

/**
 * Several threads: small programs under all schedules, larger ones under some.
 *
 *     up to 4 ops             decided: one exploration, each new signature with its cheapest schedule
 *     more ops                12 schedules, each run judged by itself; what they do not show stays unknown
 *     up to 4, many states    what the exploration met before its limit counts; then 12 schedules
 */
function concurrentSearch(context: SearchContext): Search {
  const { harness, limits, counts, meet, begins, schedulers } = context;
  const feedback = new Feedback(harness, limits, 2, DECIDED_OPS);
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  const turns = schedulers ?? portfolio();
  const judge = new RunJudge(harness, counts);
  const exhaustive = new CounterDecider(harness);
  const comparison = harness.oracles.ofOutcomes ? new OutcomeComparison(harness) : undefined;
  // Sampled runs and explorations feed one map of features. Only the machine of `comparison` has no listener.
  machine.listener = feedback.coverage;
  exhaustive.listener = feedback.coverage;

  /** @returns whether it is news */
  const met = (divergence: Divergence): boolean => {
    feedback.coverage.signature(signatureOf(divergence));
    return meet(divergence);
  };
  function* underAllOutcomes(program: Program, iteration: number, choices: Choices): Generator<RawFinding> {
    const answer = comparison!.compare(program, DECIDED_STATES);
    if (!answer) return yield* underSome(program, iteration, choices);
    counts.decided++;
    for (const { divergence, schedule } of answer.divergences.values()) {
      if (met(divergence)) yield { divergence, program, schedule };
    }
  }
  /** The cheapest schedule is searched for news only: it costs an exploration of its own. */
  function* underAllSchedules(program: Program, iteration: number, choices: Choices): Generator<RawFinding> {
    const seen = new Map<string, Divergence>();
    const isDecided = exhaustive.decide(program, DECIDED_STATES, (divergence) => {
      seen.set(signatureOf(divergence), divergence);
    });
    if (isDecided) counts.decided++;
    for (const divergence of seen.values()) {
      if (met(divergence)) yield { divergence, program, schedule: exhaustive.cheapest(program, divergence) };
    }
    if (!isDecided) yield* underSome(program, iteration, choices);
  }
  function* underSome(program: Program, iteration: number, choices: Choices): Generator<RawFinding> {
    const uniform = schedulers ? undefined : uniformScheduler(machine, program);
    for (let i = 0; i < SCHEDULES_PER_PROGRAM; i++) {
      const scheduler = (i % 3 === 0 && uniform) || turns[(iteration + i) % turns.length]!;
      run(machine, program, scheduler, choices, buffer);
      counts.schedules++;
      for (const divergence of judge.judge(machine, buffer)) {
        if (met(divergence)) yield { divergence, program, schedule: scheduleOf(buffer) };
      }
    }
  }
  function* runOne(program: Program, iteration: number, choices: Choices): Generator<RawFinding> {
    counts.programs++;
    if (!begins(program)) {
      counts.undecided++;
      return;
    }
    // Somebody who names schedulers wants to see what these find.
    const isSmall = !schedulers && opCount(program) <= DECIDED_OPS;
    if (!isSmall) yield* underSome(program, iteration, choices);
    else yield* (comparison ? underAllOutcomes : underAllSchedules)(program, iteration, choices);
    feedback.learn(program);
  }
  return {
    feedback,
    run: runOne,
    iterate: (iteration, choices) => runOne(feedback.program(choices), iteration, choices),
  };
}
