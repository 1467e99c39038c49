import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { uniformScheduler } from '../explore/uniform-scheduler.ts';
import { Feedback } from '../generate/feedback.ts';
import { generateStart, walkCalls } from '../generate/generate.ts';
import { CounterDecider } from '../judge/decide-counter.ts';
import { RunJudge } from '../judge/judge-run.ts';
import { comparePair, judgePair } from '../judge/lockstep.ts';
import { OutcomeComparison } from '../judge/outcome-comparison.ts';
import { type OnPair, PairTable } from '../judge/pair-table.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Choices } from '../program/choices.ts';
import { opCount, type Program } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { pct, randomWalk, type Scheduler } from '../run/schedulers.ts';
import { DirectLockstep } from '../sweep/direct-lockstep.ts';
import { FirstLook } from './first-look.ts';
import type { Search, SearchContext } from './search.ts';

/** Ops of a random walk in lockstep. Nearly every one is a look-up in `PairTable`. */
const WALK_LENGTH = 256;
/**
 * For a program that is not decided: four of them uniform over all interleavings where these can be counted, the rest
 * from the portfolio.
 */
const SCHEDULES_PER_PROGRAM = 12;
/** Of a thousand pairs each, in an iteration of lockstep: about as much time where a side has machine code and where not. */
const BATCHES = { code: 64, models: 4 };
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
  const lockstep = lockstepSearch(context);
  const concurrent = concurrentSearch(context);
  const isAlone = context.limits.maxThreads === 1;
  return {
    feedback: concurrent.feedback,
    run: concurrent.run,
    iterate: (iteration, choices) =>
      (isAlone || iteration % 16 === 0 ? lockstep : concurrent.iterate)(iteration, choices),
  };
}

/** One thread: op after op on both sides. */
function lockstepSearch(context: SearchContext): Search['iterate'] {
  const { harness, counts, limits, schedulers, meet, begins } = context;
  const program = (call: number, old: number): Program => ({ start: old, threads: [[call]] });
  const table = new PairTable(harness, (call, old) => begins(program(call, old)));
  // Undefined with the ideal counter as the reference: then the table of pairs does all of the work.
  const direct = DirectLockstep.of(harness);
  const look = new FirstLook(context, direct);
  const { ofRuns, ofOutcomes } = harness.oracles;
  // Somebody who names schedulers wants to see what these find.
  const looksAtRuns = limits.maxThreads > 1 && !schedulers && (ofOutcomes || ofRuns.length > 0);

  const newsOf = (call: number, old: number, divergences: readonly Divergence[]): RawFinding[] =>
    divergences
      .filter(meet)
      .map((divergence) => ({ divergence, program: program(call, old), schedule: undefined }));

  /** A thousand values of one op; only where the sides differ is looked at closely. */
  const batch = (lockstep: DirectLockstep, call: number, choices?: Choices): RawFinding[] => {
    const news: RawFinding[] = [];
    const before = lockstep.pairs;
    harness.subject.interrupt.look();
    lockstep.batch(
      call,
      choices,
      (old, reference, subject) => {
        // Both answers are at hand only where both sides are models; machine code only says at which old value they
        // differ.
        const divergences =
          reference && subject
            ? judgePair(harness, call, old, reference, subject)
            : comparePair(harness, call, old).divergences;
        news.push(...newsOf(call, old, divergences));
      },
      (old) => begins(program(call, old)),
    );
    counts.pairs += lockstep.pairs - before;
    return news;
  };

  /** Every op at every initial value of the target. */
  function* everyPair(): Generator<RawFinding> {
    for (const old of harness.target.initial as readonly number[]) {
      const news: RawFinding[] = [];
      for (const call of harness.calls)
        table.visit(call, old, (_, value, divergences) => {
          if (!look.hasJudged(call, value)) news.push(...newsOf(call, value, divergences));
        });
      counts.pairs += harness.calls.length;
      yield* news;
    }
  }

  /** Without choices a batch takes the values around the boundaries, so each op meets those at once, whatever the seed. */
  function* aroundBoundaries(lockstep: DirectLockstep): Generator<RawFinding> {
    for (const call of harness.calls) yield* batch(lockstep, call);
  }

  /**
   * What needs no choices: first what most defects show at, and from where a counter is in use before from where it may
   * be broken.
   */
  function* beginning(): Generator<RawFinding> {
    yield* look.alone();
    // Against the ideal counter pairs are told apart by the judge alone.
    if (!direct) yield* everyPair();
    if (looksAtRuns) yield* look.together((start) => start > 0);
    if (direct) yield* aroundBoundaries(direct);
    if (looksAtRuns) yield* look.together((start) => start <= 0);
    if (direct) yield* everyPair();
  }

  function* batches(lockstep: DirectLockstep, choices: Choices): Generator<RawFinding> {
    const { calls } = harness;
    const most = lockstep.hasCode ? BATCHES.code : BATCHES.models;
    for (let drawn = 0; drawn < most; drawn++) {
      yield* batch(lockstep, calls[choices.below(calls.length)]!, choices);
    }
  }

  return function* (iteration, choices) {
    counts.programs++;
    if (iteration === 0) yield* beginning();
    if (direct) yield* batches(direct, choices);
    const news: RawFinding[] = [];
    const onPair: OnPair = (call, old, divergences) => news.push(...newsOf(call, old, divergences));
    const start = generateStart(harness, choices) as number;
    counts.pairs += WALK_LENGTH;
    table.walk(walkCalls(harness, choices), start, WALK_LENGTH, choices, onPair);
    yield* news;
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
