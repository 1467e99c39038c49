import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type CampaignStatus, statusLine, statusScreen } from '../../export/report/campaign-report.ts';
import { compact, type DivergenceRow, divergenceTable } from '../../export/report/report.ts';
import type { CampaignJob, CampaignSetup, Findings, SearchPart } from '../../fuzz/campaign/campaign-jobs.ts';
import { type CampaignHeader, CampaignState } from '../../fuzz/campaign/campaign-state.ts';
import { CURRENT_CELLS } from '../../fuzz/campaign/current-program.ts';
import { type Crash, type Leftovers, Supervisor } from '../../fuzz/campaign/supervisor.ts';
import { TargetCampaign } from '../../fuzz/campaign/target-campaign.ts';
import type { TargetJournal } from '../../fuzz/campaign/target-journal.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { formatCase, parseCase } from '../../fuzz/case/case-file.ts';
import { removeHalfWritten, StorageError, storeCase } from '../../fuzz/case/corpus.ts';
import { formatProgram } from '../../fuzz/case/program-text.ts';
import { MAX_OPS } from '../../fuzz/program/program.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { unpackProgram } from '../../fuzz/run/packed-program.ts';
import { WorkerPool, workerPath } from '../../fuzz/workers/worker-pool.ts';
import { divergenceOf, signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen, type Screen } from '../io/live-screen.ts';
import { shellWord } from '../io/shell-word.ts';
import { version } from '../io/version.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { DEFAULT_CORPUS, knownSignatures } from '../target/known-signatures.ts';
import { newsLine, reportUnsaved } from '../target/news.ts';
import { CampaignWatch, metSignatures, type Runner, totalsOf } from './campaign-watch.ts';

