import { barePage } from '../../export/page/bare-page.ts';
import { pageHtml } from '../../export/page/page-html.ts';
import { sweepData } from '../../export/page/sweep-data.ts';
import { sweepReport } from '../../export/report/sweep-report.ts';
import {
  divergencesOf,
  freshSignatures,
  type SweptTarget,
  sweepSummary,
} from '../../export/report/sweep-summary.ts';
import { knownSignatures } from '../../fuzz/case/known-signatures.ts';
import { type Harness, harnessOf, isCounterTarget } from '../../fuzz/run/harness.ts';
import { ALL_VALUES, LAST_VALUE } from '../../fuzz/sweep/sweep.ts';
import { pairsOf, type SweepOptions, type SweptCall, sweepTarget } from '../../fuzz/sweep/sweep-target.ts';
import type { MakePool } from '../../fuzz/workers/job-pool.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Target } from '../../targets/target/target.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen, type Screen } from '../io/live-screen.ts';
import { writePage } from '../io/write-page.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';

/** Options of `refuzz check --sweep`. */
export interface SweepCommandOptions {
  /** Threads at a time, 1 or more. */
  readonly workers: number;
  /** See `SweepOptions`. */
  readonly makePool?: MakePool | undefined;
  readonly json?: boolean;
  /** A page with the number line, as HTML; of one target. */
  readonly output?: string;
  /** Signatures that are no news, by target. */
  readonly known: (target: Target) => ReadonlySet<string>;
  /** For tests: only these calls, as text, and these old values. The summary then says that it was a part. */
  readonly calls?: readonly string[];
  readonly from?: number;
  readonly to?: number;
}

/**
 * A target under way. Made before anything runs, so that a target of schemes is refused at once and not after an hour.
 */
interface Sweep {
  readonly harness: Harness;
  readonly options: SweepOptions;
  readonly known: ReadonlySet<string>;
  readonly swept: SweptCall[];
}

/**
 * `refuzz check --sweep` as the user names targets: without names, every counter. Schemes are left out in silence where
 * nobody named them, and refused where somebody did.
 *
 * @returns the exit code
 */
export async function sweepNamedTargets(
  names: readonly string[],
  options: CodeOptions &
    Pick<SweepCommandOptions, 'workers' | 'makePool' | 'json' | 'output'> & { readonly corpus?: string },
  io: Io,
): Promise<number> {
  const known = (target: Target) => new Set(knownSignatures(options.corpus, target).known.keys());
  const chosen = (await chooseTargets(names, options)).filter(
    ({ target }) => names.length > 0 || target.subject.kind === 'counter',
  );
  return sweepCommand(chosen, { ...options, known }, io);
}

/** Every old value of every op of counter targets. @returns the exit code */
export async function sweepCommand(
  chosen: readonly ChosenTarget[],
  options: SweepCommandOptions,
  io: Io,
): Promise<number> {
  if (options.output !== undefined && chosen.length !== 1)
    throw new InputError('command line', 'a page shows the number line of one target; name one');
  const sweeps = chosen.map((one) => sweepOf(one, options));
  const whole = sweeps.reduce((sum, { harness, options: part }) => sum + pairsOf(harness, part), 0);
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
  }, 'the values under way');
  const progress = new Progress(whole, await liveScreen(io));
  for (const sweep of sweeps) {
    if (!interrupted) await runSweep(sweep, progress, () => interrupted, io);
  }
  progress.end();
  const targets = sweeps.map((sweep) => sweptTarget(sweep, options));
  for (const line of targets.flatMap(sweepSummary)) io.out(`${line}\n`);
  io.out(`${progress.done} of ${whole} pairs in ${progress.seconds.toFixed(1)} s\n`);
  if (options.output !== undefined) {
    const { name } = targets[0]!.harness.target;
    writePage(options.output, pageHtml({ ...barePage(name), sweep: sweepData(targets[0]!) }));
    io.err(`wrote ${options.output}: the number line, for a browser\n`);
  }
  io.tell(async () => {
    const { sweepResults } = await import('./check-results.ts');
    return targets.flatMap((one) => sweepResults(one, one.values !== ALL_VALUES));
  });
  if (interrupted) io.out('interrupted: the verdict is unknown\n');
  if (options.json) io.out(`${JSON.stringify(asJson(targets, whole, progress.seconds))}\n`);
  if (interrupted) return EXIT.INTERRUPTED;
  return targets.some(isNews) ? EXIT.FOUND : EXIT.OK;
}

function sweepOf({ target }: ChosenTarget, options: SweepCommandOptions): Sweep {
  const harness = harnessOf(target);
  if (!isCounterTarget(harness))
    throw new InputError(`target "${target.name}"`, 'is one of schemes; a sweep is for counters');
  const { workers, makePool, from, to } = options;
  const calls = options.calls?.map((text) => harness.alphabet.parse(text)) ?? harness.calls;
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return {
    harness,
    options: { workers, makePool, calls, ...range },
    known: options.known(target),
    swept: [],
  };
}

