import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { compact, type DivergenceRow, divergenceTable } from '../export/report.ts';
import { type Campaign, campaignOf } from '../fuzz/campaign.ts';
import { StorageError, storeCase } from '../fuzz/corpus.ts';
import type { Finding } from '../fuzz/finding.ts';
import { harnessOf } from '../fuzz/harness.ts';
import type { Target } from '../targets/target.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from './find-target.ts';
import { EXIT, type Io } from './io.ts';
import { DEFAULT_CORPUS, knownKeys } from './known-keys.ts';
import { liveScreen, type Screen } from './live-screen.ts';
import { newsLine, reportUnsaved } from './news.ts';
import { shellWord } from './shell-word.ts';

interface FuzzOptions extends CodeOptions {
  /** Milliseconds. */
  readonly time?: number;
  readonly iterations?: number;
  readonly seed?: number;
  readonly corpus?: string;
  readonly maxThreads?: number;
  readonly maxOps: number;
  readonly json?: boolean;
}

/** A target under way. */
interface Runner {
  readonly target: Target;
  readonly campaign: Campaign;
  /** The cases of keys that are no news, and of those that were, by key. */
  readonly known: ReadonlyMap<string, string>;
  readonly fresh: Map<string, string>;
  /** What a command about a case of this target needs besides the case. */
  readonly flags: string;
}

const DEFAULT_TIME = 60_000;
/** How long one target runs before the next has its turn. */
const SLICE = 100;
const STATUS_INTERVAL = 250;

export async function fuzzCommand(names: readonly string[], options: FuzzOptions, io: Io): Promise<number> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const folder = options.corpus ?? DEFAULT_CORPUS;
  const chosen = await chooseTargets(names, options);
  const runners = chosen.map((one) => runnerOf(one, seed, options));
  io.err(`seed ${seed}; ${runners.length} target${runners.length === 1 ? '' : 's'}; corpus ${folder}\n`);
  const screen = await liveScreen(io);
  const started = performance.now();
  const ending = await runAll(runners, options, folder, started, screen, io);
  const seconds = (performance.now() - started) / 1000;
  screen.done();
  if (ending.unsaved.length > 0) {
    io.err('The campaign stops here.\n');
    reportUnsaved(ending.unsaved, io);
  }
  summarise(runners, seconds, options, io);
  if (ending.unsaved.length > 0) return EXIT.USAGE;
  if (ending.interrupted) return EXIT.INTERRUPTED;
  return exitCode(runners, io);
}

function runnerOf({ target, flags }: ChosenTarget, seed: number, options: FuzzOptions): Runner {
  const { known } = knownKeys(options.corpus, target);
  const limits = {
    maxOps: options.maxOps,
    ...(options.maxThreads === undefined ? {} : { maxThreads: options.maxThreads }),
  };
  const campaign = campaignOf(harnessOf(target), { seed, known: new Set(known.keys()), limits });
  return { target, known, fresh: new Map(), campaign, flags };
}

interface Ending {
  readonly interrupted: boolean;
  readonly unsaved: readonly StorageError[];
}

/** Gives every target its turn, again and again, until time or iterations are used up. */
async function runAll(
  runners: readonly Runner[],
  options: FuzzOptions,
  folder: string,
  started: number,
  screen: Screen,
  io: Io,
): Promise<Ending> {
  let interrupted = false;
  io.onInterrupt(() => {
    interrupted = true;
  });
  const limit = options.iterations ?? Number.POSITIVE_INFINITY;
  const time = options.time ?? (options.iterations === undefined ? DEFAULT_TIME : Number.POSITIVE_INFINITY);
  const isOpen = ({ campaign }: Runner) => campaign.counts.iterations < limit;
  let statusDue = 0;
  while (!interrupted && runners.some(isOpen)) {
    for (const runner of runners.filter(isOpen)) {
      const sliceEnd = performance.now() + SLICE;
      do {
        const now = performance.now();
        if (now - started >= time) return { interrupted, unsaved: [] };
        const unsaved: StorageError[] = [];
        for (const finding of runner.campaign.batch(limit - runner.campaign.counts.iterations)) {
          screen.done();
          unsaved.push(...keep(runner, finding, folder, io));
        }
        if (unsaved.length > 0) return { interrupted, unsaved };
        if (now >= statusDue) {
          statusDue = now + STATUS_INTERVAL;
          screen.update(() => status(runners, now - started, time, io));
        }
      } while (performance.now() < sliceEnd && isOpen(runner));
      // Signals are only heard between turns.
      await setImmediate();
      if (interrupted) break;
    }
  }
  return { interrupted, unsaved: [] };
}

/**
 * Stores a finding, before the search goes on.
 *
 * @returns the error if it could not be stored
 */
