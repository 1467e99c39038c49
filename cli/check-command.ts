import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compact, divergenceTable } from '../export/report.ts';
import { scopeSummary } from '../export/scope-report.ts';
import { EMPTY_TALLY, joined, ScopeChecker, type ScopeKey, type ScopeTally } from '../fuzz/check-scope.ts';
import { storeCase } from '../fuzz/corpus.ts';
import { runJobs, workerPath } from '../fuzz/crew.ts';
import { type Decider, deciderOf } from '../fuzz/decide.ts';
import { costOf } from '../fuzz/explore/witness.ts';
import { type Harness, harnessOf } from '../fuzz/harness.ts';
import { Machine } from '../fuzz/machine.ts';
import { makeCase } from '../fuzz/make-case.ts';
import { Scope, type ScopeSize } from '../fuzz/scope.ts';
import { type DecidedPart, openJournal, type ScopeJournal } from '../fuzz/scope-journal.ts';
import type { ScopePart, ScopeSetup } from '../fuzz/scope-worker.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { type ChosenTarget, chooseTargets } from './find-target.ts';
import { EXIT, type Io } from './io.ts';
import { knownKeys } from './known-keys.ts';
import { liveScreen, type Screen } from './live-screen.ts';
import { version } from './version.ts';

export interface CheckOptions {
  readonly threads: number;
  readonly ops: number;
  readonly workers: number;
  readonly limit: number;
  readonly corpus?: string;
  readonly state?: string;
  readonly json?: boolean;
}

/** A divergence of a scope, with the case that shows it. */
interface Finding {
  readonly divergence: Divergence;
  readonly isNew: boolean;
  readonly case: string | undefined;
  /** Of the cheapest schedule of the smallest program. */
  readonly preemptions: number;
}

/** What a check of one target came to. */
interface Checked {
  readonly chosen: ChosenTarget;
  readonly scope: Scope;
  readonly tally: ScopeTally;
  readonly findings: readonly Finding[];
  readonly seconds: number;
  readonly interrupted: boolean;
}

const STATUS_INTERVAL = 250;

/** Decides every program of a size, one target after the other. */
export async function checkCommand(names: readonly string[], options: CheckOptions, io: Io): Promise<number> {
  const chosen = chooseTargets(names);
  if (options.state !== undefined && chosen.length > 1) {
    io.err('refuzz: --state is the file of one check; name one target\n');
    return EXIT.USAGE;
  }
  const signal = { interrupted: false };
  io.onInterrupt(() => {
    signal.interrupted = true;
  });
  const all: Checked[] = [];
  for (const target of chosen) {
    const checked = await checkTarget(target, options, signal, io);
    report(checked, options, io);
    all.push(checked);
    if (signal.interrupted) break;
  }
  if (options.json) io.out(`${JSON.stringify(asJson(all, chosen.length))}\n`);
  return exitCode(all);
}

