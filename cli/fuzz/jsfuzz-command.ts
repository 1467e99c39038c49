import { join } from 'node:path';
import { compact, type DivergenceRow, divergenceTable } from '../../export/report/report.ts';
import type { StorageError } from '../../fuzz/case/corpus.ts';
import { type JsfuzzStatus, runJsfuzz } from '../../fuzz/jsfuzz/engine.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { keyOf } from '../../oracles/divergence.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen, type Screen } from '../io/live-screen.ts';
import { shellWord } from '../io/shell-word.ts';
import { type ChosenTarget, type CodeOptions, chooseTargets } from '../target/find-target.ts';
import { DEFAULT_CORPUS } from '../target/known-keys.ts';
import { reportUnsaved } from '../target/news.ts';
import { Keeper, type Kept } from './keeper.ts';

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
interface Hunt {
  readonly chosen: ChosenTarget;
  /** The cases of keys that are no news, and of those that were, by key. */
  readonly known: ReadonlyMap<string, string>;
  readonly fresh: ReadonlyMap<string, Kept>;
  status: JsfuzzStatus;
  seconds: number;
  /** Inputs at which jsfuzz failed. */
  troubles: number;
}

/** What all targets share. */
interface Campaign {
  readonly folder: string;
  readonly screen: Screen;
  readonly io: Io;
  interrupted: boolean;
  readonly keepers: Keeper[];
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
    keepers: [],
  };
  io.onInterrupt(() => {
    campaign.interrupted = true;
  });
  io.err(`jsfuzz; ${chosen.length} target${chosen.length === 1 ? '' : 's'}; corpus ${campaign.folder}\n`);
  const hunts: Hunt[] = [];
  const share = (options.time ?? DEFAULT_TIME) / chosen.length;
  for (const one of chosen) {
    if (campaign.interrupted || unsavedOf(campaign).length > 0) break;
    hunts.push(await hunt(one, share, options, campaign));
  }
  campaign.screen.done();
  if (unsavedOf(campaign).length > 0) {
    io.err('The campaign stops here.\n');
    reportUnsaved(unsavedOf(campaign), io);
  }
  summarise(hunts, options, io);
  if (unsavedOf(campaign).length > 0) return EXIT.USAGE;
  if (campaign.interrupted) return EXIT.INTERRUPTED;
  return exitCode(hunts, io);
}

function unsavedOf({ keepers }: Campaign): StorageError[] {
  return keepers.flatMap(({ unsaved }) => unsaved);
}

async function hunt(
  chosen: ChosenTarget,
  share: number,
  options: JsfuzzCommandOptions,
  campaign: Campaign,
): Promise<Hunt> {
  const { io, screen } = campaign;
  const { target } = chosen;
  const folder = join(options.state ?? DEFAULT_STATE, `jsfuzz-${target.name}`);
  const keeper = new Keeper(chosen, options.corpus, join(folder, 'sighted'), screen, io);
  campaign.keepers.push(keeper);
  keeper.takeUp(harnessOf(target));
  const status = { execs: 0, undecided: 0, coverage: 0, corpus: 0, restarts: 0, met: [] };
  const found: Hunt = { chosen, known: keeper.known, fresh: keeper.fresh, status, seconds: 0, troubles: 0 };
  const started = performance.now();
  let statusDue = 0;
  await runJsfuzz(chosen.source, {
    folder,
    known: keeper.keys,
    isStopped: () =>
      campaign.interrupted || unsavedOf(campaign).length > 0 || performance.now() - started >= share,
    onSighted: (sighted, harness) => keeper.keep(sighted, harness, { by: 'jsfuzz' }),
    onStatus(now) {
      found.status = now;
      found.seconds = (performance.now() - started) / 1000;
      if (performance.now() < statusDue) return;
      statusDue = performance.now() + STATUS_INTERVAL;
      screen.update(() => statusText(found, share / 1000, io));
    },
    onTrouble(text) {
      screen.done();
      found.troubles++;
      io.err(`trouble  ${target.name}: ${text}\n`);
    },
  });
  return found;
}

