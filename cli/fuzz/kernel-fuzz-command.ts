import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { differenceLine } from '../../export/report/booted-report.ts';
import { compact, type DivergenceRow, divergenceTable } from '../../export/report/report.ts';
import { stressReport } from '../../export/report/stress-report.ts';
import { Agreement, type AgreementEnd, type Difference } from '../../fuzz/booted/agreement.ts';
import { bisect, part } from '../../fuzz/booted/bisect.ts';
import { bootedTarget, familyOf } from '../../fuzz/booted/booted-subject.ts';
import { BootedThreadGroup } from '../../fuzz/booted/booted-thread-group.ts';
import { type Crash, storeCrash } from '../../fuzz/booted/crash.ts';
import { deathLine, KernelSession } from '../../fuzz/booted/kernel-session.ts';
import { type Batch, bootedCalls } from '../../fuzz/booted/sequential.ts';
import { formatProgram } from '../../fuzz/case/program-text.ts';
import { RandomChoices } from '../../fuzz/program/choices.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { joinedReports } from '../../fuzz/stress/joined-reports.ts';
import type { Race } from '../../fuzz/stress/race.ts';
import { type StressReport, stress } from '../../fuzz/stress/stress.ts';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { BootError, type Death } from '../../targets/booted/booted-kernel.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { reportBootError } from '../case/booted-replay-command.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen, type Screen } from '../io/live-screen.ts';
import { shellWord } from '../io/shell-word.ts';
import { type BootFlags, bootOptions, installationOf } from '../kernel/boot-options.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { reportUnsaved } from '../target/news.ts';
import { FindingStore } from './finding-store.ts';
import { addRace, countOutcomesOnce, forever, isLoud, programIn, type RaceTotals } from './race-totals.ts';

export interface KernelFuzzOptions extends CodeOptions, BootFlags {
  /** Milliseconds, shared by the targets in equal parts. */
  readonly time?: number;
  /** Rounds of each target: a batch of sequential programs, and some that race; with `program`, how often it is raced. */
  readonly iterations?: number;
  readonly seed?: number;
  readonly corpus?: string;
  readonly state?: string;
  readonly maxThreads?: number;
  readonly maxOps?: number;
  /** Race this program only. */
  readonly program?: string;
  /** Milliseconds without progress after which a guest counts as hung. */
  readonly watchdog?: number | undefined;
  readonly json?: boolean;
}

const DEFAULT_STATE = join('.refuzz', 'kernel');
const DEFAULT_TIME = 60_000;
/** Of a round: sequential ops, and programs that race. */
const OPS_PER_ROUND = 1 << 18;
const RACES_PER_ROUND = 8;
const CELLS_PER_PROGRAM = 8192;
/** With one program: races of it, when nothing else is said. */
const TIMES = 16;
const MOST_OPS = 3;
/** What brings so many guests down need not be looked for any more. */
const MOST_CRASHES = 8;
/** Of a batch whose end does not come again, the programs up to the one that the guest had got to: so many. */
const LAST_PROGRAMS = 100;
const DIFFERENCES_SHOWN = 8;
const STATUS_INTERVAL = 250;
/** It is written after one release, and the kernel may be of another. */
const MODEL = 'refcount/v5.5';
const OTHER_RELEASE =
  'the model is of 6.11 and later; for the C of an older release: refuzz fuzz kernel-vs-atomic --engine kernel --kernel PATH';

/** A target, as far as it has been run. */
interface TargetRun {
  readonly chosen: ChosenTarget;
  readonly harness: Harness;
  readonly store: FindingStore;
  readonly hits: Map<string, DivergenceRow>;
  /** By op and old value, in words. */
  readonly differences: Map<string, Difference>;
  readonly totals: Totals;
  seconds: number;
}

interface Totals extends RaceTotals {
  ops: number;
  sequential: number;
  /** Nanoseconds of the guest's for sequential programs. */
  busy: number;
  different: number;
  raced: number;
}