export interface FuzzOptions extends CodeOptions {
  /** Milliseconds. */
  readonly time?: number;
  readonly iterations?: number;
  readonly untilNew?: number;
  readonly seed?: number;
  readonly corpus?: string;
  readonly maxThreads?: number;
  readonly maxOps: number;
  readonly workers?: number;
  /** Milliseconds without progress after which a worker is replaced. */
  readonly watchdog: number;
  readonly feedback: boolean;
  readonly state?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

export const DEFAULT_STATE = join('.refuzz', 'campaign');
const DEFAULT_TIME = 60_000;
const SCREEN_INTERVAL = 250;
const TICK = 1000;
/** Ticks between two lines where nobody watches, and between two samples of the series. */
const LINE_TICKS = 60;
const SAMPLE_TICKS = 10;
/** Megabytes of a worker. They need some hundred; one that takes more is replaced. */
const WORKER_MEMORY = 2048;
/** A timer can wait no longer; after so many days it is set again. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A target, and where its progress is kept. */
interface Stored extends Runner {
  readonly journal: TargetJournal;
}

/** A campaign of this process. */
interface Session {
  readonly state: CampaignState;
  readonly runners: readonly Stored[];
  readonly corpus: string;
  readonly workers: number;
  /** Milliseconds, or Infinity. */
  readonly time: number;
  readonly options: FuzzOptions;
}

export async function fuzzCommand(names: readonly string[], options: FuzzOptions, io: Io): Promise<number> {
  const session = await begin(names, options);
  const { state, runners, corpus } = session;
  const { seed } = state.header;
  const what = `${runners.length} target${runners.length === 1 ? '' : 's'}`;
  const goesOn = options.resume ? '; goes on' : '';
  io.err(`seed ${seed}; ${what}; corpus ${corpus}; state ${state.folder}${goesOn}\n`);
  const screen = await liveScreen(io);
  const before = (state.status as Partial<CampaignStatus> | undefined)?.uptime ?? 0;
  const watch = new CampaignWatch(runners, seed, session.workers, session.time, before);
  let ending: Ending;
  try {
    ending = await run(session, watch, screen, io);
  } finally {
    screen.done();
    state.close();
  }
  if (ending.unsaved) {
    io.err(`The campaign stops here; once there is room, ${resumeCommand(options)} goes on.\n`);
    reportUnsaved([ending.unsaved], io);
  }
  summarise(session, watch.session, io);
  if (ending.unsaved) return EXIT.USAGE;
  if (ending.interrupted) return EXIT.INTERRUPTED;
  return exitCode(runners, io);
}

/** What goes on with this campaign, in the same places. */
function resumeCommand({ state, corpus }: FuzzOptions): string {
  const places = Object.entries({ state, corpus }).filter(([, folder]) => folder !== undefined);
  return ['refuzz fuzz --resume', ...places.map(([name, folder]) => `--${name} ${shellWord(folder!)}`)].join(
    ' ',
  );
}

async function begin(names: readonly string[], options: FuzzOptions): Promise<Session> {
  const folder = options.state ?? DEFAULT_STATE;
  const { state, chosen } = options.resume
    ? await resumed(names, folder, options)
    : await started(names, folder, options);
  try {
    const runners = chosen.map((one, index) => runnerOf(one, index, state, options));
    const isUnbounded = options.iterations !== undefined || options.untilNew !== undefined;
    return {
      state,
      runners,
      corpus: options.corpus ?? DEFAULT_CORPUS,
      workers: options.workers ?? availableParallelism(),
      time: options.time ?? (isUnbounded ? Number.POSITIVE_INFINITY : DEFAULT_TIME),
      options,
    };
  } catch (error) {
    state.close();
    throw error;
  }
}

interface Opened {
  readonly state: CampaignState;
  readonly chosen: readonly ChosenTarget[];
}

async function started(names: readonly string[], folder: string, options: FuzzOptions): Promise<Opened> {
  const { kernel, against, before, after, maxOps, maxThreads, feedback } = options;
  // Wrong names are told before anything is written.
  const chosen = await chooseTargets(names, options);
  const header: Omit<CampaignHeader, 'campaign'> = {
    version: version(),
    seed: options.seed ?? randomInt(2 ** 32),
    maxOps,
    ...(maxThreads === undefined ? {} : { maxThreads }),
    feedback,
    targets: [...names],
    code: JSON.parse(JSON.stringify({ kernel, against, before, after })),
  };
  return { state: CampaignState.create(folder, header, options.state === undefined), chosen };
}

async function resumed(names: readonly string[], folder: string, options: FuzzOptions): Promise<Opened> {
  const state = CampaignState.resume(folder);
  try {
    const { header } = state;
    const other = otherThan(header, names, options);
    if (other !== undefined) {
      throw new InputError(folder, `was started with ${other}; --resume goes on with that: leave it out`);
    }
    return { state, chosen: await targetsOf(state) };
  } catch (error) {
    state.close();
    throw error;
  }
}

/** What a campaign was started with, where the command line asks for something else. */
function otherThan(
  header: CampaignHeader,
  names: readonly string[],
  options: FuzzOptions,
): string | undefined {
  const { seed, maxOps, maxThreads, feedback, targets, code } = header;
  if (names.length > 0 && names.join(' ') !== targets.join(' ')) {
    return `the targets ${targets.join(' ') || 'that are built in'}`;
  }
  const given: Readonly<Record<string, readonly [asked: unknown, was: unknown]>> = {
    seed: [options.seed, seed],
    'max-ops': [options.maxOps === MAX_OPS ? undefined : options.maxOps, maxOps],
    'max-threads': [options.maxThreads, maxThreads],
    kernel: [options.kernel, code.kernel],
    against: [options.against, code.against],
    before: [options.before, code.before],
    after: [options.after, code.after],
  };
  for (const [name, [asked, was]] of Object.entries(given)) {
    if (asked !== undefined && asked !== was) return was === undefined ? `no --${name}` : `--${name} ${was}`;
  }
  return !options.feedback && feedback ? 'feedback' : undefined;
}

/** The targets of a stored campaign. @throws InputError when another version of refuzz made it */
export async function targetsOf({ folder, header }: CampaignState): Promise<ChosenTarget[]> {
  if (header.version !== version()) {
    throw new InputError(
      folder,
      `is of refuzz ${header.version}, and this is ${version()}; start a new campaign`,
    );
  }
  return chooseTargets(header.targets, { ...header.code } as CodeOptions);
}

function runnerOf(chosen: ChosenTarget, index: number, state: CampaignState, options: FuzzOptions): Stored {
  const { target } = chosen;
  const { known } = knownSignatures(options.corpus, target);
  const journal = state.openTarget(target);
  const { progress, parts, found, leftOut } = journal.stored;
  const campaign = new TargetCampaign(
    target.subject.kind,
    options.iterations ?? Number.POSITIVE_INFINITY,
    progress,
  );
  for (const part of parts) campaign.add(part);
  const member = {
    index,
    campaign,
    known: new Set([...known.keys(), ...found.keys()]),
    leftOut: [...leftOut],
  };
  return { chosen, member, known, fresh: new Map(found), journal };
}

interface Ending {
  readonly interrupted: boolean;
  readonly unsaved: StorageError | undefined;
}

async function run(session: Session, watch: CampaignWatch, screen: Screen, io: Io): Promise<Ending> {
  const { state, runners, workers, options } = session;
  const { seed, maxOps, maxThreads, feedback } = state.header;
  const stop = new SharedArrayBuffer(4);
  const setup: CampaignSetup = {
    targets: runners.map(({ chosen }) => dataOf(chosen.target)),
    seed,
    limits: { maxOps, ...(maxThreads === undefined ? {} : { maxThreads }) },
    feedback,
    stop,
  };
  const workerPool = new WorkerPool<CampaignJob, SearchPart | Findings>(
    workerPath('campaign/campaign-worker'),
    setup,
    {
      most: workers,
      limits: { maxOldGenerationSizeMb: WORKER_MEMORY },
      handCells: CURRENT_CELLS,
      patience: options.watchdog,
    },
  );
  const supervisor = new Supervisor(
    runners.map(({ member }) => member),
    workerPool,
    stop,
    {
      rawFinding(member, rawFinding) {
        const runner = runners[member.index]!;
        const signature = signatureOf(rawFinding.divergence);
        if (!runner.fresh.has(signature)) state.rawFindings.keep(nameOf(runner), rawFinding);
      },
      searched(member, part, milliseconds, slot) {
        const runner = runners[member.index]!;
        runner.journal.searched(part);
        watch.searched(runner, part.counts.programs, milliseconds, slot);
      },
      roundEnded(member) {
        const { campaign } = member;
        runners[member.index]!.journal.roundEnded(
          () => campaign.progress,
          () => campaign.openParts,
        );
      },
      made(member, findings) {
        const cases = findings.map((one) => ({ signature: one.signature, text: formatCase(one.case) }));
        runners[member.index]!.journal.made(cases);
      },
      found(member, { signature, case: stored }) {
        const runner = runners[member.index]!;
        const path = keep(session, runner, signature, stored);
        watch.found(nameOf(runner), signature);
        screen.done();
        io.err(newsLine(nameOf(runner), stored.expect.divergence, path, runner.chosen.flags));
        stopIfEnough();
      },
      crashed(member, crash) {
        watch.crashes++;
        screen.done();
        report(runners[member.index]!, crash, state, io);
      },
    },
    () => performance.now(),
  );
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
    supervisor.stop();
  });
  const stopIfEnough = () => {
    const found = runners.reduce((sum, { fresh }) => sum + fresh.size, 0);
    if (found >= (options.untilNew ?? Number.POSITIVE_INFINITY)) supervisor.stop();
  };
  stopIfEnough();
  const timers = watching(session, watch, screen, supervisor, io);
  try {
    for (const runner of runners) keepMade(session, runner);
    const left = runners.map((runner) => [runner.member.index, leftovers(runner, state)] as const);
    const those = (isOwn: boolean): Leftovers =>
      new Map(left.map(([index, all]) => [index, all.filter((one) => (one.seed === seed) === isOwn)]));
    await supervisor.run(those(false), those(true));
    state.writeStatus(watch.status(interrupted ? 'interrupted' : 'done'));
    return { interrupted, unsaved: undefined };
  } catch (error) {
    state.writeStatus(watch.status('failed'));
    if (!(error instanceof StorageError)) throw error;
    return { interrupted, unsaved: error };
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
}

