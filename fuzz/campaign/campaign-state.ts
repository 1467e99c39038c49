import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Target } from '../../targets/target/target.ts';
import { type FileLock, lockFor, lockHolder } from '../workers/file-lock.ts';
import { digestOf } from '../workers/target-digest.ts';
import { RawFindings } from './raw-findings.ts';
import { writing } from './state-error.ts';
import { TargetJournal } from './target-journal.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 2;

const HEADER = z.object({
  campaign: z.literal(VERSION),
  /** Of refuzz. Another version may search otherwise. */
  version: z.string(),
  seed: z.int().nonnegative(),
  maxOps: z.int(),
  maxThreads: z.int().optional(),
  feedback: z.boolean(),
  /** As the user named them; and where C code comes from. */
  targets: z.array(z.string()),
  code: z.object({
    kernel: z.string().optional(),
    against: z.string().optional(),
    before: z.string().optional(),
    after: z.string().optional(),
  }),
});

/** What a campaign was started with, so that it can go on. */
export type CampaignHeader = z.infer<typeof HEADER>;

const HEADER_FILE = 'campaign.json';
const LOCK_FILE = 'lock';
const RAW_FINDINGS_FOLDER = 'raw-findings';
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
  readonly #lock: FileLock;
  readonly #journals: TargetJournal[] = [];

  private constructor(folder: string, header: CampaignHeader, lock: FileLock) {
    this.folder = folder;
    this.header = header;
    this.rawFindings = new RawFindings(join(folder, RAW_FINDINGS_FOLDER));
    this.#lock = lock;
  }

  /**
   * Starts a campaign in a folder.
   *
   * @param replaces whether a campaign that lies there is moved aside (to FOLDER.previous); else it is an error
   * @throws InputError, StorageError
   */
  static create(folder: string, header: Omit<CampaignHeader, 'campaign'>, replaces: boolean): CampaignState {
    if (existsSync(join(folder, HEADER_FILE))) {
      if (!replaces) {
        throw new InputError(
          folder,
          'holds a campaign; go on with it (--resume), or name another folder with --state',
        );
      }
      moveAside(folder);
    } else checkEmpty(folder);
    const lock = locked(folder);
    removeHalfWritten(folder);
    const full = { campaign: VERSION, ...header } as const;
    const path = join(folder, HEADER_FILE);
    try {
      writing(path, () => writeFileAtomic.sync(path, `${JSON.stringify(full)}\n`, { fsync: true }));
    } catch (error) {
      lock.release();
      throw error;
    }
    return new CampaignState(folder, full, lock);
  }

  /** @throws InputError when there is none, or another process runs it */
  static resume(folder: string): CampaignState {
    const header = readHeader(folder);
    const lock = locked(folder);
    removeHalfWritten(folder);
    return new CampaignState(folder, header, lock);
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
    writing(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic.sync(path, `${JSON.stringify(crash, undefined, 2)}\n`, { fsync: true });
    });
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

  addSample(sample: unknown): void {
    try {
      writeFileSync(join(this.folder, SERIES_FILE), `${JSON.stringify(sample)}\n`, { flag: 'a' });
    } catch {
      // The journals tell of a full disk; a point less of a curve is no loss.
    }
  }

  /** What `writeStatus` wrote last. */
  get status(): unknown {
    return json(join(this.folder, STATUS_FILE));
  }

  close(): void {
    for (const journal of this.#journals) journal.close();
    this.#lock.release();
  }
}

/** What a campaign says of itself from outside. @throws InputError when there is none */
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
  const { success, data } = HEADER.safeParse(json(path));
  if (!success)
    throw new InputError(path, 'is damaged, or of another version of refuzz; start a new campaign');
  return data;
}

/** What a process that was killed had begun to write, also half a line of the series. Nobody else writes here. */
function removeHalfWritten(folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names) if (HALF_WRITTEN.test(name)) rmSync(join(folder, name), { force: true });
  const series = join(folder, SERIES_FILE);
  if (!existsSync(series)) return;
  const bytes = readFileSync(series);
  const complete = bytes.lastIndexOf('\n') + 1;
  if (complete < bytes.length) writing(series, () => truncateSync(series, complete));
}

/** Its findings that are not cases yet stay with the folder. */
function moveAside(folder: string): void {
  const lock = locked(folder);
  const aside = `${folder}.previous`;
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
    mkdirSync(folder, { recursive: true });
    return lockFor(folder, join(folder, LOCK_FILE), 'campaign');
  });
}

/** A folder of somebody's own files is not written into by mistake. */
function checkEmpty(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) throw new InputError(folder, 'is not a folder; name one with --state');
  const isOwn = (name: string) =>
    name === RAW_FINDINGS_FOLDER ||
    name === LOCK_FILE ||
    name.startsWith(`${LOCK_FILE}.`) ||
    HALF_WRITTEN.test(name);
  const others = readdirSync(folder).filter((name) => !isOwn(name));
  if (others.length > 0) throw new InputError(folder, 'holds other files; name an empty folder with --state');
}

/** @returns undefined for what is not there, or no JSON */
function json(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
