import { join } from 'node:path';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { type NamedTarget, namedTargets } from '../../targets/target/named-targets.ts';
import type { Target } from '../../targets/target/target.ts';
import type { Ends } from '../campaign/end-in-time.ts';
import { RAW_FINDINGS_FOLDER } from '../campaign/raw-findings.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
import { parseProgram } from '../case/program-text.ts';
import { ProgramError } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import { type Harness, interruptibleHarness } from '../run/harness.ts';
import type { Interrupt } from '../run/interrupt.ts';
import { joinedReports } from '../stress/joined-reports.ts';
import type { StressOptions, StressReport } from '../stress/stress.ts';
import type { EngineEvent, EngineOptions, Outcome, RacedSummary } from './engine.ts';
import { FindingStore } from './finding-store.ts';
import { addRace, countOutcomesOnce, type RaceTotals } from './race-totals.ts';

/** Most ops of a thread of a program that is raced: with more, the model has too many states to judge what comes of it. */
const MOST_OPS = 3;
/** Milliseconds, shared by the targets, where the user names no limit. */
const DEFAULT_TIME = 60_000;

/**
 * The targets that can be raced. What cannot is refused when it is named, and left out when nothing is.
 *
 * @param refusal why a target cannot be raced; undefined for one that can
 * @throws InputError
 */
export async function racedTargets(
  names: readonly string[],
  options: EngineOptions,
  refusal: (target: Target) => string | undefined,
): Promise<NamedTarget[]> {
  if (options.memory === 'kernel')
    throw new InputError(
      'command line',
      '--memory kernel is for the random engine and for check; threads that are real order as their machine does',
    );
  const named = await namedTargets(names, options);
  const fitting = named.filter(({ target }) => refusal(target) === undefined);
  const isNamed = names.length > 0 || options.before !== undefined;
  const other = named.find((one) => !fitting.includes(one));
  if (isNamed && other)
    throw new InputError('command line', `"${other.target.name}" ${refusal(other.target)}`);
  if (options.program !== undefined && fitting.length !== 1)
    throw new InputError('command line', 'a program needs one target; name it');
  return fitting;
}

/**
 * The milliseconds that all targets may take. A number of programs, or of races of one, is a limit as well.
 *
 *     --time 60s         60,000
 *     nothing            60,000
 *     --iterations 10    Infinity: each target runs ten
 */
export function timeOf(options: EngineOptions): number {
  const isBounded = options.iterations !== undefined || options.program !== undefined;
  return options.time ?? (isBounded ? Number.POSITIVE_INFINITY : DEFAULT_TIME);
}

/** A target that is raced, on threads of this process or of a booted kernel: its limits, its tally and its findings. */
export class RacedTarget<Totals extends RaceTotals> {
  readonly harness: Harness;
  readonly store: FindingStore;
  readonly totals: Totals;
  /** The one program to be raced, if the user named it. */
  readonly program: Program | undefined;
  /** Set by the engine: how long it took. */
  seconds = 0;
  readonly #abandoned = new AbortController();
  readonly #options: EngineOptions;
  readonly #found: { readonly by: string; readonly seed: number };
  /** By signature. */
  readonly #hits = new Map<string, { divergence: Divergence; count: number }>();
  /** All races of the one program as one. */
  #whole: StressReport | undefined;

  /**
   * @param state the folder of the engine @param found what cases say of how they were found
   * @param interrupt gives up judging what was raced: then `take` throws `Interrupted`
   * @throws InputError for a program that the target does not have
   */
  constructor(
    target: Target,
    totals: Totals,
    options: EngineOptions,
    state: string,
    found: { readonly by: string; readonly seed: number },
    interrupt: Interrupt,
  ) {
    this.harness = interruptibleHarness(target, interrupt);
    this.totals = totals;
    this.store = new FindingStore(target, options.corpus, join(state, RAW_FINDINGS_FOLDER));
    this.program = options.program === undefined ? undefined : programIn(this.harness, options.program);
    this.#options = options;
    this.#found = found;
  }

  /**
   * How its work comes to an end. Given up, what is not minimal is left; abandoned, the race under way is ended as well.
   */
  readonly ends: Ends = {
    stop: () => this.store.ends.stop(),
    giveUp: () => this.store.ends.giveUp(),
    abandon: () => {
      this.#abandoned.abort();
      this.store.ends.abandon();
    },
  };

