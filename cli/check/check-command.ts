import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { compact } from '../../export/report/report.ts';
import { knownSignatures } from '../../fuzz/case/known-signatures.ts';
import { EMPTY_TALLY, joined, type ScopeTally } from '../../fuzz/check/check-scope.ts';
import type { KeysBySide } from '../../fuzz/check/coverage-watch.ts';
import { Scope, type ScopeSize } from '../../fuzz/check/scope.ts';
import { type DecidedPart, openJournal, type ScopeJournal } from '../../fuzz/check/scope-journal.ts';
import type { ScopePart, ScopeSetup } from '../../fuzz/check/scope-worker.ts';
import { Vacuity } from '../../fuzz/check/vacuity.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { version } from '../../fuzz/storage/version.ts';
import { type MakePool, threadsHere } from '../../fuzz/workers/job-pool.ts';
import { runJobsOn } from '../../fuzz/workers/jobs.ts';
import { codeOf } from '../../fuzz/workers/target-digest.ts';
import { makeFolder } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { withUses } from '../../targets/target/memory.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen } from '../io/live-screen.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { reportUnsaved } from '../target/news.ts';
import { asJson, type Checked, changelogOf, exitCode, report } from './scope-answer.ts';
import { keepFindings } from './scope-findings.ts';
import { NOT_ASKED, soundnessOfSides } from './side-soundness.ts';
import { Stopping } from './stopping.ts';
import { unmetOf } from './unmet.ts';

/** Options of `refuzz check`. */
export interface CheckOptions extends CodeOptions {
  /** Default: 2, or what the target has if that is less. */
  readonly threads?: number;
  /** The most ops of a thread. */
  readonly ops: number;
  /** Threads, 1 or more. */
  readonly workers: number;
  /** Other threads that decide, as those of other machines; then `workers` counts for nothing. */
  readonly makePool?: MakePool | undefined;
  /** The most states of a program on one side. */
  readonly limit: number;
  readonly corpus?: string;
  /** The file that keeps the progress of one target. Default: one in STATE_FOLDER, named by what is checked. */
  readonly state?: string;
  readonly json?: boolean;
  /** Print the table of signatures as well. */
  readonly signatures?: boolean;
  /** What is said never to happen, by the names of vacuity.ts: "equivalent" does not ask for it. */
  readonly never?: readonly string[];
  /** Print the paragraph for a commit message, and nothing else. */
  readonly changelog?: boolean;
}

const DEFAULT_THREADS = 2;
/** Milliseconds. */
const STATUS_INTERVAL = 250;
/** In the working folder: where progress is kept if the user names no file. */
const STATE_FOLDER = '.refuzz';

/** Decides every program of a size, one target after the other. */
export async function checkCommand(names: readonly string[], options: CheckOptions, io: Io): Promise<number> {
  const chosen = (await chooseTargets(names, options)).map((one) => ({
    ...one,
    target: withUses(one.target),
  }));
  if (options.state !== undefined && chosen.length > 1) {
    io.err('refuzz: --state is the file of one check; name one target\n');
    return EXIT.USAGE;
  }
  if (options.never !== undefined && chosen.length > 1)
    throw new InputError('--never', 'is of the ops of one target; name one');
  const signal = new Stopping();
  const all: Checked[] = [];
  for (const target of chosen) {
    if (signal.interrupted) break;
    const checked = await checkTarget(target, options, signal, io);
    if (!options.changelog) report(checked, options, chosen.length > 1, io);
    io.tell(async () => (await import('./check-results.ts')).scopeResults(checked));
    all.push(checked);
  }
  const left = chosen.slice(all.length);
  io.tell(async () =>
    (await import('./check-results.ts')).notBegunResults(left.map(({ target }) => target.name)),
  );
  if (left.length > 0) io.out(`not begun: ${left.map(({ target }) => target.name).join(', ')}\n`);
  const open = left.reduce(
    (sum, { target }) => sum + new Scope(harnessOf(target), sizeFor(target, options)).programs,
    0,
  );
  if (options.changelog) io.out(`${all.map((checked) => changelogOf(checked)).join('\n\n')}\n`);
  if (options.json) io.out(`${JSON.stringify(asJson(all, open))}\n`);
  const unsaved = all.flatMap((checked) => checked.unsaved);
  if (unsaved.length > 0) {
    reportUnsaved(unsaved, io);
    return EXIT.USAGE;
  }
  return left.length > 0 ? EXIT.INTERRUPTED : exitCode(all);
}

/** The size of the scope that was asked for. @throws InputError for more threads than the target has */
export function sizeFor(target: Target, { threads: asked, ops }: CheckOptions): ScopeSize {
  const threads = asked ?? Math.min(DEFAULT_THREADS, target.threads);
  if (threads > target.threads) {
    throw new InputError(
      `target "${target.name}"`,
      `has at most ${target.threads} threads, and --threads asks for ${threads}`,
    );
  }
  return { threads, ops };
}

/**
 * Decides the programs of one target. After a kill the journal has a line for each decided part, and the same command
 * decides the others. When all are decided the cases are stored first, and then the journal goes.
 */
