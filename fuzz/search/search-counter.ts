import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { UniformSchedules } from '../explore/uniform-scheduler.ts';
import { Feedback } from '../generate/feedback.ts';
import { CounterDecider } from '../judge/decide-counter.ts';
import { RunJudge } from '../judge/judge-run.ts';
import { OutcomeComparison } from '../judge/outcome-comparison.ts';
import { opCount } from '../program/program.ts';
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
  const alone = new LockstepSearch(context);
  const lockstep: Search['iterate'] = (iteration, choices, onNews) =>
    alone.iterate(iteration, choices, onNews);
  const concurrent = concurrentSearch(context);
  const isAlone = context.limits.maxThreads === 1;
  return {
    feedback: concurrent.feedback,
    begin: () => alone.begin(),
    run: concurrent.run,
    iterate: (iteration, choices, onNews) =>
      (isAlone || iteration % 16 === 0 ? lockstep : concurrent.iterate)(iteration, choices, onNews),
  };
}

/**
 * Several threads: small programs under all schedules, larger ones under some.
 *
 *     up to 4 ops             decided: one exploration, each new signature with its cheapest schedule
 *     more ops                12 schedules, each run judged by itself; what they do not show stays unknown
 *     up to 4, many states    what the exploration met before its limit counts; then 12 schedules
 */
function concurrentSearch(context: SearchContext): Omit<Search, 'begin'> {
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
  const uniformSchedules = new UniformSchedules(machine);
  /** What all schedules of the program under way show. Codes that stand for the same give the same object. */
  const seen = new Set<Divergence>();
  const see = (divergence: Divergence) => void seen.add(divergence);
  /** @returns whether it is news */
  const met = (divergence: Divergence): boolean => {
    feedback.coverage.signature(signatureOf(divergence));
    return meet(divergence);
  };
  const underAllOutcomes: Search['run'] = (program, iteration, choices, onNews) => {
    const answer = comparison!.compare(program, DECIDED_STATES);
    if (!answer) return underSome(program, iteration, choices, onNews);
    counts.decided++;
    for (const { divergence, schedule } of answer.divergences.values()) {
      if (met(divergence)) onNews({ divergence, program, schedule });
    }
  };
  /** The cheapest schedule is searched for news only: it costs an exploration of its own. */
  const underAllSchedules: Search['run'] = (program, iteration, choices, onNews) => {
    if (seen.size > 0) seen.clear();
    const isDecided = exhaustive.decide(program, DECIDED_STATES, see);
    if (isDecided) counts.decided++;
    for (const divergence of seen) {
      if (met(divergence))
        onNews({ divergence, program, schedule: exhaustive.cheapest(program, divergence) });
    }
    if (!isDecided) underSome(program, iteration, choices, onNews);
  };
  const underSome: Search['run'] = (program, iteration, choices, onNews) => {
    const uniform = schedulers ? undefined : uniformSchedules.of(program);
    for (let i = 0; i < SCHEDULES_PER_PROGRAM; i++) {
      const scheduler = (i % 3 === 0 && uniform) || turns[(iteration + i) % turns.length]!;
      run(machine, program, scheduler, choices, buffer);
      counts.schedules++;
      for (const divergence of judge.judge(machine, buffer)) {
        if (met(divergence)) onNews({ divergence, program, schedule: scheduleOf(buffer) });
      }
    }
  };
  const runOne: Search['run'] = (program, iteration, choices, onNews) => {
    counts.programs++;
    if (!begins(program)) {
      counts.undecided++;
      return;
    }
    // Somebody who names schedulers wants to see what these find.
    const isSmall = !schedulers && opCount(program) <= DECIDED_OPS;
    if (!isSmall) underSome(program, iteration, choices, onNews);
    else (comparison ? underAllOutcomes : underAllSchedules)(program, iteration, choices, onNews);
    feedback.learn(program);
  };
  return {
    feedback,
    run: runOne,
    iterate: (iteration, choices, onNews) => runOne(feedback.program(choices), iteration, choices, onNews),
  };
}