/** What all targets share. */
interface Session {
  readonly kernels: KernelSession;
  readonly options: KernelFuzzOptions;
  readonly seed: number;
  readonly screen: Screen;
  readonly io: Io;
  /** Paths of what brought guests down. */
  readonly crashes: string[];
  interrupted: boolean;
  release: string;
}

/** Campaigns in a booted kernel: sequential programs by the million, and programs that race on its threads. */
export async function kernelFuzzCommand(
  names: readonly string[],
  options: KernelFuzzOptions,
  io: Io,
): Promise<number> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const chosen = await bootedTargets(names, options);
  const kernels = new KernelSession(installationOf(options), {
    ...bootOptions(options),
    ...(options.watchdog === undefined ? {} : { patience: options.watchdog }),
  });
  const screen = await liveScreen(io);
  const session: Session = {
    kernels,
    options,
    seed,
    screen,
    io,
    crashes: [],
    interrupted: false,
    release: '',
  };
  io.onInterrupt(() => {
    session.interrupted = true;
    void kernels.close();
  });
  const runs: TargetRun[] = [];
  try {
    session.release = (await kernels.kernel()).release;
    io.err(
      `seed ${seed}; ${chosen.length} target${chosen.length === 1 ? '' : 's'} in Linux ${session.release}\n`,
    );
    const isBounded = options.iterations !== undefined || options.program !== undefined;
    const time = options.time ?? (isBounded ? Number.POSITIVE_INFINITY : DEFAULT_TIME);
    for (const one of chosen) {
      const target = bootedTarget(one.target, (await kernels.kernel()).ops);
      const harness = harnessOf(target);
      const folder = join(options.state ?? DEFAULT_STATE, 'raw-findings');
      const store = new FindingStore({ ...one, target }, options.corpus, folder, screen, io);
      const run: TargetRun = {
        chosen: one,
        harness,
        store,
        hits: new Map(),
        differences: new Map(),
        totals: noTotals(),
        seconds: 0,
      };
      runs.push(run);
      await search(run, time / chosen.length, session);
      if (isOver(session, run)) break;
    }
  } catch (error) {
    if (!session.interrupted) {
      if (!(error instanceof BootError)) throw error;
      screen.done();
      if (runs.length > 0) summarise(runs, session);
      return reportBootError(error, io);
    }
  } finally {
    await kernels.close();
    screen.done();
  }
  summarise(runs, session);
  const unsaved = runs.flatMap(({ store }) => store.unsaved);
  if (unsaved.length > 0) {
    reportUnsaved(unsaved, io);
    return EXIT.USAGE;
  }
  return session.interrupted ? EXIT.INTERRUPTED : exitCode(runs, session);
}

function noTotals(): Totals {
  return {
    ops: 0,
    sequential: 0,
    busy: 0,
    different: 0,
    raced: 0,
    runs: 0,
    outcomes: 0,
    windows: 0,
    windowRuns: 0,
    unreachable: 0,
    unknown: 0,
    failed: 0,
  };
}

/** What a kernel does not have is refused when it is named, and left out when nothing is. */
async function bootedTargets(names: readonly string[], options: KernelFuzzOptions): Promise<ChosenTarget[]> {
  const chosen = await chooseTargets(names, options);
  const fitting = chosen.filter(({ target }) => familyOf(target.subject) !== undefined);
  const isNamed = names.length > 0 || options.before !== undefined;
  const other = chosen.find((one) => !fitting.includes(one));
  if (isNamed && other) {
    throw new InputError(
      'command line',
      `"${other.target.name}" tests ${other.target.subject.name}; a booted kernel has atomic, refcount/v5.5, kernel/refcount and kernel/kref`,
    );
  }
  if (options.program !== undefined && fitting.length !== 1) {
    throw new InputError('command line', 'a program needs one target; name it');
  }
  return fitting;
}

function isOver({ interrupted, crashes }: Session, { store }: TargetRun): boolean {
  return interrupted || crashes.length >= MOST_CRASHES || store.unsaved.length > 0;
}

