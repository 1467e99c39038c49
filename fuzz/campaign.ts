import { type Divergence, keyOf } from '../oracles/divergence.ts';
import { type Choices, RandomChoices } from './choices.ts';
import { type Decider, deciderOf } from './decide.ts';
import { DirectLockstep } from './direct-lockstep.ts';
import { CounterDecider } from './explore/decide-counter.ts';
import { OutcomeComparison } from './explore/outcome-comparison.ts';
import { uniformScheduler } from './explore/uniform-scheduler.ts';
import { type Finding, minimized, type Sighted } from './finding.ts';
import { generateProgram, generateStart, type Limits, limitsFor, walkLetters } from './generate.ts';
import { asks, type Harness, isCounterTarget } from './harness.ts';
import { judgeRun } from './judge-run.ts';
import { comparePair, PairTable } from './lockstep.ts';
import { Machine } from './machine.ts';
import { makeCase } from './make-case.ts';
import { opCount, type Program } from './program.ts';
import { run, scheduleBuffer, scheduleOf } from './run.ts';
import { pct, randomWalk, type Scheduler } from './schedulers.ts';
import { EndlessOp } from './transition-trees.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly limits?: Partial<Limits>;
  /** Keys that are not news. */
  readonly known: ReadonlySet<string>;
  /** Which schedulers run concurrent programs on counters; default: the whole portfolio. */
  readonly schedulers?: readonly Scheduler[];
}

/** What has been done so far. */
export interface CampaignCounts {
  iterations: number;
  programs: number;
  /** Runs of a program under a schedule. A scheme's program is decided over all schedules at once. */
  schedules: number;
  /** Op pairs compared in lockstep. */
  pairs: number;
  /** Programs decided over all their schedules. */
  decided: number;
  /** Programs too large to decide; schemes only. */
  undecided: number;
}

/** A search of one target. Iteration n draws from the stream (seed, n) and from nothing else. */
export interface Campaign {
  readonly harness: Harness;
  readonly counts: CampaignCounts;
  /**
   * How often each key was met, known ones and new ones. In lockstep only the first meeting of an op with a value
   * counts.
   */
  readonly hits: ReadonlyMap<string, { readonly divergence: Divergence; readonly count: number }>;
  /** Ops met that go round for ever on a word that nobody else touches, as text; the first few. */
  readonly endless: ReadonlySet<string>;
  /**
   * Runs the next iterations, some milliseconds' worth, and yields each new finding as soon as it is minimised, so
   * that the caller can store it before anything else happens. It must be iterated to its end.
   *
   * @param most no more than this many iterations
   */
  batch(most?: number): Generator<Finding, void, undefined>;
  /** Runs one iteration by its number. */
  iterate(iteration: number): Generator<Finding, void, undefined>;
}

/** Messages kept of ops that do not return. */
const ENDLESS = 4;
const WALK_LENGTH = 256;
const SCHEDULES_PER_PROGRAM = 12;
/** Of a thousand pairs each, in an iteration of lockstep, where a side has machine code. */
const BATCHES = 64;
/**
 * A counter program of up to this many ops is decided: all its schedules cost about what the twelve samples do, and
 * no other schedule need be spent on it. The states are a bound for what nobody foresaw.
 */
const DECIDED_OPS = 4;
const DECIDED_STATES = 4_000;
/** A scheme's programs are compared over all schedules; beyond these sizes there are too many states. */
const SCHEME_OPS = 3;
const BATCH = { counter: 64, scheme: 4 };

/** Random walk finds most windows; PCT the orders that need one thread held back for long. */
function portfolio(): Scheduler[] {
  return [randomWalk, pct(2), randomWalk, pct(3), randomWalk, pct(4), randomWalk, pct(1)];
}

export function campaignOf(harness: Harness, options: CampaignOptions): Campaign {
  const counts: CampaignCounts = {
    iterations: 0,
    programs: 0,
    schedules: 0,
    pairs: 0,
    decided: 0,
    undecided: 0,
  };
  const hits = new Map<string, { divergence: Divergence; count: number }>();
  const endless = new Set<string>();
  const decider = deciderOf(harness);
  const known = new Set(options.known);
  const choices = new RandomChoices(options.seed, 0);
  let iteration = 0;

  /** Counts a divergence. @returns whether it is news */
  const meet = (divergence: Divergence): boolean => {
    const key = keyOf(divergence);
    const met = hits.get(key);
    if (met) met.count++;
    else hits.set(key, { divergence, count: 1 });
    return !known.has(key);
  };
  const search = isCounterTarget(harness)
    ? counterSearch(harness, options, counts, meet)
    : schemeSearch(harness, options, counts, decider, meet);

  function* iterate(number: number): Generator<Finding, void, undefined> {
    choices.restart(options.seed, number);
    counts.iterations++;
    const by = { by: 'random', seed: options.seed, iteration: number };
    try {
      for (const raw of search(number, choices)) {
        for (const { divergence, program, schedule } of minimized(harness, decider, known, raw)) {
          if (!hits.has(keyOf(divergence))) meet(divergence);
          yield { key: keyOf(divergence), case: makeCase(harness, divergence, program, schedule, by) };
        }
      }
    } catch (error) {
      // Nothing can be said of a program with an op that does not return, but that there is such an op.
      if (!(error instanceof EndlessOp)) throw error;
      counts.undecided++;
      if (endless.size < ENDLESS) endless.add(error.message);
    }
  }

  return {
    harness,
    counts,
    hits,
    endless,
    iterate,
    *batch(most = Number.POSITIVE_INFINITY) {
      const size = Math.min(most, isCounterTarget(harness) ? BATCH.counter : BATCH.scheme);
      for (let i = 0; i < size; i++) yield* iterate(iteration++);
    },
  };
}

