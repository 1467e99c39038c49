import { availableParallelism } from 'node:os';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { sharedMemory } from '../../targets/c/direct/shared-counter.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { generateProgram, type Limits, limitsFor } from '../generate/generate.ts';
import { RunJudge } from '../judge/judge-run.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { type Harness, harnessOf, isCounterTarget } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer } from '../run/run.ts';
import { strictReplay } from '../run/schedulers.ts';
import { workerPath } from '../workers/worker-pool.ts';
import { Model } from './model.ts';
import { type ObservedOutcome, observedOutcomes } from './observed-outcomes.ts';
import type { Race } from './race.ts';
import type { RaceSubject } from './race-worker.ts';
import { type RaceEnd, type RaceThreadGroup, ThreadGroup, type ThreadGroupOptions } from './thread-group.ts';

/** What is raced, and how much of it. */
export interface StressOptions {
  readonly seed: number;
  /** Programs to be raced; default: random ones without end. */
  readonly programs?: Iterable<Program>;
  /** Most threads of a random program, 2 to 4. Default: what the target says, but no more than there are cores. */
  readonly threads?: number;
  /** Most ops of a thread of a random program. Default: 3 */
  readonly maxOps?: number;
  /** Cells of a batch. Default: 8192 */
  readonly cells?: number;
  /** Cells that a program is run on before the next one has its turn, rounded up to whole batches. Default: 32768 */
  readonly cellsPerProgram?: number;
  /** Threads that can run at a time. Default: what the system says. */
  readonly cores?: number;
  /** Milliseconds without progress after which threads are ended. Default: 10000 */
  readonly patience?: number;
  /** Asked before each program. */
  isStopped?(): boolean;
  /** Ends the threads, and with them the race under way: there is no report of it. */
  readonly signal?: AbortSignal;
}

/** Where the threads have their subject from; or, in its place, a thread group of another kind. */
export type Racers = ThreadRacers | { readonly hire: () => Promise<RaceThreadGroup> };

/** Threads of this process. */
export interface ThreadRacers {
  /** Absolute path of a compiled file that calls `serveRaces`. */
  readonly workerFile: string;
  /** What `serveRaces` gets as `setup.subject`; made anew whenever threads are started. */
  readonly subject: () => unknown;
}

/** An outcome that real threads had, and what is known of it. */
export interface JudgedOutcome extends ObservedOutcome {
  /**
   * `atomic`: indivisible ops have it too, in some order. `window`: only some interleaving of the ops' accesses has it.
   * `unreachable`: no schedule of the model has it, so the model is wrong, or real memory does what it does not know.
   * `unknown`: the model has too many states, or an op was stopped because it did not return.
   */
  readonly standing: 'atomic' | 'window' | 'unreachable' | 'unknown';
  /** A cheapest schedule that ends so; none where it is `unreachable` or `unknown`. */
  readonly schedule: readonly number[] | undefined;
  /** What is to be said of a `window`. */
  readonly divergences: readonly Divergence[];
}

/** What came of one program. */
export interface StressReport {
  /** Counts the programs from 0. */
  readonly number: number;
  readonly program: Program;
  /** Cells on which it ran to its end. */
  readonly runs: number;
  /** The commonest first. Their counts add up to `runs`. */
  readonly outcomes: readonly JudgedOutcome[];
  /** Each divergence once, with the schedule of the commonest outcome that shows it. */
  readonly rawFindings: readonly RawFinding[];
  /** Ops that were stopped because they did not return; with more than some the program is given up. */
  readonly stopped: number;
  /** Why there is no tally: a thread died, or did not finish. */
  readonly failure: string | undefined;
}

const CELLS = 8192;
const CELLS_PER_PROGRAM = 32_768;
const OPS = 3;
const PATIENCE = 10_000;
/** States of a program; beyond these nothing but `atomic` is said of its outcomes. */
const MOST_STATES = 50_000;
/** Programs in a row with which threads died or hung, after which it cannot be the programs. */
const MOST_FAILURES = 4;

/**
 * Runs counter programs on real threads, in the manner of litmus7 and jcstress, and holds their outcomes against what
 * the model says they can. Which programs are run is decided by the seed; what comes of them is not.
 *
 * @throws InputError for a target of schemes
 */
export async function* stressTarget(target: Target, options: StressOptions): AsyncGenerator<StressReport> {
  const harness = harnessOf(target);
  yield* stress(harness, racersOf(harness), options);
}

/** Threads for a subject that is built in, or C: one that `openTarget` finds in any thread. */
export function racersOf({ target }: Harness): ThreadRacers {
  const { compiled } = target.subject;
  const subject = (): RaceSubject =>
    compiled?.direct
      ? { kind: 'c', path: compiled.path, direct: compiled.direct, memory: sharedMemory() }
      : { kind: 'typescript', target: dataOf(target) };
  return { workerFile: workerPath('stress/race-worker'), subject };
}

/**
 * The same for any subject, such as one in a program of your own.
 *
 * @throws InputError for a target of schemes; what the subject throws; Error when threads die again and again
 */