async function checkTarget(
  chosen: ChosenTarget,
  options: CheckOptions,
  signal: Stopping,
  io: Io,
): Promise<Checked> {
  const { target } = chosen;
  const size = sizeFor(target, options);
  // Before hours of work: a corpus that cannot be read should be told at once.
  const corpus = knownSignatures(options.corpus, target);
  const harness = harnessOf(target);
  const scope = new Scope(harness, size);
  const sides = options.before === undefined ? NOT_ASKED : soundnessOfSides(harness, size, options.limit);
  // A name that nothing has should be told at once as well.
  const ask = () => new Vacuity(harness, size, options.limit, options.never, sides.met);
  const stated = options.never && ask();
  // C that was edited since is another check.
  const code = codeOf(target).map((digest) => `-${digest.slice(0, 6)}`);
  const memory = target.memory === undefined ? '' : `-${target.memory}`;
  const name = `check-${target.name}${code.join('')}${memory}-${size.threads}x${size.ops}.jsonl`;
  const path = options.state ?? join(STATE_FOLDER, name);
  const isKept = options.state !== undefined || isWritable(STATE_FOLDER);
  if (!isKept)
    io.err(`${STATE_FOLDER} cannot be written here, so progress is not kept; name a file with --state\n`);
  const journal = isKept ? openJournal(path, target, size, options.limit, version()) : NO_JOURNAL;
  for (const note of journal.notes) io.err(`note   ${note}\n`);
  const started = performance.now();
  io.err(opening(target.name, scope, journal, path));
  const screen = await liveScreen(io);
  let tally = journal.decided.map((part) => part.tally).reduce(joined, EMPTY_TALLY);
  const resumed = tally.programs;
  let statusDue = 0;
  const release = io.onInterrupt(() => signal.stop(), 'the programs under way');
  for await (const part of decidedParts(chosen, scope, journal, options, signal.signal)) {
    journal.append(part);
    tally = joined(tally, part.tally);
    const now = performance.now();
    if (now >= statusDue) {
      statusDue = now + STATUS_INTERVAL;
      screen.update(() => status(scope, tally, resumed, (now - started) / 1000, io));
    }
    if (signal.interrupted) break;
  }
  screen.done();
  const unmet = await unmetOf(
    tally,
    tally.programs < scope.programs ? undefined : () => stated ?? ask(),
    (toMeet) => decidedParts(chosen, scope, NO_JOURNAL, { ...options, toMeet }, signal.signal),
    options,
  );
  for (const note of unmet.notes) io.err(`note   ${note}\n`);
  release();
  // Whoever ended the search for what was never met may want it to go on.
  const isComplete = tally.programs === scope.programs && unmet.isComplete;
  // The smallest program of a signature is known when all have been decided; the journal keeps the signatures until then.
  const { findings, unsaved } = keepFindings(chosen, harness, tally, corpus, isComplete, io);
  if (isComplete && unsaved.length === 0) journal.remove();
  else {
    journal.close();
    if (isKept) io.err(`progress is kept in ${path}; the same command continues from there\n`);
  }
  const seconds = (performance.now() - started) / 1000;
  const { asking } = signal;
  return { chosen, harness, scope, tally, findings, unsaved, seconds, isComplete, asking, sides, unmet };
}

/** Makes the folder if it is not there. */
function isWritable(folder: string): boolean {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the folder cannot be written: progress lives as long as the process. */
const NO_JOURNAL: ScopeJournal = { decided: [], notes: [], append() {}, remove() {}, close() {} };

function opening(name: string, scope: Scope, { decided }: ScopeJournal, path: string): string {
  const { threads, ops } = scope.size;
  const head = `${name}: ${scope.programs} programs of up to ${threads} × ${ops}`;
  const done = decided.reduce((sum, { from, to }) => sum + to - from, 0);
  return done > 0 ? `${head}, of which ${path} has ${done} already\n` : `${head}\n`;
}

/** The parts of the scope that are still open, decided one by one: on worker threads, so that this one hears signals. */
async function* decidedParts(
  { target }: ChosenTarget,
  scope: Scope,
  { decided }: ScopeJournal,
  {
    workers,
    limit,
    toMeet,
    makePool = threadsHere(workers),
  }: CheckOptions & { readonly toMeet?: KeysBySide },
  signal: AbortSignal,
): AsyncGenerator<DecidedPart> {
  const parts = openParts(scope, decided);
  const setup: ScopeSetup = { target: dataOf(target), size: scope.size, limit, ...(toMeet && { toMeet }) };
  const pool = makePool<ScopePart, ScopeTally>({ file: 'check/scope-worker', setup });
  for await (const { job, answer } of runJobsOn(pool, parts, signal)) {
    yield { ...job, tally: answer };
  }
}

/**
 * Some hundred parts, so that progress shows and little is lost; not too small, so that workers do not wait.
 *
 *     100,000 programs                parts of 250; 4,000: of 16; from 1,638,400 on: of 4096
 *     0–250 and 500–750 decided       250–500, 750–1000, …
 */
function* openParts(scope: Scope, decided: readonly ScopePart[]): Generator<ScopePart> {
  const length = Math.min(4096, Math.max(16, Math.ceil(scope.programs / 400)));
  const done = [...decided].sort((one, other) => one.from - other.from);
  let from = 0;
  for (const { from: until, to } of [...done, { from: scope.programs, to: scope.programs }]) {
    for (; from < until; from = Math.min(from + length, until))
      yield { from, to: Math.min(from + length, until) };
    from = Math.max(from, to);
  }
}

/** The rate is this session's; what earlier ones decided counts as done. */
function status(scope: Scope, tally: ScopeTally, resumed: number, seconds: number, io: Io): string {
  const done = tally.programs / scope.programs;
  const rate = (tally.programs - resumed) / seconds;
  const left = Math.ceil((scope.programs - tally.programs) / rate);
  return [
    `${io.style.bold(`${(100 * done).toFixed(1)} %`)}  ${compact(rate)} programs/s  ${compact(tally.states)} states`,
    `${Object.keys(tally.signatures).length} signatures  ${tally.undecided} undecided  about ${duration(left)} left`,
  ].join('   ');
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
