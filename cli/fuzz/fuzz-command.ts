import {
  answerLine,
  causeJson,
  causeLines,
  causeNameIn,
  judgementLegend,
} from '../../export/report/cause-report.ts';
import { summaryJson } from '../../export/report/engine-json.ts';
import { summaryText } from '../../export/report/engine-summary.ts';
import { showCase } from '../../export/show/show.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { causesMet, type MetCause } from '../../fuzz/case/causes-met.ts';
import { causeFolder } from '../../fuzz/cause/cause-name.ts';
import type {
  Engine,
  EngineEvent,
  EngineOptions,
  EngineStatus,
  EngineSummary,
} from '../../fuzz/engine/engine.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { Interrupt } from '../../fuzz/run/interrupt.ts';
import { systemHost } from '../../fuzz/workers/system-host.ts';
import { onCompiling } from '../../targets/c/build/compiling.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import type { NamedTarget } from '../../targets/target/named-targets.ts';
import type { Target } from '../../targets/target/target.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen } from '../io/live-screen.ts';
import { withAddress } from '../io/queue-address.ts';
import { harnessesOf } from '../target/harnesses.ts';
import { reportBootError, reportUnsaved } from '../target/news.ts';
import { EventPrinter } from './event-printer.ts';
import { compileInTime, NotBegun, reportInTime } from './in-time.ts';

/** Options of `refuzz fuzz`: those of its engine, and how it reports. */
export interface FuzzOptions extends EngineOptions {
  readonly json?: boolean;
  /** Print the table of signatures as well. */
  readonly signatures?: boolean;
  /** Hears each status, for metrics. */
  readonly onStatus?: ((status: EngineStatus) => void) | undefined;
}

/** What no summary repeats, and what a report is to have all the same: they are kept until the end. */
const LOUD: readonly EngineEvent['kind'][] = ['outcomes', 'guest-crash', 'worker-crash', 'input-failed'];

/** Milliseconds between two looks at the status, where somebody watches and where nobody does. */
const LIVE = 250;
const UNWATCHED = 1000;

/**
 * `refuzz fuzz`, with any engine: prints what it reports. Engines know nothing of terminals, and this knows nothing of
 * any engine but its events.
 *
 * @returns the exit code
 */
export async function fuzzCommand(
  engine: Engine,
  names: readonly string[],
  options: FuzzOptions,
  io: Io,
): Promise<number> {
  const interrupt = new AbortController();
  io.onInterrupt(() => interrupt.abort(), 'what was met, to store it');
  const screen = await liveScreen(io);
  const printer = new EventPrinter(screen, io);
  const context = {
    host: systemHost,
    // Its clock is that of the process.
    started: 0,
    signal: interrupt.signal,
    statusEvery: io.isTerminal ? LIVE : UNWATCHED,
    notice: (text: string) => printer.print({ kind: 'note', text }),
  };
  let summary: EngineSummary | undefined;
  let targets: readonly NamedTarget[] = [];
  const loud: EngineEvent[] = [];
  const made = new Map<string, Case>();
  compileInTime(options.time, systemHost, interrupt.signal);
  // That of a kernel begins when it has booted.
  let started = 0;
  const reporting = reportInTime(options.time, systemHost, interrupt.signal, () => started);
  try {
    for await (const event of engine.run(names, withAddress(options), context)) {
      if (event.kind === 'ended') summary = event.summary;
      else printer.print(event);
      if (LOUD.includes(event.kind)) loud.push(event);
      if (event.kind === 'status') options.onStatus?.(event.status);
      if (event.kind === 'begun') {
        targets = event.targets;
        if (event.engine === 'kernel') started = systemHost.now();
      } else if (event.kind === 'found') made.set(event.path, event.case);
    }
  } catch (error) {
    if (!(error instanceof NotBegun)) throw error;
    io.out(`${error.message}\n`);
    return interrupt.signal.aborted ? EXIT.INTERRUPTED : EXIT.UNDECIDED;
  } finally {
    onCompiling(undefined);
    screen.done();
  }
  if (!summary) throw new Error(`internal: the engine ${engine.name} ended without a summary`);
  reportFailure(engine, summary, options, io);
  const searched = targets.map(({ target }) => target);
  const causes = causesMet(summary.met, harnessesOf(searched, reporting), made);
  const results = () => import('../../export/results/engine-results.ts');
  io.tell(async () =>
    (await results()).engineResults(summary, { targets, causes, events: loud, ...printer.told }),
  );
  if (isWorthPrinting(summary)) printSummary(summary, causes, searched, { printer, reporting, options }, io);
  return exitCode(summary, io);
}