export async function* stress(
  harness: Harness,
  racers: Racers,
  options: StressOptions,
): AsyncGenerator<StressReport> {
  const { target } = harness;
  if (!isCounterTarget(harness)) {
    const what = `"${target.subject.name}" is an object's protocol`;
    throw new InputError(`target "${target.name}"`, `${what}; on real threads only counters can be run`);
  }
  const cores = options.cores ?? availableParallelism();
  const limits = limitsFor(harness, {
    maxThreads: options.threads ?? Math.min(target.threads, Math.max(2, cores)),
    maxOps: options.maxOps ?? OPS,
  });
  const { cells = CELLS, cellsPerProgram = CELLS_PER_PROGRAM, patience = PATIENCE } = options;
  const judge = new Judge(harness);
  let threadGroup: RaceThreadGroup | undefined;
  let number = 0;
  let failures = 0;
  const abandon = () => void threadGroup?.dismiss();
  options.signal?.addEventListener('abort', abandon, { once: true });
  try {
    for (const program of options.programs ?? randomPrograms(harness, limits, options.seed)) {
      if (options.isStopped?.()) return;
      threadGroup ??= await threadGroupOf(racers, { cells, cores, patience });
      const batches = Math.ceil(cellsPerProgram / cells);
      const race = { ...raceOf(harness, program), cells, batches, seed: options.seed, number };
      const end = await threadGroup.race(race);
      if (options.signal?.aborted) return;
      if (end.kind === 'failed') {
        await threadGroup.dismiss();
        threadGroup = undefined;
        failures++;
        if (failures === MOST_FAILURES) throw new Error(`${MOST_FAILURES} races in a row failed: ${end.why}`);
      } else failures = 0;
      yield judge.report(number++, program, end);
    }
  } finally {
    options.signal?.removeEventListener('abort', abandon);
    await threadGroup?.dismiss();
  }
}

async function threadGroupOf(
  racers: Racers,
  options: Pick<ThreadGroupOptions, 'cells' | 'cores' | 'patience'>,
): Promise<RaceThreadGroup> {
  return 'hire' in racers ? racers.hire() : new ThreadGroup({ ...racers, ...options });
}

function* randomPrograms(harness: Harness, limits: Limits, seed: number): Generator<Program> {
  for (let number = 0; ; number++) yield generateProgram(harness, limits, 2, new RandomChoices(seed, number));
}

function raceOf({ alphabet }: Harness, { start, threads }: Program): Pick<Race, 'start' | 'threads'> {
  return {
    start: start as number,
    threads: threads.map((calls) =>
      calls.map((call) => {
        const { op, a, b } = alphabet.call(call);
        return { op, a, b };
      }),
    ),
  };
}

/** Holds what was observed against the model. */
class Judge {
  readonly #harness: Harness;
  readonly #machine: Machine;
  readonly #judge: RunJudge;
  readonly #buffer = scheduleBuffer();

  constructor(harness: Harness) {
    this.#judge = new RunJudge(harness);
    this.#harness = harness;
    this.#machine = new Machine(harness.subject);
  }

  report(number: number, program: Program, end: RaceEnd): StressReport {
    if (end.kind === 'failed') {
      return { number, program, runs: 0, outcomes: [], rawFindings: [], stopped: 0, failure: end.why };
    }
    const observed = observedOutcomes(program.threads, end.tallies);
    // A stack that has run into another's memory explains anything.
    const isIntact = end.tallies.every((tally) => tally.isIntact);
    const outcomes = this.#judged(program, observed, isIntact);
    return {
      number,
      program,
      runs: observed.reduce((sum, { count }) => sum + count, 0),
      outcomes,
      rawFindings: rawFindingsIn(program, outcomes),
      stopped: end.stopped,
      failure: isIntact ? undefined : 'a stack grew beyond its bounds',
    };
  }

  /**
   * | whole ops in some order | a schedule | the model is complete, all ops returned | standing    |
   * |-------------------------|------------|-----------------------------------------|-------------|
   * | yes                     |            |                                         | atomic      |
   * | no                      | yes        |                                         | window      |
   * | no                      | no         | yes                                     | unreachable |
   * | no                      | no         | no                                      | unknown     |
   */
  #judged(program: Program, observed: readonly ObservedOutcome[], isIntact: boolean): JudgedOutcome[] {
    const model = new Model(this.#harness.subject, program, isIntact ? MOST_STATES : 0);
    const placed = observed.map((outcome) => {
      const isAtomic = model.isAtomic(outcome);
      return { ...outcome, isAtomic, schedule: model.scheduleOf(outcome) };
    });
    return placed.map(({ isAtomic, schedule, ...outcome }): JudgedOutcome => {
      if (isAtomic) return { ...outcome, standing: 'atomic', schedule, divergences: [] };
      if (schedule) {
        return {
          ...outcome,
          standing: 'window',
          schedule,
          divergences: this.#divergences(program, schedule),
        };
      }
      const isSure = model.isComplete && !outcome.results.flat().includes('non-terminating');
      return { ...outcome, standing: isSure ? 'unreachable' : 'unknown', schedule, divergences: [] };
    });
  }

  /** Runs the cheapest schedule that ends so: what was seen is judged by what led there at the least. */
  #divergences(program: Program, schedule: readonly number[]): readonly Divergence[] {
    run(this.#machine, program, strictReplay(schedule), new RandomChoices(0, 0), this.#buffer);
    return this.#judge.judge(this.#machine, this.#buffer);
  }
}

function rawFindingsIn(program: Program, outcomes: readonly JudgedOutcome[]): RawFinding[] {
  const rawFindings = new Map<string, RawFinding>();
  for (const { divergences, schedule } of outcomes) {
    for (const divergence of divergences) {
      const signature = signatureOf(divergence);
      if (!rawFindings.has(signature)) rawFindings.set(signature, { divergence, program, schedule });
    }
  }
  return [...rawFindings.values()];
}
