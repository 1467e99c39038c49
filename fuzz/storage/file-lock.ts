import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { InputError } from '../../targets/subject/input-error.ts';
import { readIfThere } from '../../targets/subject/read-file.ts';

/** Who holds a lock: enough to tell whether it still runs, also when its number has been given to another process. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the kernel's own count; absent where that is not known. */
  readonly since?: string;
}

/** A lock that this process holds. */
export interface FileLock {
  release(): void;
}

/** Somebody else holds the lock. */
export class LockedError extends Error {
  readonly holder: Holder;
  constructor(file: string, holder: Holder) {
    super(`${file}: locked by process ${holder.pid} on ${holder.host}`);
    this.holder = holder;
  }

  /** `process 4711`, or with the machine if that is another one. */
  get holderText(): string {
    const { pid, host } = this.holder;
    return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  }
}

const ATTEMPTS = 20;

/**
 * Takes a lock file. A lock whose process is gone is taken over, so a crash locks nobody out; one of another machine is
 * believed.
 *
 * @throws LockedError; the file system's own error
 */
export function takeLock(file: string): FileLock {
  const own = JSON.stringify(me());
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (isMade(file, own)) return { release: () => releaseOwn(file, own) };
    const text = readIfThere(file);
    if (text === undefined) continue;
    const holder = parsed(text);
    if (holder && isAlive(holder)) throw new LockedError(file, holder);
    takeAway(file, text);
  }
  throw new Error(`${file}: the lock changes hands all the time`);
}

/**
 * Takes a lock for a file or a folder of the user's.
 *
 * @param place what it is for
 * @param file of the lock
 * @param user what holds it if it is taken: `campaign`
 * @throws InputError saying who has it
 */
export function lockFor(place: string, file: string, user: string): FileLock {
  try {
    return takeLock(file);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new InputError(
      place,
      `another ${user} (${error.holderText}) is using it; wait, or name another with --state`,
    );
  }
}

/** Whether somebody holds the lock. @returns the process */
export function lockHolder(file: string): Holder | undefined {
  const text = readIfThere(file);
  const holder = text === undefined ? undefined : parsed(text);
  return holder && isAlive(holder) ? holder : undefined;
}

/**
 * Makes the file with its text, both at once: nobody ever finds it empty, and takes that for the lock of nobody.
 *
 * @returns false when it is there already
 */
function isMade(file: string, own: string): boolean {
  const written = `${file}.${hostname()}.${process.pid}`;
  try {
    writeFileSync(written, own);
    linkSync(written, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code!)) throw error;
    return isMadeWithoutLinks(file, own);
  } finally {
    rmSync(written, { force: true });
  }
}

/** What file systems that have no second names of files say of them. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

function isMadeWithoutLinks(file: string, own: string): boolean {
  try {
    writeFileSync(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Whoever takes a stale lock away holds another lock meanwhile. Else two might find it stale, and the slower one take
 * away what the quicker one has locked since.
 *
 * @throws LockedError when another process is about to take the lock
 */
function takeAway(file: string, stale: string): void {
  const claim = takeLock(`${file}.claim`);
  try {
    if (readIfThere(file) === stale) rmSync(file, { force: true });
  } finally {
    claim.release();
  }
}

function releaseOwn(file: string, own: string): void {
  if (readIfThere(file) === own) rmSync(file, { force: true });
}

function me(): Holder {
  const since = startOf(process.pid);
  return { pid: process.pid, host: hostname(), ...(since === undefined ? {} : { since }) };
}

function parsed(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return Number.isInteger(holder.pid) && typeof holder.host === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Whether another process holds it: one process does not lock itself out. */
function isAlive({ pid, host, since }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return since === undefined || startOf(pid) === since;
}

/** @returns undefined where there is no /proc */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold spaces. The 22nd field of all is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