function keep(runner: Runner, { key, case: stored }: Finding, folder: string, io: Io): StorageError[] {
  try {
    const path = storeCase(folder, stored);
    runner.fresh.set(key, path);
    io.err(newsLine(runner.target.name, stored.expect.divergence, path, runner.flags));
    return [];
  } catch (error) {
    if (error instanceof StorageError) return [error];
    throw error;
  }
}

function status(runners: readonly Runner[], elapsed: number, time: number, io: Io): string {
  const { programs, schedules, pairs } = totals(runners);
  const perSecond = (count: number) => compact((count / Math.max(elapsed, 1)) * 1000);
  const left = Number.isFinite(time)
    ? `${Math.max(0, Math.ceil((time - elapsed) / 1000))} s left`
    : 'until done';
  const { known, fresh } = keyCounts(runners);
  return [
    `${io.style.bold(`${perSecond(programs)} programs/s`)}  ${perSecond(schedules)} schedules/s  ${perSecond(pairs)} op pairs/s`,
    `known ${known}  new ${fresh > 0 ? io.style.red(String(fresh)) : '0'}  ${left}`,
  ].join('   ');
}

function totals(runners: readonly Runner[]) {
  const sum = { iterations: 0, programs: 0, schedules: 0, pairs: 0, decided: 0, undecided: 0, unjudged: 0 };
  for (const { campaign } of runners) {
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += campaign.counts[name];
  }
  return sum;
}

/** Keys met in this campaign. */
function keyCounts(runners: readonly Runner[]): { known: number; fresh: number } {
  const met = runners.flatMap(({ campaign, known }) =>
    [...campaign.hits.keys()].map((key) => known.has(key)),
  );
  const known = met.filter((is) => is).length;
  return { known, fresh: met.length - known };
}

function summarise(runners: readonly Runner[], seconds: number, options: FuzzOptions, io: Io): void {
  const rows = runners.flatMap(rowsOf);
  io.out(`${rows.length > 0 ? divergenceTable(rows, io.style) : 'no divergence'}\n`);
  const { iterations, programs, schedules, pairs, decided, undecided, unjudged } = totals(runners);
  const { known, fresh } = keyCounts(runners);
  io.out(
    `${compact(programs)} programs (${compact(decided)} decided), ${compact(schedules)} schedules, ${compact(pairs)} op pairs in ${seconds.toFixed(1)} s`,
  );
  io.out(`; divergences: ${known} known, ${fresh} new`);
  if (unjudged > 0) io.out(`; ${unjudged} runs could not be judged`);
  io.out(undecided > 0 ? `; ${undecided} programs not decided\n` : '\n');
  for (const { target, campaign } of runners) {
    for (const text of campaign.endless)
      io.out(`endless  ${target.name}: ${text}; programs with it are not decided\n`);
  }
  listFresh(runners, io);
  if (options.json)
    io.out(
      `${JSON.stringify({ iterations, seconds, known, new: fresh, decided, undecided, unjudged, endless: runners.flatMap(endlessJson), divergences: runners.flatMap(asJson) })}\n`,
    );
}

function endlessJson({ target, campaign }: Runner) {
  return [...campaign.endless].map((text) => ({ target: target.name, text }));
}

const LISTED = 12;

function listFresh(runners: readonly Runner[], io: Io): void {
  const lines = runners.flatMap(({ fresh, flags }) =>
    [...fresh.values()].map((path) => `${shellWord(path)}${flags}`),
  );
  for (const line of lines.slice(0, LISTED)) io.out(`  refuzz show ${line}\n`);
  if (lines.length > LISTED) io.out(`  … and ${lines.length - LISTED} more\n`);
}

function rowsOf({ target, campaign, known }: Runner): DivergenceRow[] {
  return [...campaign.hits].map(([key, { divergence, count }]) => ({
    target: target.name,
    divergence,
    isNew: !known.has(key),
    count,
  }));
}

function asJson({ target, campaign, known, fresh }: Runner) {
  return [...campaign.hits].map(([key, { divergence }]) => ({
    target: target.name,
    ...divergence,
    case: fresh.get(key) ?? known.get(key),
  }));
}

function exitCode(runners: readonly Runner[], io: Io): number {
  if (runners.some(({ fresh }) => fresh.size > 0)) return EXIT.FOUND;
  const idle = runners.filter(({ campaign: { counts } }) => counts.programs === counts.undecided);
  if (idle.length > 0) {
    const names = idle.map(({ target }) => target.name).join(', ');
    io.err(`refuzz: nothing was decided for ${names}; give it more time\n`);
  }
  const { undecided, unjudged } = totals(runners);
  return idle.length + undecided + unjudged > 0 ? EXIT.UNDECIDED : EXIT.OK;
}
