import { lstatSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, filesBelow, makeFolder, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';
import type { Target } from '../../targets/target/target.ts';
import { type FileLock, lockFor, lockHolder } from '../storage/file-lock.ts';
import { sealed, unsealed } from '../storage/sealed.ts';
import { clearedFolder, readStored, setAside } from '../storage/set-aside.ts';
import { writing } from '../storage/storage-error.ts';
import { storeText } from '../storage/store-text.ts';
import { digestOf } from '../workers/target-digest.ts';
import {
  anyHeader,
  type CampaignHeader,
  FORMAT,
  HEADER_FILE,
  readHeader,
  storeHeader,
} from './campaign-header.ts';
import type { CampaignStatus } from './campaign-status.ts';
import { type FormerCampaign, isOver, type MovedCampaign, moveAside } from './kept-campaigns.ts';
import { RAW_FINDINGS_FOLDER, RawFindings } from './raw-findings.ts';
import { statusIn } from './stored-status.ts';
import { TargetJournal } from './target-journal.ts';

const LOCK_FILE = 'lock';
const STATUS_FILE = 'status.json';
/** What a process writes before it gets its name. */
const HALF_WRITTEN = /\.jsonl?\.\d+$/;
const SERIES_FILE = 'series.jsonl';

/**
 * A campaign on disk, so that it survives whatever happens to the machine:
 *
 *     campaign.json            what it was started with
 *     lock                     who is running it
 *     targets/NAME/            what has been searched, see TargetJournal
 *     raw-findings/NAME/SIGNATURE.json    divergences that have been met and are not cases yet
 *     crashes/NAME-*.json     programs that ended their worker
 *     status.json              how it stands, for `refuzz status`
 *     series.jsonl             how it stood over time, a line a sample
 */
export class CampaignState {
  readonly folder: string;
  readonly header: CampaignHeader;
  /** Divergences that have been met and are not cases yet. */
  readonly rawFindings: RawFindings;
  /** Where a campaign went that lay here. */
  readonly moved: MovedCampaign | undefined;
  readonly #lock: FileLock;
  readonly #journals: TargetJournal[] = [];
  /** What was damaged: a line of text for each thing. */
  readonly notes: string[];

  private constructor(
    folder: string,
    header: CampaignHeader,
    lock: FileLock,
    moved: MovedCampaign | undefined,
  ) {
    this.folder = folder;
    this.header = header;
    this.rawFindings = new RawFindings(join(folder, RAW_FINDINGS_FOLDER));
    this.moved = moved;
    this.#lock = lock;
    const folders = [RAW_FINDINGS_FOLDER, 'crashes'].map((name) => join(folder, name));
    this.notes = folders.flatMap((one) => clearedFolder(one) ?? []);
  }

  /**
   * Starts a campaign in a folder.
   *
   * @param replaces whether a campaign that lies there is moved aside, see `moveAside`; without it, that is an error
   * @throws InputError when the folder holds something else, or another process is using it; StorageError
   */
  static create(folder: string, header: Omit<CampaignHeader, 'campaign'>, replaces: boolean): CampaignState {
    const moved = makeRoom(folder, replaces);
    const lock = locked(folder);
    const full = { campaign: FORMAT, ...header } as const;
    try {
      removeHalfWritten(folder);
      storeHeader(folder, full);
    } catch (error) {
      lock.release();
      throw error;
    }
    return new CampaignState(folder, full, lock, moved);
  }

  /**
   * What a killed session left half-written is removed, once the lock says that nobody is still writing it.
   *
   * @throws InputError when there is none, it is of another format, or another process is running it
   */
  static resume(folder: string): CampaignState {
    const header = readHeader(folder);
    const lock = locked(folder);
    removeHalfWritten(folder);
    return new CampaignState(folder, header, lock, undefined);
  }

  /** What has been searched on a target. @throws InputError when the target has changed since */
  openTarget(target: Target): TargetJournal {
    const { version, seed, maxOps, maxThreads, feedback } = this.header;
    const { threads } = target;
    const digest = digestOf(target, { version, seed, maxOps, maxThreads, feedback, threads });
    const journal = new TargetJournal(join(this.folder, 'targets', target.name), digest);
    this.#journals.push(journal);
    this.notes.push(...journal.stored.notes);
    return journal;
  }

  /** Keeps what is known of a program that ended its worker. @returns the file */
  keepCrash(name: string, crash: unknown): string {
    const path = join(this.folder, 'crashes', `${name}.json`);
    storeText(path, `${JSON.stringify(crash, undefined, 2)}\n`);
    return path;
  }

  /** Says how the campaign stands. That this cannot be written is no reason to end it. */
  writeStatus(status: object): void {
    const path = join(this.folder, STATUS_FILE);
    try {
      // What the last one left, or a pipe, which nobody may ever read.
      rmSync(`${path}.new`, { force: true });
      writeFileSync(`${path}.new`, `${sealed(status)}\n`, { flag: 'wx' });
      renameSync(`${path}.new`, path);
    } catch {
      // It is skipped until there is room.
    }
  }

  /** A line of the series, for whoever plots it. Not synced, and lost in silence when the disk is full. */
  addSample(sample: unknown): void {
    try {
      writeFileSync(join(this.folder, SERIES_FILE), `${JSON.stringify(sample)}\n`, { flag: 'a' });
    } catch {
      // The journals report a full disk; one point less on a curve is no loss.
    }
  }

  /** What `writeStatus` wrote last. */
  get status(): CampaignStatus | undefined {
    return storedStatus(this.folder);
  }

  /** Journals first: once the lock is gone another process may open them. */
  close(): void {
    for (const journal of this.#journals) journal.close();
    this.#lock.release();
  }
}

/**
 * What a campaign says of itself to another process.
 *
 * @returns `pid` of the process that is running it, if any
 * @throws InputError when there is none
 */
export function campaignStatus(folder: string): {
  readonly header: CampaignHeader;
  readonly status: CampaignStatus | undefined;
  readonly pid: number | undefined;
} {
  const header = readHeader(folder);
  const status = storedStatus(folder);
  return { header, status, pid: lockHolder(join(folder, LOCK_FILE))?.pid };
}

/**
 * What a process that was killed had begun to write, also half a line of the series. Nobody else writes here.
 *
 *     targets/NAME/snapshot.json.1234567    left by a kill between write and rename; removed
 *     series.jsonl ending in {"at":"20      cut back to its last whole line
 */
function removeHalfWritten(folder: string): void {
  for (const file of filesBelow(folder, { isFile: (name) => HALF_WRITTEN.test(name) }))
    rmSync(file, { force: true });
  const series = join(folder, SERIES_FILE);
  const found = lstatSync(series, { throwIfNoEntry: false });
  // A pipe would be waited for.
  if (found && !found.isFile()) setAside(series, 'damaged');
  // Nothing depends on the series: one that is too long to be read stays as it is.
  if (!found?.isFile() || found.size > FILE.journal.most) return;
  const bytes = Buffer.from(readBytes(series, FILE.journal));
  const complete = bytes.lastIndexOf('\n') + 1;
  if (complete < bytes.length) writing(series, () => truncateSync(series, complete));
}

/** @returns where a campaign went that lay in the folder */
function makeRoom(folder: string, replaces: boolean): MovedCampaign | undefined {
  const path = join(folder, HEADER_FILE);
  if (readStored(path).kind === 'missing') {
    checkEmpty(folder);
    return undefined;
  }
  const data = anyHeader(path);
  const isOurs = data?.campaign === FORMAT;
  if (!replaces) {
    const what = data === undefined || isOurs ? 'a campaign' : `a campaign of refuzz ${data.version}`;
    const otherwise = 'or name another folder with --state';
    const remedy =
      data === undefined
        ? `whose ${HEADER_FILE} is damaged; name another folder with --state`
        : `${isOurs ? 'continue it with --resume' : 'finish it with that version'}, ${otherwise}`;
    throw new InputError(folder, `holds ${what}${data === undefined ? ',' : ';'} ${remedy}`);
  }
  const lock = locked(folder);
  const moved = moveAside(folder, formerAt(folder, data), RAW_FINDINGS_FOLDER, LOCK_FILE);
  lock.release();
  return moved;
}

function formerAt(folder: string, header: ReturnType<typeof anyHeader>): FormerCampaign {
  if (header === undefined) return { what: 'damaged', name: 'damaged' };
  if (header.campaign !== FORMAT) return { what: 'other version', name: header.version };
  if (isOver(folder)) return { what: 'over', name: 'previous' };
  return { what: 'open', name: `seed-${(header as CampaignHeader).seed}` };
}

function locked(folder: string): FileLock {
  return writing(folder, () => {
    makeFolder(folder);
    return lockFor(folder, join(folder, LOCK_FILE), 'campaign');
  });
}

/** A folder of somebody's own files is not written into by mistake. */
function checkEmpty(folder: string): void {
  const found = statsOf(folder);
  if (!found) return;
  if (!found.isDirectory()) throw new InputError(folder, 'is not a folder; name one with --state');
  const isOwn = (name: string) =>
    name === RAW_FINDINGS_FOLDER ||
    name === LOCK_FILE ||
    name.startsWith(`${LOCK_FILE}.`) ||
    HALF_WRITTEN.test(name);
  const others = entriesOf(folder).filter(({ name }) => !isOwn(name));
  if (others.length > 0) throw new InputError(folder, 'holds other files; name an empty folder with --state');
}

/** @returns undefined for what is not there, or is damaged: the next one is written within a second */
function storedStatus(folder: string): CampaignStatus | undefined {
  const stored = readStored(join(folder, STATUS_FILE));
  return stored.kind === 'text' ? statusIn(unsealed(stored.text.trimEnd())) : undefined;
}
