import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { compact, type DivergenceRow, divergenceTable } from '../../export/report/report.ts';
import { stressReport } from '../../export/report/stress-report.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { joinedReports } from '../../fuzz/stress/joined-reports.ts';
import { racersOf, type StressReport, stress } from '../../fuzz/stress/stress.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen, type Screen } from '../io/live-screen.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { reportUnsaved } from '../target/news.ts';
import { FindingStore } from './finding-store.ts';
import { addRace, countOutcomesOnce, forever, isLoud, programIn, type RaceTotals } from './race-totals.ts';

export interface ThreadsOptions extends CodeOptions {
  /** Milliseconds, shared by the targets in equal parts. */
  readonly time?: number;
  /** Programs of each target; with `program`, how often it is raced. */
  readonly iterations?: number;
  readonly seed?: number;
  readonly corpus?: string;
  /** Where raw findings are kept until they are cases. */
  readonly state?: string;
  readonly maxThreads?: number;
  readonly maxOps?: number;
  /** Race this program only. */
  readonly program?: string;
  readonly json?: boolean;
}

/** A target that has been raced. */
interface Raced extends ChosenTarget {
  readonly harness: Harness;
  readonly totals: Totals;
  readonly seconds: number;
  readonly hits: ReadonlyMap<string, DivergenceRow>;
  readonly store: FindingStore;
}

interface Totals extends RaceTotals {
  programs: number;
  stopped: number;
}

const NONE: Totals = {
  programs: 0,
  runs: 0,
  outcomes: 0,
  windows: 0,
  windowRuns: 0,
  unreachable: 0,
  unknown: 0,
  stopped: 0,
  failed: 0,
};

const DEFAULT_STATE = join('.refuzz', 'threads');
const DEFAULT_TIME = 60_000;
/** Enough for about a million runs of one program. */
const TIMES = 32;
const MOST_OPS = 3;
const STATUS_INTERVAL = 250;

/** Campaigns on real threads: how often which outcome comes, and whether the model knows it. */
export async function threadsCommand(
  names: readonly string[],
  options: ThreadsOptions,
  io: Io,
): Promise<number> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const chosen = await racedTargets(names, options);
  io.err(`seed ${seed}; ${chosen.length} target${chosen.length === 1 ? '' : 's'} on real threads\n`);
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
  });
  // A number of programs, or of races of one, is a bound as well.
  const isBounded = options.iterations !== undefined || options.program !== undefined;
  const time = options.time ?? (isBounded ? Number.POSITIVE_INFINITY : DEFAULT_TIME);
  const screen = await liveScreen(io);
  const raced: Raced[] = [];
  for (const one of chosen) {
    raced.push(await raceTarget(one, options, seed, time / chosen.length, () => interrupted, screen, io));
    if (interrupted || raced.at(-1)!.store.unsaved.length > 0) break;
  }
  screen.done();
  summarise(raced, options, io);
  const unsaved = raced.flatMap(({ store }) => store.unsaved);
  if (unsaved.length > 0) {
    reportUnsaved(unsaved, io);
    return EXIT.USAGE;
  }
  return interrupted ? EXIT.INTERRUPTED : exitCode(raced, io);
}

/** Schemes are refused when they are named, and left out when nothing is. */
async function racedTargets(names: readonly string[], options: ThreadsOptions): Promise<ChosenTarget[]> {
  const chosen = await chooseTargets(names, options);
  const counters = chosen.filter(({ target }) => target.subject.kind === 'counter');
  const isNamed = names.length > 0 || options.before !== undefined;
  const scheme = chosen.find((one) => !counters.includes(one));
  if (isNamed && scheme) {
    throw new InputError(
      'command line',
      `"${scheme.target.name}" compares protocols; on real threads only counters can be run`,
    );
  }
  if (options.program !== undefined && counters.length !== 1) {
    throw new InputError('command line', 'a program needs one target; name it');
  }
  return counters;
}

