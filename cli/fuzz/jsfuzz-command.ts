import { join } from 'node:path';
import { compact, type DivergenceRow, divergenceTable } from '../../export/report/report.ts';
import type { StorageError } from '../../fuzz/case/corpus.ts';
import { type JsfuzzStatus, runJsfuzz } from '../../fuzz/jsfuzz/engine.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen, type Screen } from '../io/live-screen.ts';
import { shellWord } from '../io/shell-word.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { DEFAULT_CORPUS } from '../target/known-signatures.ts';
import { reportUnsaved } from '../target/news.ts';
import { FindingStore, type Kept } from './finding-store.ts';

export interface JsfuzzCommandOptions extends CodeOptions {
  /** Milliseconds, for all targets together. */
  readonly time?: number;
  readonly corpus?: string;
  /** Where each target has its folder. */
  readonly state?: string;
  readonly json?: boolean;
}

const DEFAULT_TIME = 60_000;
const DEFAULT_STATE = '.refuzz';
const STATUS_INTERVAL = 250;

/** A target: under way, or done. */
interface TargetRun {
  readonly chosen: ChosenTarget;
  /** The cases of signatures that are no news, and of those that were, by signature. */
  readonly known: ReadonlyMap<string, string>;
  readonly fresh: ReadonlyMap<string, Kept>;
  status: JsfuzzStatus;
  seconds: number;
  /** Inputs at which jsfuzz failed. */
  crashes: number;
}

/** What all targets share. */
interface Campaign {
  readonly folder: string;
  readonly screen: Screen;
  readonly io: Io;
  interrupted: boolean;
  readonly stores: FindingStore[];
}

/**
 * `refuzz fuzz --engine jsfuzz`: one target after the other, each for its share of the time.
 *
 * @throws InputError for options that jsfuzz has no use for, and when it is not installed or does not run
 */
export async function jsfuzzCommand(
  names: readonly string[],
  options: JsfuzzCommandOptions,
  io: Io,
): Promise<number> {
  const chosen = await chooseTargets(names, options);
  const campaign: Campaign = {
    folder: options.corpus ?? DEFAULT_CORPUS,
    screen: await liveScreen(io),
    io,
    interrupted: false,
    stores: [],
  };
  io.onInterrupt(() => {
    campaign.interrupted = true;
  });
  io.err(`jsfuzz; ${chosen.length} target${chosen.length === 1 ? '' : 's'}; corpus ${campaign.folder}\n`);
  const runs: TargetRun[] = [];
  const share = (options.time ?? DEFAULT_TIME) / chosen.length;
  for (const one of chosen) {
    if (campaign.interrupted || unsavedOf(campaign).length > 0) break;
    runs.push(await fuzzTarget(one, share, options, campaign));
  }
  campaign.screen.done();
  if (unsavedOf(campaign).length > 0) {
    io.err('The campaign stops here.\n');
    reportUnsaved(unsavedOf(campaign), io);
  }
  summarise(runs, options, io);
  if (unsavedOf(campaign).length > 0) return EXIT.USAGE;
  if (campaign.interrupted) return EXIT.INTERRUPTED;
  return exitCode(runs, io);
}

function unsavedOf({ stores }: Campaign): StorageError[] {
  return stores.flatMap(({ unsaved }) => unsaved);
}

async function fuzzTarget(
  chosen: ChosenTarget,
  share: number,
  options: JsfuzzCommandOptions,
  campaign: Campaign,
): Promise<TargetRun> {
  const { io, screen } = campaign;
  const { target } = chosen;
  const folder = join(options.state ?? DEFAULT_STATE, `jsfuzz-${target.name}`);
  const store = new FindingStore(chosen, options.corpus, join(folder, 'raw-findings'), screen, io);
  campaign.stores.push(store);
  store.takeUp(harnessOf(target));
  const status = { execs: 0, undecided: 0, coverage: 0, corpus: 0, restarts: 0, met: [] };
  const found: TargetRun = { chosen, known: store.known, fresh: store.fresh, status, seconds: 0, crashes: 0 };
  const started = performance.now();
  let statusDue = 0;
  await runJsfuzz(chosen.target, {
    folder,
    known: store.signatures,
    isStopped: () =>
      campaign.interrupted || unsavedOf(campaign).length > 0 || performance.now() - started >= share,
    onRawFinding: (rawFinding, harness) => store.keep(rawFinding, harness, { by: 'jsfuzz' }),
    onStatus(now) {
      found.status = now;
      found.seconds = (performance.now() - started) / 1000;
      if (performance.now() < statusDue) return;
      statusDue = performance.now() + STATUS_INTERVAL;
      screen.update(() => statusText(found, share / 1000, io));
    },
    onCrash(text) {
      screen.done();
      found.crashes++;
      io.err(`crash  ${target.name}: ${text}\n`);
    },
  });
  return found;
}

