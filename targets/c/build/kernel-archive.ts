import { spawn } from 'node:child_process';
import { closeSync, createReadStream, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { InputError } from '../../subject/input-error.ts';
import { FILE, openRegular, unreadable } from '../../subject/read-file.ts';

/**
 * Reads some text files of an archive of a source tree, and stops as soon as it can.
 *
 * The system's `xz` unpacks, with all processors: Node has no xz, and xz compiled to WebAssembly takes three times as
 * long (14 s for the 150 MB of Linux 6.12, not 5). The package `tar` reads what comes out, as `tar` commands differ in
 * their options from system to system. Of several trees in one archive, the one that has the most of `wanted` counts.
 *
 * @param wanted paths below the tree's top folder
 * @param isEnough asked at each entry with what was found, and the folder of the entry
 * @returns those of `wanted` that are there
 * @throws InputError when it is no archive, or damaged, or its unpacker is not installed
 */
export async function readArchive(
  path: string,
  wanted: readonly string[],
  isEnough: (found: ReadonlyMap<string, string>, folder: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  // By top folder: `tools/include/linux/refcount.h` looks like a kernel file of a tree called `tools`.
  const tops = new Map<string, Map<string, string>>();
  const nameOf = (entry: ReadEntry) => entry.path.replace(/^(?:\.?\/)+/, '');
  const isWanted = (entry: ReadEntry) =>
    isFile(entry) && splits(nameOf(entry)).some(([, below]) => wanted.includes(below));
  await eachEntry(path, isWanted, (entry) => {
    const name = nameOf(entry);
    for (const [top, below] of splits(name)) {
      const found = tops.get(top);
      if (found && isEnough(found, folderOf(below))) return 'stop';
      if (wanted.includes(below) && isFile(entry)) collect(entry, below, mapOf(tops, top));
    }
    return 'go on';
  });
  const best = [...tops.values()].sort((one, other) => other.size - one.size)[0];
  return best ?? new Map();
}

/**
 * `a/b/c` is `b/c` of a tree in the folder `a`, or `a/b/c` of a tree packed without its folder. Both readings are tried
 * for each entry, as the first entry does not say which is right.
 */
function splits(name: string): [top: string, below: string][] {
  const slash = name.indexOf('/');
  return [
    ['', name],
    [name.slice(0, slash + 1), name.slice(slash + 1)],
  ];
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

/** `OldFile` is a plain file of a tar from before POSIX; links and folders hold no text. */
function isFile(entry: ReadEntry): boolean {
  return entry.type === 'File' || entry.type === 'OldFile';
}

/** The files found so far below a top folder, an empty map for one that is new. */
function mapOf(tops: Map<string, Map<string, string>>, top: string): Map<string, string> {
  const found = tops.get(top) ?? new Map<string, string>();
  tops.set(top, found);
  return found;
}

/**
 * The text is there only when the entry has ended; the parser begins the next entry after that, so `isEnough` sees it.
 */
function collect(entry: ReadEntry, name: string, into: Map<string, string>): void {
  const chunks: Buffer[] = [];
  entry.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
  entry.on('end', () => into.set(name, Buffer.concat(chunks).toString()));
}

/**
 * Visits entries in the order of the archive, until one says `stop`. Bytes wait when the parser is busy, so that the
 * 150 MB of a kernel are never in memory at once.
 *
 * @throws InputError for what the parser or the unpacker refuses; nothing that happens after the end counts
 */
async function eachEntry(
  path: string,
  isWanted: (entry: ReadEntry) => boolean,
  visit: (entry: ReadEntry) => 'go on' | 'stop',
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
        if (entry.size > FILE.source.most && isWanted(entry)) fail(`${entry.path} in it is larger than 1 MB`);
        if (!over && visit(entry) === 'stop') stop();
        entry.resume();
      },
    });
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