/** The answer of a search: its causes, one of them drawn, the counts, and what to type next. */
function printSummary(
  summary: EngineSummary,
  causes: readonly MetCause[],
  searched: readonly Target[],
  { printer, reporting, options }: { printer: EventPrinter; reporting: Interrupt; options: FuzzOptions },
  io: Io,
): void {
  const isMany = searched.length > 1;
  if (isMany && causes.length > 0) io.out(`${answerLine(causes, searched.length)}\n`);
  // Who watches many targets wants to see all of them.
  for (const line of causeLines(causes, io.style, isMany && io.isTerminal)) io.out(`${line}\n`);
  // With another harness: that one may have been interrupted.
  if (!reporting.isStopping) printWitness(causes, harnessesOf(searched), io);
  const cases = options.signatures ? summary.cases : witnessesOf(causes, summary.cases);
  const text = summaryText({ ...summary, cases }, printer.commands, { ...options, style: io.style });
  for (const line of text) io.out(`${line}\n`);
  for (const line of nextSteps(causes, printer, options)) io.out(`${line}\n`);
  if (options.json) io.out(`${JSON.stringify({ ...summaryJson(summary), causes: causes.map(causeJson) })}\n`);
}

/** The first new cause, drawn: one is what a person looks at. */
function printWitness(
  causes: readonly MetCause[],
  harnessFor: (target: string) => Harness | undefined,
  io: Io,
): void {
  const [first] = causes;
  const harness = first?.met[0]?.isNew ? harnessFor(first.target) : undefined;
  if (harness && first?.witness) io.out(`\n${showCase(harness, first.witness.case, io.style)}\n\n`);
}

/** One case of each new cause, and those whose cause is not known. */
function witnessesOf(causes: readonly MetCause[], cases: EngineSummary['cases']): EngineSummary['cases'] {
  const explained = causes.filter((one) => causeNameIn(one) !== undefined);
  const others = new Set(explained.flatMap(({ met }) => met.map((one) => one.case)));
  for (const { witness } of explained) others.delete(witness?.path);
  return cases.filter(({ path }) => !others.has(path));
}

/** What the judgements mean, and what to type next. Nothing where nothing was met. */
function nextSteps(
  causes: readonly MetCause[],
  printer: EventPrinter,
  { corpus, signatures }: FuzzOptions,
): string[] {
  const isNew = ({ met }: MetCause) => met.some((one) => one.isNew);
  // The one that explains most, among the new ones if there are any.
  const named = causes
    .filter((one) => causeNameIn(one) !== undefined)
    .sort((one, other) => other.met.length - one.met.length);
  const told = named.find(isNew) ?? named[0] ?? causes[0];
  if (!told) return [];
  const place = corpus === undefined ? '' : ` --corpus ${shellWord(corpus)}`;
  // What is known may be known of another target, as all that kernel-vs-atomic shows: there it lies.
  const target = told.witness?.case.target ?? told.target;
  const called = causeNameIn(told);
  const name = called === undefined ? (told.witness?.path ?? target) : `${target}/${causeFolder(called)}`;
  const explain = `refuzz explain ${shellWord(name)}${printer.flagsOfCause(target, told.witness?.case)}${place}`;
  return [
    ...judgementLegend(causes),
    `next: ${explain}${signatures ? '' : '   (all signatures: fuzz --signatures)'}`,
  ];
}

/** What ended the search, if it was neither the user nor a limit. */
function reportFailure(engine: Engine, summary: EngineSummary, options: FuzzOptions, io: Io): void {
  if (summary.unsaved.length > 0) {
    const resume = `; once there is room, ${resumeCommand(options)} continues it`;
    io.err(`The campaign stops here${engine.canResume ? resume : ''}.\n`);
    reportUnsaved(summary.unsaved, io);
  }
  if (summary.engine === 'kernel' && summary.bootFailure) reportBootError(summary.bootFailure, io);
}

/** A kernel that never booted has nothing to say. */
function isWorthPrinting(summary: EngineSummary): boolean {
  return summary.engine !== 'kernel' || !summary.bootFailure || summary.targets.length > 0;
}

/** The command that continues this campaign, in the same places. */
function resumeCommand({ state, corpus }: FuzzOptions): string {
  const places = Object.entries({ state, corpus }).filter(([, folder]) => folder !== undefined);
  return ['refuzz fuzz --resume', ...places.map(([name, folder]) => `--${name} ${shellWord(folder!)}`)].join(
    ' ',
  );
}

/**
 * How the search went, whatever the engine: the only place that decides it.
 *
 *     what could not be stored    2, whatever was found: the disk is full, or the folder is not writable
 *     failed                      3
 *     interrupted                 130
 *     a new case or signature,
 *     or loud                     1
 *     idle, or undecided          3
 *     else                        0
 *
 * The first line that holds.
 */
function exitCode(summary: EngineSummary, io: Io): number {
  const { ending, unsaved, cases, left, isLoud, idle, isUndecided } = summary;
  if (unsaved.length > 0) return EXIT.USAGE;
  if (ending === 'failed') return EXIT.UNDECIDED;
  if (ending === 'interrupted') return EXIT.INTERRUPTED;
  if (cases.length > 0 || left.length > 0 || isLoud) return EXIT.FOUND;
  if (idle.length > 0) io.err(`refuzz: nothing was decided for ${idle.join(', ')}; give it more time\n`);
  return idle.length > 0 || isUndecided ? EXIT.UNDECIDED : EXIT.OK;
}