/** Stores a case. @returns its path */
function keep({ state, corpus }: Session, runner: Stored, signature: string, made: Case): string {
  const path = storeCase(corpus, made);
  runner.journal.found(signature, path);
  state.rawFindings.drop(nameOf(runner), made.expect.divergence);
  runner.fresh.set(signature, path);
  return path;
}

/** Stores what the session before this one had made, and could not store any more. */
function keepMade(session: Session, runner: Stored): void {
  for (const { signature, text } of runner.journal.stored.made) {
    runner.member.known.add(signature);
    const made = parseCase(session.state.folder, text);
    // Before: what is kept is not looked at again by a session that comes after a kill.
    removeHalfWritten(session.corpus, made);
    keep(session, runner, signature, made);
  }
}

/** What a session before this one met, and had no time to make a case of. */
function leftovers(runner: Stored, state: CampaignState) {
  const rawFindings = state.rawFindings.of(nameOf(runner));
  const isDone = (signature: string) => runner.known.has(signature) || runner.fresh.has(signature);
  for (const { divergence } of rawFindings) {
    if (isDone(signatureOf(divergence))) state.rawFindings.drop(nameOf(runner), divergence);
  }
  return rawFindings.filter(({ divergence }) => !isDone(signatureOf(divergence)));
}

/** Sets the clock: the end, the screen, the status file, the series. */
function watching(
  { state, time }: Session,
  watch: CampaignWatch,
  screen: Screen,
  supervisor: Supervisor,
  io: Io,
): NodeJS.Timeout[] {
  const ends = performance.now() + time;
  const timers: NodeJS.Timeout[] = [];
  const untilEnd = () => {
    const left = ends - performance.now();
    if (left <= 0) supervisor.stop();
    else timers[0] = setTimeout(untilEnd, Math.min(left, LONGEST_TIMER));
  };
  timers.push(setTimeout(untilEnd, Number.isFinite(time) ? Math.min(time, LONGEST_TIMER) : LONGEST_TIMER));
  timers.push(
    setInterval(() => screen.update(() => statusScreen(watch.status('running'), io.style)), SCREEN_INTERVAL),
  );
  let ticks = 0;
  const tick = () => {
    watch.tick();
    const status = watch.status('running');
    state.writeStatus({ ...status, at: new Date().toISOString() });
    if (ticks % SAMPLE_TICKS === 0) state.addSample(sampleOf(status));
    if (ticks > 0 && ticks % LINE_TICKS === 0 && !io.isTerminal) io.err(`${statusLine(status)}\n`);
    ticks++;
  };
  tick();
  timers.push(setInterval(tick, TICK));
  return timers;
}