async function search(run: TargetRun, time: number, session: Session): Promise<void> {
  const { harness, store, totals } = run;
  const { options, seed, kernels } = session;
  store.takeUp(harness);
  const program = options.program === undefined ? undefined : programIn(harness, options.program);
  const most =
    options.iterations ?? (program && options.time === undefined ? TIMES : Number.POSITIVE_INFINITY);
  const family = familyOf(run.chosen.target.subject)!;
  const agreement = new Agreement(harness, family, { ops: OPS_PER_ROUND });
  const races = new Races(run, program, session);
  const started = performance.now();
  let whole: StressReport | undefined;
  let statusDue = 0;
  const isDue = () => performance.now() - started >= time || isOver(session, run);
  for (let round = 0; round < most && !isDue(); round++) {
    if (!program) {
      const kernel = await kernels.kernel();
      const end = await agreement.run(kernel, new RandomChoices(seed, round), (call, old, divergences) =>
        unjudged(run, call, old, divergences, session, round),
      );
      if (session.interrupted) break;
      if (end.kind === 'died') await narrowDown(run, end.batch, end.death, session);
      else countAgreement(run, end);
    }
    for (let race = 0; race < (program ? 1 : RACES_PER_ROUND) && !isDue(); race++) {
      const report = await races.next();
      if (!report || session.interrupted) break;
      countRace(run, report, session);
      const fatal = await races.fatal();
      if (session.interrupted) break;
      if (fatal) keepRace(run, fatal.race, fatal.death, fatal.isReproduced, session);
      if (program) whole = whole ? joinedReports(whole, report) : report;
    }
    const now = performance.now();
    run.seconds = (now - started) / 1000;
    if (now >= statusDue) {
      statusDue = now + STATUS_INTERVAL;
      session.screen.update(() => status(run, totals));
    }
  }
  await races.end();
  session.screen.done();
  if (whole) {
    countOutcomesOnce(totals, whole);
    print(session.io, stressReport(harness, whole, session.io.style));
  }
}

/** A race during which the guest died. */
interface Fatal {
  readonly race: Omit<Race, 'thread'>;
  readonly death: Death;
}

/** Programs that race, and those among them that brought the guest down. */
class Races {
  readonly #threadGroup: BootedThreadGroup;
  readonly #reports: AsyncGenerator<StressReport, void>;
  #fatal: Fatal | undefined;

