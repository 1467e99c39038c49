import { spawn } from 'node:child_process';
import { closeSync, createReadStream, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { InputError } from '../../subject/input-error.ts';
import { FILE, openRegular, unreadable } from '../../subject/read-file.ts';

/** What becomes of an archive after one of its entries. */
export type Next =
  | 'go on'
  | 'stop'
  /** Whoever visits reads the entry when he likes; the archive waits until then. */
  | 'wait'
  /** The archive as a whole is wrong input, for this reason. */
  | { readonly refuse: string };

/** The name of an entry, without the `./` or `/` that it may begin with. */
export function nameOf(entry: ReadEntry): string {
  return entry.path.replace(/^(?:\.?\/)+/, '');
}

/** `OldFile` is a plain file of a tar from before POSIX; links and folders hold no text. */
export function isFile(entry: ReadEntry): boolean {
  return entry.type === 'File' || entry.type === 'OldFile';
}

/**
 * Visits entries in the order of the archive, until one says `stop`. Bytes wait when the parser is busy, so that the
 * 150 MB of a kernel are never in memory at once.
 *
 * The system's `xz` unpacks, with all processors: Node has no xz, and xz compiled to WebAssembly takes three times as
 * long (14 s for the 150 MB of Linux 6.12, not 5). The package `tar` reads what comes out, as `tar` commands differ in
 * their options from system to system.
 *
 * @param halt ends it at once, as if an entry had said `stop`
 * @throws InputError for what the parser or the unpacker refuses; nothing that happens after the end counts
 */
export async function eachEntry(
  path: string,
  visit: (entry: ReadEntry) => Next,
  halt?: AbortSignal,
): Promise<void> {
  const source = open(path);
  let unpacked = 0;
  await new Promise<void>((resolve, reject) => {
    let over = false;
    const stop = (): void => {
      over = true;
      source.close();
      resolve();
    };
    const fail = (text: string): void => {
      reject(new InputError(path, text));
      stop();
    };
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        const next = over ? 'go on' : visit(entry);
        if (next === 'stop') stop();
        else if (typeof next === 'object') fail(next.refuse);
        if (next !== 'wait') entry.resume();
      },
    });
    halt?.addEventListener('abort', stop, { once: true });
    parser.on('error', (error: Error) => fail(`is damaged, or no archive (${error.message})`));
    parser.on('end', stop);
    source.stream.on('data', (chunk: Buffer) => {
      unpacked += chunk.length;
      if (!over && unpacked > MOST_UNPACKED) fail('is larger than any kernel tree, unpacked');
      if (over || parser.write(chunk)) return;
      source.stream.pause();
      parser.once('drain', () => source.stream.resume());
    });
    source.ended.then(
      () => over || parser.end(),
      (error: Error) => fail(error.message),
    );
  });
}

/** An archive's bytes, unpacked. `ended` is rejected, with words for the user, when they are not all of them. */
interface Source {
  readonly stream: Readable;
  readonly ended: Promise<void>;
  close(): void;
}

/** Bytes: a few lines of nothing, packed, are without end unpacked. */
const MOST_UNPACKED = 4 * 2 ** 30;

/** First bytes in hexadecimal, and the command that unpacks to its standard output. gzip is not here: Node has it. */
const UNPACKERS: readonly (readonly [magic: string, command: string, ...options: string[]])[] = [
  ['fd377a585a00', 'xz', '-T0', '-dc'],
  ['425a68', 'bzip2', '-dc'],
  ['28b52ffd', 'zstd', '-dc'],
];

/** The first bytes tell the kind of an archive; its name may say anything. */
function open(path: string): Source {
  const { descriptor } = openRegular(path, FILE.archive);
  const start = firstBytes(path, descriptor);
  const unpacker = UNPACKERS.find(([magic]) => start.toString('hex').startsWith(magic));
  if (unpacker) return fromCommand(descriptor, unpacker[1], unpacker.slice(2));
  const file = createReadStream(path, { fd: descriptor, start: 0 });
  if (start.toString('hex').startsWith('1f8b')) {
    const unzipped = createGunzip();
    file.on('error', (error) => unzipped.destroy(error));
    return fromStream(file.pipe(unzipped), () => file.destroy());
  }
  // Where every tar file since 1988 has its mark.
  if (start.toString('latin1', 257, 262) === 'ustar') return fromStream(file, () => {});
  file.destroy();
  throw new InputError(path, 'is no archive that refuzz can read; name a folder, a .tar, .tar.gz or .tar.xz');
}

/**
 * One block of a tar file, 512 bytes: a shorter file leaves zeros behind its end.
 *
 * @throws InputError for a file that cannot be read
 */
function firstBytes(path: string, descriptor: number): Buffer {
  const bytes = Buffer.alloc(512);
  try {
    readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function fromStream(stream: Readable, close: () => void): Source {
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('end', resolve);
    stream.on('error', (error) => reject(new Error(`cannot be unpacked: ${error.message}`)));
  });
  return {
    stream,
    ended,
    close: () => {
      close();
      stream.destroy();
    },
  };
}

/** The file that was opened is its standard input. Its standard error becomes the message when it fails. */
function fromCommand(file: number, command: string, options: readonly string[]): Source {
  const child = spawn(command, options, { stdio: [file, 'pipe', 'pipe'] });
  closeSync(file);
  let said = '';
  child.stderr!.on('data', (text) => {
    said += String(text);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = `needs the command "${command}", which is not installed; install it, or unpack the archive and name the folder`;
      reject(new Error(error.code === 'ENOENT' ? missing : `${command}: ${error.message}`));
    });
    // After the output was read to its end, unlike 'exit'.
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`cannot be unpacked: ${said.trim() || `${command} was stopped`}`));
    });
  });
  return { stream: child.stdout!, ended, close: () => child.kill() };
}