function sampleOf({ uptime, counts, signatures, features, pool, memory, crashes }: CampaignStatus) {
  return {
    at: new Date().toISOString(),
    uptime,
    ...counts,
    known: signatures.known,
    new: signatures.new,
    features,
    pool,
    memory,
    crashes,
  };
}

/** A thread has ended: its current program is kept, and the user is told how to look at it. */
function report(runner: Stored, crash: Crash, state: CampaignState, io: Io): void {
  const { chosen, journal } = runner;
  const { how, program: packed, iteration, times, isLeftOut, rawFinding } = crash;
  const target = nameOf(runner);
  const harness = harnessOf(chosen.target);
  const program = packed && formatProgram(harness, unpackProgram(harness, packed));
  const name = `${target}-${rawFinding ? signatureOf(rawFinding.divergence) : (iteration ?? 'start')}`;
  const path = state.keepCrash(name, { target, how, program, iteration, times, isLeftOut, rawFinding });
  if (isLeftOut && packed && !rawFinding) journal.leftOut(packed);
  const what = isLeftOut ? 'it is left out from now on' : 'it is tried again';
  const again = program ? `   refuzz check ${target} --program ${shellWord(program)}` : '';
  io.err(`crash  ${target}: a worker ended (${how}), time ${times}; ${what}: ${path}${again}\n`);
}