async function raceTarget(
  chosen: ChosenTarget,
  options: ThreadsOptions,
  seed: number,
  time: number,
  isInterrupted: () => boolean,
  screen: Screen,
  io: Io,
): Promise<Raced> {
  const harness = harnessOf(chosen.target);
  const folder = join(options.state ?? DEFAULT_STATE, 'raw-findings');
  const store = new FindingStore(chosen, options.corpus, folder, screen, io);
  store.takeUp(harness);
  const totals = { ...NONE };
  const hits = new Map<string, DivergenceRow>();
  const started = performance.now();
  const program = options.program === undefined ? undefined : programIn(harness, options.program);
  const most =
    options.iterations ?? (program && options.time === undefined ? TIMES : Number.POSITIVE_INFINITY);
  const isStopped = () =>
    isInterrupted() ||
    store.unsaved.length > 0 ||
    totals.programs >= most ||
    performance.now() - started >= time;
  let whole: StressReport | undefined;
  let statusDue = 0;
  const reports = stress(harness, racersOf(harness), {
    seed,
    isStopped,
    maxOps: Math.min(options.maxOps ?? MOST_OPS, MOST_OPS),
    ...(options.maxThreads === undefined ? {} : { threads: options.maxThreads }),
    ...(program && { programs: forever(program) }),
  });
  for await (const report of reports) {
    add(totals, hits, report, chosen, store);
    for (const rawFinding of report.rawFindings) {
      store.keep(rawFinding, harness, { by: 'threads', seed, iteration: report.number });
    }
    if (program) whole = whole ? joinedReports(whole, report) : report;
    else if (isLoud(report)) {
      screen.done();
      for (const line of stressReport(harness, report, io.style)) io.out(`${line}\n`);
    }
    const now = performance.now();
    if (now >= statusDue) {
      statusDue = now + STATUS_INTERVAL;
      screen.update(() => status(chosen, totals, now - started));
    }
  }
  screen.done();
  if (whole) {
    countOutcomesOnce(totals, whole);
    for (const line of stressReport(harness, whole, io.style)) io.out(`${line}\n`);
  }
  return { ...chosen, harness, totals, hits, store, seconds: (performance.now() - started) / 1000 };
}

function add(
  totals: Totals,
  hits: Map<string, DivergenceRow>,
  report: StressReport,
  { target }: ChosenTarget,
  { known }: FindingStore,
): void {
  totals.programs++;
  totals.stopped += report.stopped;
  addRace(totals, report, (divergence, count) => {
    const signature = signatureOf(divergence);
    const before = hits.get(signature)?.count ?? 0;
    hits.set(signature, {
      target: target.name,
      divergence,
      isNew: !known.has(signature),
      count: before + count,
    });
  });
}

function status({ target }: ChosenTarget, totals: Totals, elapsed: number): string {
  const perSecond = compact((totals.runs / Math.max(elapsed, 1)) * 1000);
  return `${target.name}  ${perSecond} runs/s  ${totals.programs} programs  ${compact(totals.windowRuns)} in windows  unreachable ${totals.unreachable}`;
}

function summarise(raced: readonly Raced[], options: ThreadsOptions, io: Io): void {
  const rows = raced.flatMap(({ hits }) => [...hits.values()]);
  io.out(`${rows.length > 0 ? divergenceTable(rows, io.style) : 'no divergence'}\n`);
  const what = options.program === undefined ? 'programs' : 'races of one program';
  for (const one of raced) io.out(`${summaryLine(one, what, io)}\n`);
  if (!options.json) return;
  const targets = raced.map(({ target, totals, seconds, hits, store }) => ({
    target: target.name,
    seconds,
    ...totals,
    divergences: [...hits].map(([signature, { divergence, count, isNew }]) => ({
      ...divergence,
      count,
      isNew,
      case: store.fresh.get(signature)?.path ?? store.known.get(signature),
    })),
  }));
  io.out(`${JSON.stringify({ engine: 'threads', targets })}\n`);
}

function summaryLine({ target, totals, seconds }: Raced, what: string, io: Io): string {
  const { programs, runs, outcomes, windows, windowRuns, unreachable, unknown, stopped, failed } = totals;
  return [
    `${target.name}: ${compact(programs)} ${what}, ${compact(runs)} runs in ${seconds.toFixed(1)} s (${compact(runs / seconds)} runs/s)`,
    `${compact(outcomes)} outcomes, ${compact(windows)} of them in windows (${compact(windowRuns)} runs)`,
    unreachable > 0 ? io.style.red(`${unreachable} UNREACHABLE`) : 'none unreachable',
    ...(unknown > 0 ? [`${unknown} not judged`] : []),
    ...(stopped > 0 ? [`${stopped} ops stopped`] : []),
    ...(failed > 0 ? [`${failed} programs failed`] : []),
  ].join('; ');
}

function exitCode(raced: readonly Raced[], io: Io): number {
  if (raced.some(({ totals, store }) => totals.unreachable > 0 || store.fresh.size > 0)) return EXIT.FOUND;
  const idle = raced.filter(({ totals }) => totals.runs === 0);
  if (idle.length > 0) {
    const idleNames = idle.map(({ target }) => target.name).join(', ');
    io.err(`refuzz: nothing was run for ${idleNames}; give it more time\n`);
  }
  const isUndecided = raced.some(({ totals }) => totals.unknown + totals.failed > 0);
  return idle.length > 0 || isUndecided ? EXIT.UNDECIDED : EXIT.OK;
}
