import { type Divergence, keyOf } from '../oracles/divergence.ts';
import type { Case } from './case.ts';
import { type Choices, RandomChoices } from './choices.ts';
import { type Decider, deciderOf } from './decide.ts';
import { generateProgram, generateStart, type Limits, limitsFor, walkLetters } from './generate.ts';
import { type Harness, isCounterTarget } from './harness.ts';
import { judgeRun } from './judge-run.ts';
import { PairTable } from './lockstep.ts';
import { Machine } from './machine.ts';
import { makeCase } from './make-case.ts';
import { minimize } from './minimize.ts';
import type { Program } from './program.ts';
import { run, scheduleBuffer, scheduleOf } from './run.ts';
import { pct, randomWalk, type Scheduler } from './schedulers.ts';

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
  /** Programs too large to decide; schemes only. */
  undecided: number;
}

/** A divergence whose key was not known: minimised, and as a case. */
export interface Finding {
  readonly key: string;
  readonly case: Case;
}

/** A search of one target. Iteration n draws from the stream (seed, n) and from nothing else. */
export interface Campaign {
  readonly harness: Harness;
  readonly counts: CampaignCounts;
  /** How often each key was met, in this campaign: known ones and new ones. */
  readonly hits: ReadonlyMap<string, { readonly divergence: Divergence; readonly count: number }>;
  /**
   * Runs iterations until at least one finding is there or the batch is done.
   *
   * @param most no more than this many
   * @returns the new findings
   */
  batch(most?: number): Finding[];
  /** Runs one iteration by its number. */
  iterate(iteration: number): Finding[];
}

const WALK_LENGTH = 256;
const SCHEDULES_PER_PROGRAM = 12;
/** A scheme's programs are compared over all schedules; beyond these sizes there are too many states. */
const SCHEME_OPS = 3;
const BATCH = { counter: 64, scheme: 4 };

/** Random walk finds most windows; PCT the orders that need one thread held back for long. */
function portfolio(): Scheduler[] {
  return [randomWalk, pct(2), randomWalk, pct(3), randomWalk, pct(4), randomWalk, pct(1)];
}

export function campaignOf(harness: Harness, options: CampaignOptions): Campaign {
  const counts: CampaignCounts = { iterations: 0, programs: 0, schedules: 0, pairs: 0, undecided: 0 };
  const hits = new Map<string, { divergence: Divergence; count: number }>();
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

  const iterate = (number: number): Finding[] => {
    choices.restart(options.seed, number);
    const findings: Finding[] = [];
    counts.iterations++;
    search(number, choices, (divergence, program, schedule) => {
      const fresh = minimized(harness, decider, known, divergence, program, schedule);
      for (const { divergence: found, program: small, schedule: order } of fresh) {
        const by = { by: 'random', seed: options.seed, iteration: number };
        meet(found);
        findings.push({ key: keyOf(found), case: makeCase(harness, found, small, order, by) });
      }
    });
    return findings;
  };

  return {
    harness,
    counts,
    hits,
    iterate,
    batch(most = Number.POSITIVE_INFINITY) {
      const findings: Finding[] = [];
      const size = Math.min(most, isCounterTarget(harness) ? BATCH.counter : BATCH.scheme);
      for (let i = 0; i < size && findings.length === 0; i++) findings.push(...iterate(iteration++));
      return findings;
    },
  };
}

type Report = (divergence: Divergence, program: Program, schedule?: readonly number[]) => void;
type Search = (iteration: number, choices: Choices, report: Report) => void;

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

  const sequential: Search = (_, choices, report) => {
    const start = generateStart(harness, choices) as number;
    counts.programs++;
    counts.pairs += WALK_LENGTH;
    table.walk(walkLetters(harness, choices), start, WALK_LENGTH, choices, (letter, old, divergences) => {
      for (const divergence of divergences) {
        if (meet(divergence)) report(divergence, { start: old, threads: [[letter]] });
      }
    });
  };
  const concurrent: Search = (iteration, choices, report) => {
    const program = generateProgram(harness, limits, 2, choices);
    counts.programs++;
    for (let i = 0; i < SCHEDULES_PER_PROGRAM; i++) {
      const scheduler = schedulers[(iteration + i) % schedulers.length]!;
      run(machine, program, scheduler, choices, buffer);
      counts.schedules++;
      for (const divergence of judgeRun(harness, machine, buffer)) {
        if (meet(divergence)) report(divergence, program, scheduleOf(buffer));
      }
    }
  };
  return (iteration, choices, report) => {
    const alone = iteration % 16 === 0 || limits.maxThreads === 1;
    (alone ? sequential : concurrent)(iteration, choices, report);
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
  return (_, choices, report) => {
    const program = generateProgram(harness, limits, 1, choices);
    counts.programs++;
    const sightings = decider.sightings(program);
    if (!sightings) {
      counts.undecided++;
      return;
    }
    for (const { divergence } of sightings.values()) if (meet(divergence)) report(divergence, program);
  };
}

interface Minimal {
  readonly divergence: Divergence;
  readonly program: Program;
  readonly schedule: readonly number[] | undefined;
}

/** Minimises a divergence, and the other new ones that came to light on the way. Their keys are known from here on. */
function minimized(
  harness: Harness,
  decider: Decider,
  known: Set<string>,
  divergence: Divergence,
  program: Program,
  schedule?: readonly number[],
): Minimal[] {
  const results: Minimal[] = [];
  const waiting: Minimal[] = [{ divergence, program, schedule }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const key = keyOf(next.divergence);
    if (known.has(key)) continue;
    known.add(key);
    const small = minimize(harness, decider, next.program, key, next.schedule);
    results.push({ divergence: next.divergence, program: small.program, schedule: small.schedule });
    for (const other of small.others.values()) {
      const { divergence: seen, schedule: order } = other.sighting;
      if (!known.has(keyOf(seen)))
        waiting.push({ divergence: seen, program: other.program, schedule: order });
    }
  }
  return results;
}