function statusText(found: TargetRun, share: number, { style }: Io): string {
  const { status, seconds, fresh, chosen } = found;
  const left = Math.max(0, Math.ceil(share - seconds));
  return [
    `${chosen.target.name}: ${style.bold(`${compact(status.execs / Math.max(seconds, 0.001))} inputs/s`)}`,
    `coverage ${status.coverage}  kept ${status.corpus}`,
    `new ${fresh.size > 0 ? style.red(String(fresh.size)) : '0'}  ${left} s left`,
  ].join('   ');
}

function summarise(runs: readonly TargetRun[], options: JsfuzzCommandOptions, io: Io): void {
  const rows = runs.flatMap(rowsOf);
  io.out(`${rows.length > 0 ? divergenceTable(rows, io.style) : 'no divergence'}\n`);
  for (const { chosen, status, seconds, crashes } of runs) {
    const rate = compact(status.execs / Math.max(seconds, 0.001));
    io.out(
      `${chosen.target.name}: ${compact(status.execs)} inputs in ${seconds.toFixed(1)} s (${rate}/s), ${status.corpus} kept, coverage ${status.coverage}`,
    );
    if (status.restarts > 0) io.out(`; started again ${status.restarts} times`);
    if (crashes > 0) io.out(`; failed at ${crashes}`);
    io.out(status.undecided > 0 ? `; ${status.undecided} could not be judged\n` : '\n');
  }
  const fresh = rows.filter(({ isNew }) => isNew).length;
  io.out(`divergences: ${rows.length - fresh} known, ${fresh} new\n`);
  listFresh(runs, io);
  if (options.json) io.out(`${JSON.stringify(asJson(runs))}\n`);
}

/** Signatures that inputs showed, and those that came to light when these were made smaller. */
function rowsOf({ chosen, known, fresh, status }: TargetRun): DivergenceRow[] {
  const rows = new Map<string, DivergenceRow>();
  const target = chosen.target.name;
  for (const [signature, { divergence }] of fresh)
    rows.set(signature, { target, divergence, isNew: true, count: 1 });
  for (const { divergence, count } of status.met) {
    const signature = signatureOf(divergence);
    // The harness met it, and it was not taken in before the end.
    if (known.has(signature) || fresh.has(signature))
      rows.set(signature, { target, divergence, isNew: !known.has(signature), count });
  }
  return [...rows.values()];
}

const LISTED = 12;

function listFresh(runs: readonly TargetRun[], io: Io): void {
  const lines = runs.flatMap(({ fresh, chosen }) =>
    [...fresh.values()].map(({ path }) => `${shellWord(path)}${chosen.flags}`),
  );
  for (const line of lines.slice(0, LISTED)) io.out(`  refuzz show ${line}\n`);
  if (lines.length > LISTED) io.out(`  … and ${lines.length - LISTED} more\n`);
}

function asJson(runs: readonly TargetRun[]) {
  const rows = runs.flatMap((found) => rowsOf(found).map((row) => ({ found, row })));
  const fresh = rows.filter(({ row }) => row.isNew).length;
  return {
    engine: 'jsfuzz',
    known: rows.length - fresh,
    new: fresh,
    targets: runs.map(({ chosen, status, seconds, crashes }) => {
      const { met, ...counts } = status;
      return { target: chosen.target.name, seconds, ...counts, crashes };
    }),
    divergences: rows.map(({ found: { known, fresh: own }, row: { target, divergence } }) => ({
      target,
      ...divergence,
      case: own.get(signatureOf(divergence))?.path ?? known.get(signatureOf(divergence)),
    })),
  };
}

function exitCode(runs: readonly TargetRun[], io: Io): number {
  if (runs.some(({ fresh }) => fresh.size > 0)) return EXIT.FOUND;
  const idle = runs.filter(({ status }) => status.execs === status.undecided);
  if (idle.length > 0) {
    const names = idle.map(({ chosen }) => chosen.target.name).join(', ');
    io.err(`refuzz: nothing was decided for ${names}; give it more time\n`);
  }
  const isOpen = runs.some(({ status, crashes }) => status.undecided + crashes > 0);
  return idle.length > 0 || isOpen ? EXIT.UNDECIDED : EXIT.OK;
}
