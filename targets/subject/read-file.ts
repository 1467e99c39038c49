import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { InputError } from './input-error.ts';

/**
 * Every file that refuzz reads goes through here. A name may stand for anything: a pipe that nobody writes to would be
 * waited for, a device never ends, a file below /proc has no size and no end either. So only regular files are read, and
 * of each kind not more than a file of that kind can have.
 */
export interface FileKind {
  /** `C source`: what it should have been, for messages. */
  readonly name: string;
  /** In bytes. */
  readonly most: number;
}

const MB = 1 << 20;

/** The kinds, with room to spare: the largest case, target and source that anybody wrote have some 20 kB. */
export const FILE = {
  case: { name: 'case', most: MB },
  target: { name: 'target file', most: MB },
  source: { name: 'C source', most: MB },
  /** A file of a tree that is audited. The longest of Linux 6.12, a header of registers that a program wrote, has 24 MB. */
  audited: { name: 'C source', most: 32 * MB },
  /** A kernel's sources. Linux 6.12 has 150 MB, packed; 1.5 GB unpacked. */
  archive: { name: 'kernel tree or archive', most: 4096 * MB },
  /** Part of a state: a header, a raw finding, a snapshot. */
  state: { name: 'file of a state', most: 64 * MB },
  journal: { name: 'journal', most: 256 * MB },
  certificate: { name: 'certificate', most: 256 * MB },
  /** A kernel's module, a program or a library for a guest, a compiled module. */
  binary: { name: 'binary', most: 256 * MB },
} as const satisfies Readonly<Record<string, FileKind>>;

/**
 * The bytes of a file.
 *
 * @throws InputError for a file that is not there, cannot be read, is none, or is larger than one of its kind
 */
export function readBytes(path: string, kind: FileKind): Uint8Array {
  const file = openRegular(path, kind);
  try {
    return bytesOf(path, file.descriptor, kind);
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(path, error);
  } finally {
    closeSync(file.descriptor);
  }
}

/** The text of a file that somebody wrote by hand. @throws InputError as `readBytes` does, and for what is no UTF-8 */
export function readText(path: string, kind: FileKind): string {
  const bytes = readBytes(path, kind);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Not UTF-8: said below. Bytes that were replaced would be another text than the user's.
  }
  throw new InputError(path, `is no ${kind.name}: it holds something else than UTF-8 text`);
}

/**
 * The text of a file that may be missing, and may end in the middle of a letter: its writer may have been killed.
 *
 * @returns undefined when there is no such file, also when a part of its path is not a folder
 * @throws InputError as `readBytes` does
 */
export function readIfThere(path: string, kind: FileKind = FILE.state): string | undefined {
  try {
    return Buffer.from(readBytes(path, kind)).toString();
  } catch (error) {
    if (error instanceof MissingFile) return undefined;
    throw error;
  }
}

/** There is no file of that name. */
export class MissingFile extends InputError {
  /** @param path the name that there is not */
  constructor(path: string) {
    super(path, 'there is no such file');
  }
}

/** A file that is open for reading; whoever asked for it closes it. */
export interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/**
 * Opens a regular file. It is asked twice: before, as opening a device may do something, and afterwards, as the name may
 * stand for another file by then. Without waiting, as opening a pipe would.
 *
 * @throws InputError for anything else, and for a file that is too large
 */
export function openRegular(path: string, kind: FileKind): OpenFile {
  try {
    const found = asked(() => statSync(path));
    check(path, found, kind);
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      check(path, stats, kind);
      return { descriptor, stats };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(path, error);
  }
}

/**
 * What the file system says of a name that may stand for a pipe. Node's realpath takes the last thing that was asked about
 * for a part of its path, and at a pipe it stops: packages that are links would not be found. So the root is asked about
 * afterwards.
 */
export function asked<T extends Stats | undefined>(ask: () => T): T {
  try {
    return ask();
  } finally {
    statSync('/');
  }
}

function check(path: string, stats: Stats, { name, most }: FileKind): void {
  if (stats.isDirectory()) throw new InputError(path, `is a folder; name a ${name}`);
  if (!stats.isFile()) throw new InputError(path, `is no file but ${special(stats)}; name a ${name}`);
  if (stats.size > most) throw tooLarge(path, name, most);
}

function tooLarge(path: string, name: string, most: number): InputError {
  return new InputError(path, `is larger than ${most / MB} MB; a ${name} is smaller`);
}

function special(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Files below /proc have the size 0, and some have no end, so it is counted. */
function bytesOf(path: string, descriptor: number, { name, most }: FileKind): Uint8Array {
  const parts: Buffer[] = [];
  let size = 0;
  for (;;) {
    const part = Buffer.allocUnsafe(Math.max(4096, fstatSync(descriptor).size - size + 1));
    const read = readSync(descriptor, part, 0, Math.min(part.length, most + 1 - size), null);
    if (read === 0) return Buffer.concat(parts, size);
    parts.push(part.subarray(0, read));
    size += read;
    if (size > most) throw tooLarge(path, name, most);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ELOOP: 'a loop of links',
  ENAMETOOLONG: 'its name is too long',
  EAGAIN: 'it has no end',
  EIO: 'the disk has an error',
};

/** What the file system said of reading a file or folder, as the error of the user's. */
export function unreadable(path: string, error: unknown): InputError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new MissingFile(path);
  return new InputError(path, `cannot be read (${REASONS[code ?? ''] ?? code ?? message})`);
}
