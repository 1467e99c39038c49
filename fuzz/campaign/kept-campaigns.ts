import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { entriesOf, filesBelow, statsOf } from '../../targets/subject/folders.ts';
import { FILE } from '../../targets/subject/read-file.ts';
import { readStored, unusedName } from '../storage/set-aside.ts';
import { writing } from '../storage/storage-error.ts';
import { storeText } from '../storage/store-text.ts';
import { parsedJson } from '../storage/stored-json.ts';
import type { CampaignStatus } from './campaign-status.ts';

/** Seconds. What searched for longer is kept even when its time was over: --resume can give it more. */
const LONG = 600;
/** More kept campaigns than this beside a state, and a line says how many there are. */
const MANY = 5;

/** Where a campaign went that lay in the folder of a new one. */
export interface MovedCampaign {
  readonly path: string;
  /** `other version`: this one cannot go on with it. `open`: it was stopped, and can go on. `over`: nothing is open. */
  readonly what: 'other version' | 'open' | 'over' | 'damaged';
  /** Kept ones beside the state, if they are many. */
  readonly kept?: number | undefined;
}

/** What is known of a campaign that is to make room. */
export interface FormerCampaign {
  readonly what: MovedCampaign['what'];
  /** What it is called, besides its folder: `seed-42`. */
  readonly name: string;
}

/**
 * Makes room in the folder of a state, by moving what lies there. Only what is over, or has nothing in it, can be
 * overwritten, and only by another one that is. Raw findings stay in the folder as well: the next campaign makes cases of
 * them.
 *
 *     .refuzz/campaign              the new one
 *     .refuzz/campaign.previous     the last one that was over
 *     .refuzz/campaign.seed-42      one that was stopped; --resume --state .refuzz/campaign.seed-42 goes on with it
 *
 * @param rawFindings its folder in a state @param lock its file
 * @throws StorageError
 */
export function moveAside(
  folder: string,
  { what, name }: FormerCampaign,
  rawFindings: string,
  lock: string,
): MovedCampaign {
  const previous = `${folder}.previous`;
  const aside = what === 'over' ? previous : unusedName(`${folder}.${name}`);
  writing(folder, () => {
    // Earlier versions put campaigns there that were not over.
    if (what === 'over' && !isOver(previous)) renameSync(previous, unusedName(`${folder}.kept`));
    if (what === 'over') rmSync(previous, { recursive: true, force: true });
    renameSync(folder, aside);
    mkdirSync(folder);
    const left = join(aside, rawFindings);
    if (existsSync(left)) {
      // An open one goes on with its own.
      if (what === 'open') copyRawFindings(left, join(folder, rawFindings));
      else renameSync(left, join(folder, rawFindings));
    }
    rmSync(join(aside, lock), { force: true });
  });
  const kept = keptBeside(folder);
  return { path: aside, what, kept: kept > MANY ? kept : undefined };
}

/** What cannot be read stays where it is, and so does what is none. */
function copyRawFindings(from: string, to: string): void {
  if (!statsOf(from)?.isDirectory()) return;
  for (const file of filesBelow(from, { isFile: (name) => name.endsWith('.json') })) {
    const stored = readStored(file);
    if (stored.kind === 'text') storeText(join(to, relative(from, file)), stored.text, true);
  }
}

/**
 * Whether nothing is open in a campaign: its last session was short and came to its end, or nothing had been searched.
 * What cannot be told counts as open.
 */
export function isOver(folder: string): boolean {
  if (!statsOf(folder)) return true;
  const status = readStored(join(folder, 'status.json'));
  const json = ((status.kind === 'text' && parsedJson(status.text)) || {}) as Partial<CampaignStatus>;
  return (json.state === 'done' && Number(json.uptime) < LONG) || !hasSearched(join(folder, 'targets'));
}

/** A journal that is more than its first line, or a snapshot; or something unknown. */
function hasSearched(targets: string): boolean {
  const found = statsOf(targets);
  if (!found) return false;
  if (!found.isDirectory()) return true;
  return entriesOf(targets).some((entry) => {
    if (!entry.isDirectory()) return true;
    if (entriesOf(join(targets, entry.name)).some(({ name }) => name !== 'journal.jsonl')) return true;
    const journal = readStored(join(targets, entry.name, 'journal.jsonl'), FILE.journal);
    return journal.kind === 'unusable' || (journal.kind === 'text' && journal.text.trim().includes('\n'));
  });
}

/** Names that `moveAside` gives to what is not over. */
function keptBeside(folder: string): number {
  const own = `${basename(folder)}.`;
  const isKept = (name: string) => name.startsWith(own) && name !== `${own}previous`;
  return entriesOf(dirname(folder)).filter(({ name }) => isKept(name)).length;
}