function statusText(found: Hunt, share: number, { style }: Io): string {
  const { status, seconds, fresh, chosen } = found;
  const left = Math.max(0, Math.ceil(share - seconds));
  return [
    `${chosen.target.name}: ${style.bold(`${compact(status.execs / Math.max(seconds, 0.001))} inputs/s`)}`,
    `coverage ${status.coverage}  kept ${status.corpus}`,
    `new ${fresh.size > 0 ? style.red(String(fresh.size)) : '0'}  ${left} s left`,
  ].join('   ');
}

function summarise(hunts: readonly Hunt[], options: JsfuzzCommandOptions, io: Io): void {
  const rows = hunts.flatMap(rowsOf);
  io.out(`${rows.length > 0 ? divergenceTable(rows, io.style) : 'no divergence'}\n`);
  for (const { chosen, status, seconds, troubles } of hunts) {
    const rate = compact(status.execs / Math.max(seconds, 0.001));
    io.out(
      `${chosen.target.name}: ${compact(status.execs)} inputs in ${seconds.toFixed(1)} s (${rate}/s), ${status.corpus} kept, coverage ${status.coverage}`,
    );
    if (status.restarts > 0) io.out(`; started again ${status.restarts} times`);
    if (troubles > 0) io.out(`; failed at ${troubles}`);
    io.out(status.undecided > 0 ? `; ${status.undecided} could not be judged\n` : '\n');
  }
  const fresh = rows.filter(({ isNew }) => isNew).length;
  io.out(`divergences: ${rows.length - fresh} known, ${fresh} new\n`);
  listFresh(hunts, io);
  if (options.json) io.out(`${JSON.stringify(asJson(hunts))}\n`);
}

/** Keys that inputs showed, and those that came to light when these were made smaller. */
function rowsOf({ chosen, known, fresh, status }: Hunt): DivergenceRow[] {
  const rows = new Map<string, DivergenceRow>();
  const target = chosen.target.name;
  for (const [key, { divergence }] of fresh) rows.set(key, { target, divergence, isNew: true, count: 1 });
  for (const { divergence, count } of status.met) {
    const key = keyOf(divergence);
    // The harness met it, and it was not taken in before the end.
    if (known.has(key) || fresh.has(key))
      rows.set(key, { target, divergence, isNew: !known.has(key), count });
  }
  return [...rows.values()];
}

const LISTED = 12;

function listFresh(hunts: readonly Hunt[], io: Io): void {
  const lines = hunts.flatMap(({ fresh, chosen }) =>
    [...fresh.values()].map(({ path }) => `${shellWord(path)}${chosen.flags}`),
  );
  for (const line of lines.slice(0, LISTED)) io.out(`  refuzz show ${line}\n`);
  if (lines.length > LISTED) io.out(`  … and ${lines.length - LISTED} more\n`);
}

function asJson(hunts: readonly Hunt[]) {
  const rows = hunts.flatMap((found) => rowsOf(found).map((row) => ({ found, row })));
  const fresh = rows.filter(({ row }) => row.isNew).length;
  return {
    engine: 'jsfuzz',
    known: rows.length - fresh,
    new: fresh,
    targets: hunts.map(({ chosen, status, seconds, troubles }) => {
      const { met, ...counts } = status;
      return { target: chosen.target.name, seconds, ...counts, troubles };
    }),
    divergences: rows.map(({ found: { known, fresh: own }, row: { target, divergence } }) => ({
      target,
      ...divergence,
      case: own.get(keyOf(divergence))?.path ?? known.get(keyOf(divergence)),
    })),
  };
}

function exitCode(hunts: readonly Hunt[], io: Io): number {
  if (hunts.some(({ fresh }) => fresh.size > 0)) return EXIT.FOUND;
  const idle = hunts.filter(({ status }) => status.execs === status.undecided);
  if (idle.length > 0) {
    const names = idle.map(({ chosen }) => chosen.target.name).join(', ');
    io.err(`refuzz: nothing was decided for ${names}; give it more time\n`);
  }
  const isOpen = hunts.some(({ status, troubles }) => status.undecided + troubles > 0);
  return idle.length > 0 || isOpen ? EXIT.UNDECIDED : EXIT.OK;
}
