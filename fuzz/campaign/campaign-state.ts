import { existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { entriesOf, filesBelow, makeFolder, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import { FILE, readBytes, readIfThere } from '../../targets/subject/read-file.ts';
import type { Target } from '../../targets/target/target.ts';
import { type FileLock, lockFor, lockHolder } from '../storage/file-lock.ts';
import { writing } from '../storage/storage-error.ts';
import { storeText } from '../storage/store-text.ts';
import { parsedJson } from '../storage/stored-json.ts';
import { digestOf } from '../workers/target-digest.ts';
import { RAW_FINDINGS_FOLDER, RawFindings } from './raw-findings.ts';
import { TargetJournal } from './target-journal.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 2;

const shapes = onDemand(() => {
  const z = zod();
  const HEADER = z.object({
    campaign: z.literal(VERSION),
    /** Of refuzz. Another version may search differently. */
    version: z.string(),
    seed: z.int().nonnegative(),
    maxOps: z.int(),
    maxThreads: z.int().optional(),
    /** See `CampaignSetup.feedback`. */
    feedback: z.boolean(),
    /** As the user named them: none for the default ones. */
    targets: z.array(z.string()),
    /** Where C code comes from. */
    code: z.object({
      kernel: z.string().optional(),
      against: z.string().optional(),
      before: z.string().optional(),
      after: z.string().optional(),
      include: z.array(z.string()).optional(),
      only: z.union([z.literal(true), z.string()]).optional(),
    }),
  });

  /** What a campaign of any format says of itself. Earlier formats are not read, but they are not lost either. */
  const ANY_HEADER = z.object({ campaign: z.int(), version: z.string() });
  return { ANY_HEADER, HEADER };
});

/** What a campaign was started with, so that it can go on. */
export type CampaignHeader = z.infer<ReturnType<typeof shapes>['HEADER']>;

/** By which a folder is known to hold a campaign. */
export const HEADER_FILE = 'campaign.json';
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
  /** Where a campaign of another format went that lay here; it is not lost, and this version cannot continue it. */
  readonly movedTo: string | undefined;
  readonly #lock: FileLock;
  readonly #journals: TargetJournal[] = [];

  private constructor(folder: string, header: CampaignHeader, lock: FileLock, movedTo: string | undefined) {
    this.folder = folder;
    this.header = header;
    this.rawFindings = new RawFindings(join(folder, RAW_FINDINGS_FOLDER));
    this.movedTo = movedTo;
    this.#lock = lock;
  }

  /**
   * Starts a campaign in a folder.
   *
   * @param replaces whether a campaign that lies there is moved aside, see `moveAside`; without it, that is an error
   * @throws InputError when the folder holds something else, or another process is using it; StorageError
   */
  static create(folder: string, header: Omit<CampaignHeader, 'campaign'>, replaces: boolean): CampaignState {
    const movedTo = makeRoom(folder, replaces);
    const lock = locked(folder);
    const full = { campaign: VERSION, ...header } as const;
    try {
      removeHalfWritten(folder);
      storeText(join(folder, HEADER_FILE), `${JSON.stringify(full)}\n`);
    } catch (error) {
      lock.release();
      throw error;
    }
    return new CampaignState(folder, full, lock, movedTo);
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
    return journal;
  }

  /** Keeps what is known of a program that ended its worker. @returns the file */
  keepCrash(name: string, crash: unknown): string {
    const path = join(this.folder, 'crashes', `${name}.json`);
    storeText(path, `${JSON.stringify(crash, undefined, 2)}\n`);
    return path;
  }

  /** Says how the campaign stands. That this cannot be written is no reason to end it. */
  writeStatus(status: unknown): void {
    const path = join(this.folder, STATUS_FILE);
    try {
      writeFileSync(`${path}.new`, `${JSON.stringify(status)}\n`);
      renameSync(`${path}.new`, path);
    } catch {
      rmSync(`${path}.new`, { force: true });
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
  get status(): unknown {
    return json(join(this.folder, STATUS_FILE));
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
  readonly status: unknown;
  readonly pid: number | undefined;
} {
  const header = readHeader(folder);
  const status = json(join(folder, STATUS_FILE));
  return { header, status, pid: lockHolder(join(folder, LOCK_FILE))?.pid };
}

function readHeader(folder: string): CampaignHeader {
  const path = join(folder, HEADER_FILE);
  if (!existsSync(path)) throw new InputError(folder, 'holds no campaign; name one with --state');
  const stored = json(path);
  const { success, data } = shapes().HEADER.safeParse(stored);
  if (success) return data;
  const other = shapes().ANY_HEADER.safeParse(stored).data;
  if (other === undefined || other.campaign === VERSION)
    throw new InputError(path, 'is damaged; start a new campaign');
  throw new InputError(
    folder,
    `holds a campaign of refuzz ${other.version}, which this version cannot continue; finish it with that version, or start a new campaign`,
  );
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
  if (!existsSync(series)) return;
  const bytes = Buffer.from(readBytes(series, FILE.journal));
  const complete = bytes.lastIndexOf('\n') + 1;
  if (complete < bytes.length) writing(series, () => truncateSync(series, complete));
}

/** @returns where a campaign of another format went that lay in the folder */
function makeRoom(folder: string, replaces: boolean): string | undefined {
  const path = join(folder, HEADER_FILE);
  if (!existsSync(path)) {
    checkEmpty(folder);
    return undefined;
  }
  const other = shapes().ANY_HEADER.safeParse(json(path)).data;
  // A damaged header counts as ours: it is moved aside, or `--resume` is offered and says that it is damaged.
  const isOurs = other === undefined || other.campaign === VERSION;
  if (!replaces) {
    throw new InputError(
      folder,
      isOurs
        ? 'holds a campaign; continue it with --resume, or name another folder with --state'
        : `holds a campaign of refuzz ${other.version}; finish it with that version, or name another folder with --state`,
    );
  }
  if (isOurs) {
    moveAside(folder, `${folder}.previous`);
    return undefined;
  }
  const aside = unusedName(`${folder}.${other.version}`);
  moveAside(folder, aside);
  return aside;
}

/** A campaign of another format is never overwritten: only the version that made it can finish it. */
function unusedName(wanted: string): string {
  let name = wanted;
  for (let more = 2; existsSync(name); more++) name = `${wanted}-${more}`;
  return name;
}

/**
 * Moves a campaign to another folder, over an earlier one that was moved there. Its raw findings stay with the folder:
 * the next campaign makes cases of them.
 */
function moveAside(folder: string, aside: string): void {
  const lock = locked(folder);
  writing(folder, () => {
    rmSync(aside, { recursive: true, force: true });
    renameSync(folder, aside);
    mkdirSync(folder);
    if (existsSync(join(aside, RAW_FINDINGS_FOLDER)))
      renameSync(join(aside, RAW_FINDINGS_FOLDER), join(folder, RAW_FINDINGS_FOLDER));
    rmSync(join(aside, LOCK_FILE), { force: true });
  });
  lock.release();
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

/** @returns undefined for what is not there, or is not JSON */
function json(path: string): unknown {
  return parsedJson(readIfThere(path));
}
