import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { UniformSchedules } from '../explore/uniform-scheduler.ts';
import { Feedback } from '../generate/feedback.ts';
import { generateStart, walkCalls } from '../generate/generate.ts';
import { CounterDecider } from '../judge/decide-counter.ts';
import { RunJudge } from '../judge/judge-run.ts';
import { comparePair, judgePair } from '../judge/lockstep.ts';
import { OutcomeComparison } from '../judge/outcome-comparison.ts';
import { type OnPair, PairTable } from '../judge/pair-table.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Choices } from '../program/choices.ts';
import { opCount } from '../program/program.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer, scheduleOf } from '../run/run.ts';
import { pct, randomWalk, type Scheduler } from '../run/schedulers.ts';
import { DirectLockstep } from '../sweep/direct-lockstep.ts';
import type { OnNews, Search, SearchContext } from './search.ts';

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
    iterate: (iteration, choices, onNews) =>
      (isAlone || iteration % 16 === 0 ? lockstep : concurrent.iterate)(iteration, choices, onNews),
  };
}

/** One thread: op after op on both sides. */
function lockstepSearch({ harness, counts, meet, begins }: SearchContext): Search['iterate'] {
  const begun = begunAlone(begins);
  const table = new PairTable(harness, begun);
  // Undefined with the ideal counter as the reference: then the table of pairs does all of the work.
  const direct = DirectLockstep.of(harness);
  /** What the pairs under way brought, to be told when they are over. */
  let news: RawFinding[] = [];
  const tell = (onNews: OnNews): void => {
    if (news.length === 0) return;
    const told = news;
    news = [];
    for (const one of told) onNews(one);
  };
  const onPair: OnPair = (call, old, divergences) => {
    for (const divergence of divergences) {
      if (meet(divergence))
        news.push({ divergence, program: { start: old, threads: [[call]] }, schedule: undefined });
    }
  };

  /** A thousand values of one op; only where the sides differ is looked at closely. */
  const batch = (lockstep: DirectLockstep, call: number, choices?: Choices): void => {
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
        onPair(call, old, divergences);
      },
      (old) => begun(call, old),
    );
    counts.pairs += lockstep.pairs - before;
  };

  /** Every op at every initial value of the target. */
  const everyPair = (onNews: OnNews): void => {
    for (const old of harness.target.initial as readonly number[]) {
      for (const call of harness.calls) table.visit(call, old, onPair);
      counts.pairs += harness.calls.length;
      tell(onNews);
    }
  };

  const batches = (iteration: number, lockstep: DirectLockstep, choices: Choices, onNews: OnNews): void => {
    const { calls } = harness;
    const run = (call: number, drawing?: Choices) => {
      batch(lockstep, call, drawing);
      tell(onNews);
    };
    // Without choices the batch takes the values around the boundaries, so each op meets those at once, whatever the
    // seed.
    if (iteration === 0) for (const call of calls) run(call);
    const most = lockstep.hasCode ? BATCHES.code : BATCHES.models;
    for (let drawn = 0; drawn < most; drawn++) run(calls[choices.below(calls.length)]!, choices);
  };

  return (iteration, choices, onNews) => {
    counts.programs++;
    // What an interruption or an op that does not return left behind is not of this iteration.
    news = [];
    // First what most defects show at: it takes a few milliseconds.
    if (iteration === 0) everyPair(onNews);
    if (direct) batches(iteration, direct, choices, onNews);
    const start = generateStart(harness, choices) as number;
    counts.pairs += WALK_LENGTH;
    table.walk(walkCalls(harness, choices), start, WALK_LENGTH, choices, onPair);
    tell(onNews);
  };
}

/** Says of one op alone that it begins, always with the same program: nobody keeps it. */
function begunAlone(begins: SearchContext['begins']): (call: number, old: number) => boolean {
  const calls = [0];
  const program = { start: 0, threads: [calls] };
  return (call, old) => {
    calls[0] = call;
    program.start = old;
    return begins(program);
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