async function checkTarget(
  chosen: ChosenTarget,
  options: CheckOptions,
  signal: { readonly interrupted: boolean },
  io: Io,
): Promise<Checked> {
  const { target } = chosen;
  const size: ScopeSize = { threads: Math.min(options.threads, target.threads), ops: options.ops };
  const harness = harnessOf(target);
  const scope = new Scope(harness, size);
  const path = options.state ?? join('.refuzz', `check-${target.name}-${size.threads}x${size.ops}.jsonl`);
  const journal = openJournal(path, target, size, options.limit, version());
  const started = performance.now();
  io.err(opening(target.name, scope, journal, path));
  const screen = await liveScreen(io);
  let tally = journal.decided.map((part) => part.tally).reduce(joined, EMPTY_TALLY);
  const resumed = tally.programs;
  let statusDue = 0;
  for await (const part of decidedParts(chosen, scope, journal, options)) {
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
  const findings = keep(chosen, harness, tally, options, screen, io);
  const complete = tally.programs === scope.programs;
  if (complete) journal.remove();
  else io.err(`progress is kept in ${path}; the same command goes on from there\n`);
  const seconds = (performance.now() - started) / 1000;
  return { chosen, scope, tally, findings, seconds, interrupted: !complete };
}

function opening(name: string, scope: Scope, { decided }: ScopeJournal, path: string): string {
  const { threads, ops } = scope.size;
  const head = `${name}: ${scope.programs} programs of up to ${threads} × ${ops}`;
  const done = decided.reduce((sum, { from, to }) => sum + to - from, 0);
  return done > 0 ? `${head}, of which ${path} has ${done} already\n` : `${head}\n`;
}

/** The parts of the scope that are still open, decided one by one: here, or on worker threads. */
async function* decidedParts(
  { target, file }: ChosenTarget,
  scope: Scope,
  { decided }: ScopeJournal,
  { workers, limit }: CheckOptions,
): AsyncGenerator<DecidedPart> {
  const parts = openParts(scope, decided);
  if (workers === 1) {
    const checker = new ScopeChecker(harnessOf(target), scope.size, limit);
    for (const part of parts) {
      yield { ...part, tally: checker.check(part.from, part.to) };
      // Signals are only heard between turns.
      await setImmediate();
    }
    return;
  }
  const setup: ScopeSetup = { target: target.name, file, size: scope.size, limit };
  for await (const { job, answer } of runJobs<ScopePart, ScopeTally>(
    workerPath('scope-worker'),
    setup,
    parts,
    workers,
  )) {
    yield { ...job, tally: answer };
  }
}

/** Some hundred parts, so that progress shows and little is lost; not too small, so that workers do not wait. */
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

function status(scope: Scope, tally: ScopeTally, resumed: number, seconds: number, io: Io): string {
  const done = tally.programs / scope.programs;
  const rate = (tally.programs - resumed) / seconds;
  const left = Math.ceil((scope.programs - tally.programs) / rate);
  return [
    `${io.style.bold(`${(100 * done).toFixed(1)} %`)}  ${compact(rate)} programs/s  ${compact(tally.states)} states`,
    `${Object.keys(tally.keys).length} keys  ${tally.undecided} undecided  about ${duration(left)} left`,
  ].join('   ');
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Makes a minimal case for each key that is new, and stores it. */
function keep(
  { target, file }: ChosenTarget,
  harness: Harness,
  { keys }: ScopeTally,
  options: CheckOptions,
  screen: Screen,
  io: Io,
): Finding[] {
  const { folder, known } = knownKeys(options.corpus, target.name);
  const decider = deciderOf(harness);
  const inOrder = Object.entries(keys).sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.map(([key, found]) => {
    const made = caseOf(harness, decider, found);
    const path = known.get(key);
    if (path !== undefined) return { ...made, isNew: false, case: path };
    const stored = storeCase(folder, made.case);
    const { op, boundary, kind, judgement } = found.divergence;
    screen.done();
    io.err(
      `new  ${target.name}: ${op} at ${boundary}, ${kind}, ${judgement}   refuzz show ${stored}${file ? ` --target-file ${file}` : ''}\n`,
    );
    return { ...made, isNew: true, case: stored };
  });
}

function caseOf(harness: Harness, decider: Decider, { divergence, program: text }: ScopeKey) {
  const program = {
    start: text.start,
    threads: text.threads.map((ops) => ops.map((op) => harness.alphabet.parse(op))),
  };
  const schedule = decider.cheapest(program, divergence)?.schedule;
  const { preemptions } = costOf(new Machine(harness.subject), program, schedule ?? []);
  return {
    divergence,
    preemptions,
    case: makeCase(harness, divergence, program, schedule, { by: 'exhaustive' }),
  };
}

function report(
  { chosen, scope, tally, findings, seconds, interrupted }: Checked,
  options: CheckOptions,
  io: Io,
) {
  const rows = findings.map(({ divergence, isNew }) => ({
    target: chosen.target.name,
    divergence,
    isNew,
    count: 1,
  }));
  if (rows.length > 0) io.out(`${divergenceTable(rows, io.style)}\n`);
  const counts = { scope, tally, seconds, interrupted, limit: options.limit, workers: options.workers };
  for (const line of scopeSummary(chosen.target, counts)) io.out(`${line}\n`);
}

function asJson(all: readonly Checked[], asked: number) {
  const sum = (count: (one: Checked) => number) => all.reduce((total, one) => total + count(one), 0);
  const undecided = sum(({ scope, tally }) => scope.programs - tally.programs + tally.undecided);
  const differing = sum(({ tally }) => tally.differing + tally.losing);
  return {
    programs: sum(({ scope }) => scope.programs),
    decided: sum(({ tally }) => tally.programs - tally.undecided),
    undecided,
    largest: sum(({ scope }) => scope.largest),
    differing: sum(({ tally }) => tally.differing),
    losing: sum(({ tally }) => tally.losing),
    states: sum(({ tally }) => tally.states),
    transitions: sum(({ tally }) => tally.transitions),
    seconds: sum(({ seconds }) => seconds),
    equivalent: all.length === asked && undecided === 0 && differing === 0,
    divergences: all.flatMap(({ chosen, findings }) =>
      findings.map(({ divergence, case: path, preemptions }) => ({
        target: chosen.target.name,
        ...divergence,
        case: path,
        preemptions,
      })),
    ),
  };
}

function exitCode(all: readonly Checked[]): number {
  if (all.some(({ interrupted }) => interrupted)) return EXIT.INTERRUPTED;
  if (all.some(({ findings }) => findings.some(({ isNew }) => isNew))) return EXIT.FOUND;
  return all.some(({ tally }) => tally.undecided > 0) ? EXIT.UNDECIDED : EXIT.OK;
}