  get isAbandoned(): boolean {
    return this.#abandoned.signal.aborted;
  }

  /**
   * How many rounds it runs.
   *
   *     --iterations 5              5
   *     --program P                 `times`
   *     --program P --time 10s      no bound: the time ends it
   *
   * @param times races of one program, where neither time nor number is said
   */
  most(times: number): number {
    const { iterations, time } = this.#options;
    return iterations ?? (this.program && time === undefined ? times : Number.POSITIVE_INFINITY);
  }

  /** For `stress`. More ops than MOST_OPS are not refused but cut: the option may be meant for all engines. */
  get limits(): Pick<StressOptions, 'seed' | 'maxOps' | 'threads' | 'programs' | 'signal'> {
    const { maxOps = MOST_OPS, maxThreads } = this.#options;
    return {
      seed: this.#found.seed,
      signal: this.#abandoned.signal,
      maxOps: Math.min(maxOps, MOST_OPS),
      ...(maxThreads === undefined ? {} : { threads: maxThreads }),
      ...(this.program && { programs: forever(this.program) }),
    };
  }

  /**
   * Takes in the race of a program. Events of one race at a time are shown only when loud; those of one program are
   * summed up for `end`.
   */
  async *take(report: StressReport): AsyncGenerator<EngineEvent> {
    addRace(this.totals, report, (divergence, count) => this.hit(divergence, count));
    for (const rawFinding of report.rawFindings) {
      yield* this.store.keep(rawFinding, this.harness, { ...this.#found, iteration: report.number });
    }
    if (this.program) this.#whole = this.#whole ? joinedReports(this.#whole, report) : report;
    else if (isLoud(report)) yield { kind: 'outcomes', harness: this.harness, report };
  }

  /** Counts a divergence. */
  hit(divergence: Divergence, count: number): void {
    const signature = signatureOf(divergence);
    const known = this.#hits.get(signature);
    if (known) known.count += count;
    else this.#hits.set(signature, { divergence, count });
  }

  /** The races are over. Those of one program are shown as one. */
  *end(): Generator<EngineEvent> {
    if (!this.#whole) return;
    countOutcomesOnce(this.totals, this.#whole);
    yield { kind: 'outcomes', harness: this.harness, report: this.#whole };
  }

  get summary(): RacedSummary {
    const target = this.harness.target.name;
    const met = [...this.#hits].map(
      ([signature, { divergence, count }]): MetDivergence => ({
        target,
        divergence,
        isNew: !this.store.known.has(signature),
        count,
        case: this.store.caseOf(divergence),
        program: this.store.programOf(divergence),
      }),
    );
    return { target, seconds: this.seconds, met };
  }
}

/**
 * What all raced targets have come to.
 *
 * @param isInterrupted whether the user ended it
 * @param isIdle whether nothing was run of one
 */
export function outcomeOf<One extends RacedTarget<RaceTotals>>(
  raced: readonly One[],
  isInterrupted: boolean,
  isIdle: (one: One) => boolean,
): Outcome {
  return {
    ending: isInterrupted ? 'interrupted' : 'done',
    unsaved: raced.flatMap(({ store }) => store.unsaved),
    met: raced.flatMap(({ summary }) => summary.met),
    cases: raced.flatMap(({ store, harness: { target } }) =>
      [...store.fresh.values()].map(({ path }) => ({ target: target.name, path })),
    ),
    left: raced.flatMap(({ store }) => store.left),
    isLoud: raced.some(({ totals }) => totals.unreachable > 0),
    idle: raced.filter(isIdle).map(({ harness }) => harness.target.name),
    isUndecided: raced.some(({ totals }) => totals.unknown + totals.failed > 0),
  };
}

/** Reality did what the model cannot. */
function isLoud({ outcomes }: StressReport): boolean {
  return outcomes.some(({ standing }) => standing === 'unreachable');
}

/** @throws InputError */
function programIn(harness: Harness, text: string): Program {
  try {
    return parseProgram(harness, text);
  } catch (error) {
    if (error instanceof ProgramError) throw new InputError('--program', error.message);
    throw error;
  }
}

/** `stress` ends when it is told to, not when programs run out. */
function* forever(program: Program): Generator<Program> {
  for (;;) yield program;
}