  constructor(
    { harness, chosen }: TargetRun,
    program: Program | undefined,
    { options, seed, kernels }: Session,
  ) {
    const family = familyOf(chosen.target.subject)!;
    this.#threadGroup = new BootedThreadGroup(kernels, family, (race, death) => {
      this.#fatal = { race, death };
    });
    this.#reports = stress(
      harness,
      { hire: async () => this.#threadGroup },
      {
        seed,
        cores: options.cpus ?? 2,
        cellsPerProgram: CELLS_PER_PROGRAM,
        maxOps: Math.min(options.maxOps ?? MOST_OPS, MOST_OPS),
        ...(options.maxThreads === undefined ? {} : { threads: options.maxThreads }),
        ...(program && { programs: forever(program) }),
      },
    );
  }

  /** Runs the next program. */
  async next(): Promise<StressReport | undefined> {
    this.#fatal = undefined;
    const { value } = await this.#reports.next();
    return value ?? undefined;
  }

  /** What the last program did to the guest, if it brought it down; and whether it does so again, in a fresh one. */
  async fatal(): Promise<(Fatal & { readonly isReproduced: boolean }) | undefined> {
    const first = this.#fatal;
    if (!first) return undefined;
    this.#fatal = undefined;
    await this.#threadGroup.race(first.race);
    return { ...(this.#fatal ?? first), isReproduced: this.#fatal !== undefined };
  }

  async end(): Promise<void> {
    await this.#reports.return(undefined);
  }
}

/** An op alone diverges from the reference, in the kernel as in the model. */
function unjudged(
  run: TargetRun,
  call: number,
  old: number,
  divergences: readonly Divergence[],
  { seed }: Session,
  round: number,
): void {
  for (const divergence of divergences) {
    hit(run, divergence, 1);
    const rawFinding = { divergence, program: { start: old, threads: [[call]] }, schedule: undefined };
    run.store.keep(rawFinding, run.harness, { by: 'kernel', seed, iteration: round });
  }
}

function hit({ hits, harness, store }: TargetRun, divergence: Divergence, count: number): void {
  const signature = signatureOf(divergence);
  const before = hits.get(signature)?.count ?? 0;
  const isNew = !store.known.has(signature);
  hits.set(signature, { target: harness.target.name, divergence, isNew, count: before + count });
}

function countAgreement(run: TargetRun, end: Extract<AgreementEnd, { kind: 'done' }>): void {
  const { totals, harness, differences } = run;
  totals.ops += end.ops;
  totals.sequential += end.programs;
  totals.busy += end.nanoseconds;
  totals.different += end.different;
  for (const difference of end.differences) {
    differences.set(`${harness.alphabet.format(difference.call)} ${difference.old}`, difference);
  }
}

function countRace(run: TargetRun, report: StressReport, { options, screen, io, seed }: Session): void {
  const { totals, store, harness } = run;
  totals.raced++;
  addRace(totals, report, (divergence, count) => hit(run, divergence, count));
  for (const rawFinding of report.rawFindings) {
    store.keep(rawFinding, harness, { by: 'kernel', seed, iteration: report.number });
  }
  if (options.program !== undefined || !isLoud(report)) return;
  screen.done();
  print(io, stressReport(harness, report, io.style));
}

function keepRace(
  run: TargetRun,
  { start, threads }: Omit<Race, 'thread'>,
  death: Death,
  isReproduced: boolean,
  session: Session,
): void {
  const { alphabet } = run.harness;
  const calls = threads.map((ops) => ops.map(({ op, a, b }) => alphabet.id(op, a, b)));
  keepCrash(run, [{ start, threads: calls }], death, isReproduced, session);
}

/** A guest died of a batch: which of its programs was it? */
async function narrowDown(run: TargetRun, batch: Batch, death: Death, session: Session): Promise<void> {
  const { kernels, screen, io } = session;
  screen.done();
  io.err(`the guest died (${deathLine(death)}); looking for the program that did it\n`);
  const family = familyOf(run.chosen.target.subject)!;
  await kernels.end();
  const calls = bootedCalls(await kernels.kernel(), family, run.harness.alphabet).words;
  const culprit = await bisect(kernels, calls, batch, death, () => session.interrupted);
  if (session.interrupted) return;
  const { isReproduced } = culprit;
  const last = Math.min(death.progress + 1, batch.starts.length);
  const [from, to] = isReproduced ? [culprit.from, culprit.to] : [Math.max(0, last - LAST_PROGRAMS), last];
  keepCrash(run, programsOf(part(batch, from, to)), culprit.death, isReproduced, session);
}

function programsOf({ starts, lengths, ops }: Batch): Program[] {
  let at = 0;
  return [...starts].map((start, program) => {
    const calls = [...ops.subarray(at, at + lengths[program]!)];
    at += lengths[program]!;
    return { start, threads: [calls] };
  });
}

function keepCrash(
  run: TargetRun,
  programs: readonly Program[],
  death: Death,
  isReproduced: boolean,
  session: Session,
): void {
  const { harness, chosen } = run;
  const { options, release, seed, io, screen } = session;
  const crash: Crash = {
    target: harness.target.name,
    kernel: release,
    death,
    programs: programs.map((program) => formatProgram(harness, program)),
    isReproduced,
    seed,
  };
  screen.done();
  const path = storeCrash(join(options.state ?? DEFAULT_STATE, 'crashes'), crash);
  session.crashes.push(path);
  const again = isReproduced ? '' : '; it did not come again in a fresh guest';
  io.out(`${io.style.red('guest down')} ${deathLine(death)}${again}\n  kept in ${path}\n`);
  if (programs.length > 1)
    io.out(`  the last ${programs.length} programs; it could not be narrowed down to one\n`);
  else {
    const text = shellWord(crash.programs[0]!);
    io.out(
      `  refuzz fuzz ${shellWord(harness.target.name)}${chosen.flags} --engine kernel --program ${text}\n`,
    );
  }
}

function status({ harness }: TargetRun, totals: Totals): string {
  return `${harness.target.name}  ${compact(totals.ops)} ops, ${totals.different} differ  ${compact(totals.runs)} races, ${compact(totals.windowRuns)} in windows  unreachable ${totals.unreachable}`;
}

function summarise(runs: readonly TargetRun[], session: Session): void {
  const { io, options, release, kernels, crashes } = session;
  const rows = runs.flatMap(({ hits }) => [...hits.values()]);
  io.out(`${rows.length > 0 ? divergenceTable(rows, io.style) : 'no divergence'}\n`);
  for (const run of runs) print(io, summaryLines(run, release, io));
  if (crashes.length > 0)
    io.out(`${io.style.red(`${crashes.length} guests died`)}; ${kernels.boots} boots\n`);
  if (!options.json) return;
  const targets = runs.map(({ harness, totals, seconds, hits, store, differences }) => ({
    target: harness.target.name,
    seconds,
    ...totals,
    differences: [...differences.values()].map((one) => ({
      ...one,
      call: harness.alphabet.format(one.call),
    })),
    divergences: [...hits].map(([signature, { divergence, count, isNew }]) => ({
      ...divergence,
      count,
      isNew,
      case: store.fresh.get(signature)?.path ?? store.known.get(signature),
    })),
  }));
  io.out(`${JSON.stringify({ engine: 'kernel', release, boots: kernels.boots, crashes, targets })}\n`);
}

function summaryLines(
  { harness, totals, seconds, differences }: TargetRun,
  release: string,
  io: Io,
): string[] {
  const { ops, sequential, busy, different, raced, runs, outcomes, windows, windowRuns, unreachable } =
    totals;
  const perSecond = compact((ops / Math.max(busy, 1)) * 1e9);
  const { name, subject } = harness.target;
  const told = [...differences.values()].slice(0, DIFFERENCES_SHOWN);
  const sequentially = `${compact(sequential)} programs, ${compact(ops)} ops (${perSecond} ops/s in the guest)`;
  return [
    ...(ops === 0
      ? []
      : [
          `${name}, one after another: ${sequentially}; ${
            different > 0
              ? io.style.red(`${compact(different)} ops DIFFER from ${subject.name}`)
              : `all as ${subject.name} does`
          }`,
        ]),
    ...told.map((difference) => `  ${differenceLine(harness, difference)}`),
    ...(different > 0 && subject.name === MODEL ? [`  ${OTHER_RELEASE}`] : []),
    ...(differences.size > told.length ? [`  and ${differences.size - told.length} more`] : []),
    [
      `${name}, racing in Linux ${release}: ${compact(raced)} programs, ${compact(runs)} runs`,
      `${compact(outcomes)} outcomes, ${compact(windows)} of them in windows (${compact(windowRuns)} runs)`,
      unreachable > 0 ? io.style.red(`${unreachable} UNREACHABLE`) : 'none unreachable',
      ...(totals.unknown > 0 ? [`${totals.unknown} not judged`] : []),
      ...(totals.failed > 0 ? [`${totals.failed} programs failed`] : []),
      `${seconds.toFixed(1)} s`,
    ].join('; '),
  ];
}

function print(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.out(`${line}\n`);
}

function exitCode(runs: readonly TargetRun[], { crashes, io }: Session): number {
  const isNews = ({ totals, store }: TargetRun) =>
    totals.unreachable > 0 || totals.different > 0 || store.fresh.size > 0;
  if (crashes.length > 0 || runs.some(isNews)) return EXIT.FOUND;
  const idle = runs.filter(({ totals }) => totals.ops + totals.runs === 0);
  if (idle.length > 0) {
    io.err(`refuzz: nothing was run for ${idle.map(({ harness }) => harness.target.name).join(', ')}\n`);
  }
  const isUndecided = runs.some(({ totals }) => totals.unknown + totals.failed > 0);
  return idle.length > 0 || isUndecided ? EXIT.UNDECIDED : EXIT.OK;
}