/** Runs one iteration. @returns what is news */
type Search = (iteration: number, choices: Choices) => Iterable<Sighted>;

function counterSearch(
  harness: Harness,
  options: CampaignOptions,
  counts: CampaignCounts,
  meet: (divergence: Divergence) => boolean,
): Search {
  const table = new PairTable(harness);
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  const schedulers = options.schedulers ?? portfolio();
  const limits = limitsFor(harness, options.limits ?? {});

  const sequential: Search = (_, choices) => {
    const news: Sighted[] = [];
    const start = generateStart(harness, choices) as number;
    counts.programs++;
    counts.pairs += WALK_LENGTH;
    table.walk(walkLetters(harness, choices), start, WALK_LENGTH, choices, (letter, old, divergences) => {
      const program = { start: old, threads: [[letter]] };
      for (const divergence of divergences) {
        if (meet(divergence)) news.push({ divergence, program, schedule: undefined });
      }
    });
    if (direct) inBatches(direct, choices, news);
    return news;
  };
  const direct = DirectLockstep.of(harness);
  /** What machine code does with whole ranges of values; only where it differs is looked at closely. */
  const inBatches = (lockstep: DirectLockstep, choices: Choices, news: Sighted[]) => {
    const before = lockstep.pairs;
    for (let batch = 0; batch < BATCHES; batch++) {
      lockstep.batch(harness.letters, choices, (letter, old) => {
        for (const divergence of comparePair(harness, letter, old).divergences) {
          if (meet(divergence))
            news.push({ divergence, program: { start: old, threads: [[letter]] }, schedule: undefined });
        }
      });
    }
    counts.pairs += lockstep.pairs - before;
  };
  const exhaustive = new CounterDecider(harness);
  const comparison = asks(harness, 'outcomes') ? new OutcomeComparison(harness) : undefined;
  function* underAllOutcomes(program: Program, iteration: number, choices: Choices): Generator<Sighted> {
    const answer = comparison!.compare(program, DECIDED_STATES);
    if (!answer) return yield* underSome(program, iteration, choices);
    counts.decided++;
    for (const { divergence, schedule } of answer.divergences.values()) {
      if (meet(divergence)) yield { divergence, program, schedule };
    }
  }
  function* underAllSchedules(program: Program, iteration: number, choices: Choices): Generator<Sighted> {
    const seen = new Map<string, Divergence>();
    const isDecided = exhaustive.decide(program, DECIDED_STATES, (divergence) => {
      seen.set(keyOf(divergence), divergence);
    });
    if (isDecided) counts.decided++;
    for (const divergence of seen.values()) {
      if (meet(divergence)) yield { divergence, program, schedule: exhaustive.cheapest(program, divergence) };
    }
    if (!isDecided) yield* underSome(program, iteration, choices);
  }
  function* underSome(program: Program, iteration: number, choices: Choices): Generator<Sighted> {
    const uniform = options.schedulers ? undefined : uniformScheduler(machine, program);
    for (let i = 0; i < SCHEDULES_PER_PROGRAM; i++) {
      const scheduler = (i % 3 === 0 && uniform) || schedulers[(iteration + i) % schedulers.length]!;
      run(machine, program, scheduler, choices, buffer);
      counts.schedules++;
      for (const divergence of judgeRun(harness, machine, buffer)) {
        if (meet(divergence)) yield { divergence, program, schedule: scheduleOf(buffer) };
      }
    }
  }
  function concurrent(iteration: number, choices: Choices): Iterable<Sighted> {
    const program = generateProgram(harness, limits, 2, choices);
    counts.programs++;
    // Somebody who names schedulers wants to see what these find.
    const isSmall = !options.schedulers && opCount(program) <= DECIDED_OPS;
    if (!isSmall) return underSome(program, iteration, choices);
    return (comparison ? underAllOutcomes : underAllSchedules)(program, iteration, choices);
  }
  return (iteration, choices) => {
    const alone = iteration % 16 === 0 || limits.maxThreads === 1;
    return (alone ? sequential : concurrent)(iteration, choices);
  };
}

function schemeSearch(
  harness: Harness,
  options: CampaignOptions,
  counts: CampaignCounts,
  decider: Decider,
  meet: (divergence: Divergence) => boolean,
): Search {
  const asked = limitsFor(harness, options.limits ?? {});
  const limits = { ...asked, maxOps: Math.min(asked.maxOps, SCHEME_OPS) };
  return (_, choices) => {
    const program = generateProgram(harness, limits, 1, choices);
    counts.programs++;
    const sightings = decider.sightings(program);
    if (!sightings) {
      counts.undecided++;
      return [];
    }
    counts.decided++;
    return [...sightings.values()]
      .filter(({ divergence }) => meet(divergence))
      .map(({ divergence }) => ({ divergence, program, schedule: undefined }));
  };
}