function nameOf({ chosen }: Runner): string {
  return chosen.target.name;
}

function summarise({ runners, options }: Session, seconds: number, io: Io): void {
  const rows = runners.flatMap(rowsOf);
  io.out(`${rows.length > 0 ? divergenceTable(rows, io.style) : 'no divergence'}\n`);
  const { iterations, programs, schedules, pairs, decided, undecided, unjudged } = totalsOf(runners);
  const signatures = runners.map(metSignatures);
  const known = signatures.reduce((sum, one) => sum + one.known, 0);
  const fresh = signatures.reduce((sum, one) => sum + one.fresh, 0);
  io.out(
    `${compact(programs)} programs (${compact(decided)} decided), ${compact(schedules)} schedules, ${compact(pairs)} op pairs in ${seconds.toFixed(1)} s`,
  );
  io.out(`; divergences: ${known} known, ${fresh} new`);
  if (unjudged > 0) io.out(`; ${unjudged} runs could not be judged`);
  io.out(undecided > 0 ? `; ${undecided} programs not decided\n` : '\n');
  for (const runner of runners) {
    for (const text of runner.member.campaign.nonTerminating)
      io.out(`non-terminating  ${nameOf(runner)}: ${text}; programs with it are not decided\n`);
  }
  listFresh(runners, io);
  if (options.json)
    io.out(
      `${JSON.stringify({ iterations, seconds, known, new: fresh, decided, undecided, unjudged, nonTerminating: runners.flatMap(nonTerminatingJson), divergences: runners.flatMap(asJson) })}\n`,
    );
}

function nonTerminatingJson(runner: Runner) {
  return [...runner.member.campaign.nonTerminating].map((text) => ({ target: nameOf(runner), text }));
}

const LISTED = 12;

function listFresh(runners: readonly Runner[], io: Io): void {
  const lines = runners.flatMap(({ fresh, chosen }) =>
    [...fresh.values()].map((path) => `${shellWord(path)}${chosen.flags}`),
  );
  for (const line of lines.slice(0, LISTED)) io.out(`  refuzz show ${line}\n`);
  if (lines.length > LISTED) io.out(`  … and ${lines.length - LISTED} more\n`);
}

/** Signatures that were met, and those that only minimising brought to light. */
function signaturesOf({ member, fresh }: Runner): string[] {
  return [...new Set([...member.campaign.hits.keys(), ...fresh.keys()])];
}

function rowsOf(runner: Runner): DivergenceRow[] {
  return signaturesOf(runner).map((signature) => ({
    target: nameOf(runner),
    divergence: divergenceOf(signature)!,
    isNew: runner.fresh.has(signature),
    count: runner.member.campaign.hits.get(signature) ?? 1,
  }));
}

function asJson(runner: Runner) {
  return signaturesOf(runner).map((signature) => ({
    target: nameOf(runner),
    ...divergenceOf(signature)!,
    case: runner.fresh.get(signature) ?? runner.known.get(signature),
  }));
}

function exitCode(runners: readonly Runner[], io: Io): number {
  if (runners.some(({ fresh }) => fresh.size > 0)) return EXIT.FOUND;
  const idle = runners.filter(
    ({ member: { campaign } }) => campaign.counts.programs === campaign.counts.undecided,
  );
  if (idle.length > 0) {
    io.err(`refuzz: nothing was decided for ${idle.map(nameOf).join(', ')}; give it more time\n`);
  }
  const { undecided, unjudged } = totalsOf(runners);
  return idle.length + undecided + unjudged > 0 ? EXIT.UNDECIDED : EXIT.OK;
}
