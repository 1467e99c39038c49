import { basename, resolve } from 'node:path';
import type { ReadEntry } from 'tar';
import { eachEntry, isFile, type Next, nameOf } from '../../targets/c/build/archive-entries.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { MissingFile } from '../../targets/subject/read-file.ts';
import type { Skipped } from '../census/counter.ts';
import { stampOf } from './folder-tree.ts';
import {
  AUDITED,
  digestOf,
  inOrder,
  isSource,
  NO_TEXT,
  reasonOf,
  TOO_LARGE,
  textOf,
} from './source-bytes.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';

/** Files that were read and that nobody has asked for yet. The archive waits when there are more. */
const MOST_WAITING = 64;
/** Packed bytes for each file of C, measured on Linux 6.12: its archive for xz has 152 MB, and 59 952 files. */
const BYTES_PER_FILE: Readonly<Record<string, number>> = { xz: 2534, bz2: 3000, gz: 3900, tar: 26_000 };

/** An archive of a tree. Paths are below its top folder, if it has one. It is unpacked as it is read, and never to disk. */
export class ArchiveTree implements SourceTree {
  readonly name: string;
  readonly key: string;
  readonly stamp: string;
  /** A guess, from the size. */
  readonly expected: number;
  readonly #path: string;
  #skipped: Skipped[] = [];

  /** @param path of the archive, as the user named it @throws InputError for a file that is not there */
  constructor(path: string) {
    const stats = statsOf(path);
    if (!stats) throw new MissingFile(path);
    this.#path = path;
    this.name = basename(path);
    this.key = `archive ${resolve(path)}`;
    this.stamp = stampOf(stats);
    const kind = /\.t?(xz|bz2|gz)$/.exec(path)?.[1] ?? (path.endsWith('.tar') ? 'tar' : 'gz');
    this.expected = Math.ceil(stats.size / BYTES_PER_FILE[kind]!);
  }

  get skipped(): readonly Skipped[] {
    return inOrder(this.#skipped);
  }

  async *files(): AsyncIterable<SourceFile> {
    this.#skipped = [];
    for await (const { path, bytes } of this.#contents((path) => isSource(path))) {
      const text = textOf(bytes);
      if (text === undefined) this.#skipped.push({ file: path, why: NO_TEXT });
      else yield { path, digest: digestOf(bytes), text };
    }
  }

  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(paths);
    const texts = new Map<string, string>();
    if (wanted.size === 0) return texts;
    const skipped = this.#skipped;
    for await (const { path, bytes } of this.#contents((path) => wanted.has(path))) {
      const text = textOf(bytes);
      if (text !== undefined) texts.set(path, text);
      // Later entries of the same name would replace the earlier ones; no tree has any.
      if (texts.size === wanted.size) break;
    }
    this.#skipped = skipped;
    return texts;
  }

  /**
   * The parser pushes entries; whoever audits pulls files. Between the two a few wait.
   *
   * Whoever stops early, as `texts` does when it has all it wants, ends the unpacking as well.
   */
  async *#contents(isWanted: (path: string) => boolean): AsyncIterable<Content> {
    const shelf = new Shelf();
    const halt = new AbortController();
    let top: string | undefined;
    const visit = (entry: ReadEntry): Next => {
      top ??= topOf(entry);
      const path = below(nameOf(entry), top);
      if (!isWanted(path)) return 'go on';
      return isFile(entry) ? this.#take(entry, path, shelf) : this.#pass(entry, path);
    };
    eachEntry(this.#path, visit, halt.signal).then(
      () => shelf.end(),
      (error: unknown) => shelf.end(withRemedy(this.#path, error)),
    );
    try {
      yield* shelf;
    } finally {
      halt.abort();
    }
  }

  /** Links are not followed in an archive either. A hard link is a second name of a file that is packed under its first one. */
  #pass(entry: ReadEntry, path: string): Next {
    const isLink = entry.type === 'SymbolicLink' || entry.type === 'Link';
    if (isLink) this.#skipped.push({ file: path, why: 'is a link' });
    return 'go on';
  }

  /**
   * Reads an entry into memory, as soon as there is room. Until then it is not read, so the unpacker waits, and with it the
   * disk. A file that claims to be too large is never read.
   */
  #take(entry: ReadEntry, path: string, shelf: Shelf): Next {
    if (entry.size > AUDITED.most) {
      this.#skipped.push({ file: path, why: TOO_LARGE });
      return 'go on';
    }
    const chunks: Buffer[] = [];
    const read = () => {
      entry.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
      entry.on('end', () => shelf.put({ path, bytes: Buffer.concat(chunks) }));
    };
    shelf.whenThereIsRoom(read);
    return 'wait';
  }
}

/** A file of the archive. */
interface Content {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * What was read and not yet taken away.
 *
 * It keeps memory bounded however slow its taker is: a full shelf holds the next entry back, and with it the unpacker.
 */
class Shelf implements AsyncIterable<Content> {
  readonly #contents: Content[] = [];
  #error: unknown;
  #isOver = false;
  #wake: () => void = () => {};
  #room: (() => void) | undefined;

  /** The archive has read a file. */
  put(content: Content): void {
    this.#contents.push(content);
    this.#wake();
  }

  /** @param error what whoever takes will meet after the last content */
  end(error?: unknown): void {
    this.#isOver = true;
    this.#error = error;
    this.#wake();
  }

  /** The archive has one entry at a time, so one at most waits here. */
  whenThereIsRoom(act: () => void): void {
    if (this.#contents.length < MOST_WAITING) act();
    else this.#room = act;
  }

  /** Waits for the archive where nothing is left, and lets it go on. */
  async *[Symbol.asyncIterator](): AsyncIterator<Content> {
    for (;;) {
      const content = this.#contents.shift();
      if (content) yield content;
      else if (this.#isOver) break;
      else
        await new Promise<void>((wake) => {
          this.#wake = wake;
          const room = this.#room;
          this.#room = undefined;
          room?.();
        });
    }
    if (this.#error !== undefined) throw this.#error;
  }
}

/** What a kernel tree has at its top, so that `net/ipv4/route.c` in an archive of `net` alone keeps its `net`. */
const OF_A_KERNEL =
  /^(?:arch|block|crypto|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|rust|samples|scripts|security|sound|tools|usr|virt)$/;

/**
 * The folder that an archive packs its tree in, by its first entry: archives begin with that folder, or with a file of it.
 *
 *     linux-6.12/, linux-6.12/COPYING    linux-6.12/
 *     .clang-format, net/ipv4/a.c        none
 */
function topOf(entry: ReadEntry): string {
  const name = nameOf(entry);
  if (name === '') return entry.type === 'Directory' ? '' : name;
  const [top, ...rest] = name.split('/');
  const isFolder = rest.length > 0;
  return isFolder && !OF_A_KERNEL.test(top!) ? `${top}/` : '';
}

/**
 * What lies beside the top folder is named as it is seen from there, so that no two files get one name.
 *
 *     linux-6.12/net/core/sock.c, top linux-6.12/     net/core/sock.c
 *     CHANGES, top linux-6.12/                        ../CHANGES
 */
function below(name: string, top: string): string {
  return name.startsWith(top) ? name.slice(top.length) : `../${name}`;
}

/** What the reader of archives says of damage is true of any archive; what to do about it depends on what it was wanted for. */
function withRemedy(path: string, error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const why = reasonOf(error);
  if (!/^(?:is damaged|cannot be unpacked)/.test(why)) return error;
  return new InputError(path, `${why}; fetch the archive again, or name a folder`);
}