/** Calls are printed as they are done: a sweep takes minutes. An interrupt is heard between chunks. */
async function runSweep(
  { harness, options, known, swept }: Sweep,
  progress: Progress,
  isInterrupted: () => boolean,
  io: Io,
): Promise<void> {
  const names = (options.calls ?? harness.calls).map((call) => harness.alphabet.format(call));
  const callWidth = Math.max(...names.map(({ length }) => length));
  const { name, reference, subject } = harness.target;
  const against = reference === 'ideal' ? 'the ideal counter' : reference.name;
  io.out(`${io.style.bold(name)}: ${against} | ${subject.name}\n`);
  for await (const event of sweepTarget(harness, options)) {
    if (event.kind === 'progress') {
      progress.add(event.pairs, event.call);
    } else {
      progress.clear();
      swept.push(event);
      io.out(`${sweepReport(event, { callWidth, known, style: io.style })}\n`);
    }
    if (isInterrupted()) return;
  }
}

/** How far the command is, and the clock. In pairs: one op at one old value. */
class Progress {
  done = 0;
  seconds = 0;
  readonly #whole: number;
  readonly #screen: Screen;
  readonly #started = performance.now();

  constructor(whole: number, screen: Screen) {
    this.#whole = whole;
    this.#screen = screen;
  }

  /** @param call the one under way, as text */
  add(pairs: number, call: string): void {
    this.done += pairs;
    const seconds = Math.max((performance.now() - this.#started) / 1000, 0.001);
    const speed = this.done / seconds;
    const left = Math.ceil((this.#whole - this.done) / speed);
    const percent = Math.floor((100 * this.done) / this.#whole);
    this.#screen.update(() => `${percent}%  ${(speed / 1e6).toFixed(0)}M pairs/s  ${left} s left  ${call}`);
  }

  /** Before lines are printed: the live status would stand between them. */
  clear(): void {
    this.#screen.done();
  }

  end(): void {
    this.#screen.done();
    this.seconds = (performance.now() - this.#started) / 1000;
  }
}

/** Calls without an entry in `swept` are open: an interrupt came before their last chunk. */
function sweptTarget(
  { harness, options, known, swept }: Sweep,
  { from = 0, to = LAST_VALUE }: SweepCommandOptions,
): SweptTarget {
  const names = (options.calls ?? harness.calls).map((call) => harness.alphabet.format(call));
  const open = names.filter((name) => !swept.some(({ call }) => call === name));
  return { harness, swept, open, known, values: to - from + 1 };
}

/**
 * A mismatch, the code doing other than its documentation says, has no signature and no case, and is news each time.
 */
function isNews(target: SweptTarget): boolean {
  return freshSignatures(target).length > 0 || target.swept.some(({ mismatches }) => mismatches.length > 0);
}

/** A call whose chunks are not all done is undecided, whatever was run of it. */
function asJson(targets: readonly SweptTarget[], whole: number, seconds: number) {
  const names = targets.map(({ harness }) => harness.target.name);
  const decided = targets.reduce((sum, { swept, values }) => sum + swept.length * values, 0);
  // The rows of all targets, each with its target's name.
  const each = <Row extends object>(rowsOf: (target: SweptTarget) => readonly Row[]) =>
    targets.flatMap((target) =>
      rowsOf(target).map((row) => ({ target: target.harness.target.name, ...row })),
    );
  const divergences = each((target) =>
    divergencesOf(target).map((divergence) => ({ ...divergence, case: null, preemptions: 0 })),
  );
  const calls = (target: SweptTarget) => target.swept;
  const mismatches = each((target) => calls(target).flatMap((one) => one.mismatches));
  const intervals = each((target) =>
    calls(target)
      .flatMap((one) => one.intervals)
      .map(({ call, from, to, reference, subject, signatures }) => ({
        call,
        from,
        to,
        reference,
        subject,
        signatures,
      })),
  );
  return {
    target: names.length === 1 ? names[0] : names,
    programs: whole,
    decided,
    undecided: whole - decided,
    states: 0,
    seconds,
    equivalent: verdict(targets, divergences.length),
    divergences,
    intervals,
    mismatches,
  };
}

/**
 * Equivalence is said of whole sweeps only; null is unknown. One difference settles it without.
 *
 *     any divergence                          false
 *     all calls, all 2³² values, none         true
 *     a part, or interrupted, none            null
 */
function verdict(targets: readonly SweptTarget[], divergences: number): boolean | null {
  if (divergences > 0) return false;
  const isWhole = targets.every(
    ({ harness, swept, open, values }) =>
      values === ALL_VALUES && open.length === 0 && swept.length === harness.calls.length,
  );
  return isWhole ? true : null;
}
