import { closeSync, linkSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { BEAT, type Holder, holderText, isAlive, ownHolder, parsedHolder, silenceOf } from './lock-holder.ts';
import { readStored } from './set-aside.ts';

/** A lock that this process holds. */
export interface FileLock {
  release(): void;
}

/** Somebody else holds the lock. */
export class LockedError extends Error {
  readonly holder: Holder;
  /** Milliseconds since its last sign. */
  readonly silence: number;
  constructor(file: string, holder: Holder, silence: number) {
    super(`${file}: locked by ${holderText(holder, silence)}`);
    this.holder = holder;
    this.silence = silence;
  }
}

const ATTEMPTS = 20;

/**
 * Takes a lock file. A lock whose process is gone is taken over, so a crash locks nobody out; see `isAlive`.
 *
 * Locks of the operating system end with their process, which would spare all of this. Node has none without a module
 * in C (`fs` has neither flock nor fcntl), and where files come over a network they hold on one machine only.
 *
 * @throws LockedError; InputError for something else in its place; the file system's own error
 */
export function takeLock(file: string): FileLock {
  const own = JSON.stringify(ownHolder(new Date().toISOString()));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = madeAt(file, own);
    if (now === undefined) return held(file, own);
    const text = textOf(file);
    if (text === undefined) continue;
    const holder = parsedHolder(text);
    const silence = silenceOf(file, now);
    if (holder && isAlive(holder, silence)) throw new LockedError(file, holder, silence);
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
      `another ${user} (${holderText(error.holder, error.silence)}) is using it; wait for its end, or name another with --state; if it is gone for good: refuzz unlock ${shellWord(place)}`,
    );
  }
}

/** A lock, as somebody finds it who does not want it. */
export interface FoundLock {
  /** Absent when it names nobody. */
  readonly holder: Holder | undefined;
  readonly isAlive: boolean;
  /** The holder, in words. */
  readonly text: string;
}

/** Looks at a lock, and changes nothing. @returns undefined when there is none */
export function foundLock(file: string): FoundLock | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const holder = parsedHolder(text);
  const silence = silenceOf(file, Date.now());
  return {
    holder,
    isAlive: holder !== undefined && isAlive(holder, silence),
    text: holder ? holderText(holder, silence) : 'nobody',
  };
}

/** Whether somebody holds the lock. @returns the process */
export function lockHolder(file: string): Holder | undefined {
  const found = foundLock(file);
  return found?.isAlive ? found.holder : undefined;
}

/** Removes a lock, whoever holds it. */
export function breakLock(file: string): void {
  for (const one of [file, `${file}.claim`]) rmSync(one, { force: true });
}

/**
 * Every `BEAT` the lock is written to: other machines see by its time that somebody still holds it. By a write, since
 * that takes the time from the file system, whatever the clock of this machine says; of one byte in its place, so that
 * nobody finds the file empty.
 */
function held(file: string, own: string): FileLock {
  const beat = setInterval(() => {
    try {
      if (textOf(file) !== own) return;
      const open = openSync(file, 'r+');
      writeSync(open, own[0]!, 0);
      closeSync(open);
    } catch {
      // The next one may succeed; where none does, the lock is held as long as nobody doubts it.
    }
  }, BEAT).unref();
  return {
    release() {
      clearInterval(beat);
      if (textOf(file) === own) rmSync(file, { force: true });
    },
  };
}

/** @throws InputError for what is no file */
function textOf(file: string): string | undefined {
  const stored = readStored(file);
  if (stored.kind === 'unusable')
    throw new InputError(file, `${stored.why}; it has the place of a lock: remove it`);
  return stored.kind === 'text' ? stored.text : undefined;
}

/**
 * Makes the file with its text, both at once: nobody ever finds it empty, and takes that for the lock of nobody.
 *
 * @returns undefined; when it is there already, what time it is for the file system
 */
function madeAt(file: string, own: string): number | undefined {
  const written = `${file}.${hostname()}.${process.pid}`;
  try {
    writeFileSync(written, own);
    const now = statSync(written).mtimeMs;
    try {
      linkSync(written, file);
      return undefined;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return now;
      if (!NO_LINKS.includes(code!)) throw error;
      return isMadeWithoutLinks(file, own) ? undefined : now;
    }
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
    if (textOf(file) === stale) rmSync(file, { force: true });
  } finally {
    claim.release();
  }
}
