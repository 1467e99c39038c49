import type { Dirent, Stats } from 'node:fs';
import { lstatSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entriesOf, isWithin, statsOf } from '../../targets/subject/folders.ts';
import { readBytes } from '../../targets/subject/read-file.ts';
import type { Skipped } from '../census/counter.ts';
import { AUDITED, digestOf, inOrder, isSource, NO_TEXT, reasonOf, textOf } from './source-bytes.ts';
import type { Recall, SourceFile, SourceTree } from './source-tree.ts';

/** Folders in each other. A kernel has ten; a path of the system's ends at some thousand letters. */
const DEEPEST = 64;
/** What version control keeps is no part of the tree. */
const NOT_THE_TREE: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);

/** How files and folders are read; a test hands in one that refuses, as nothing refuses to the superuser. */
export interface Disk {
  entriesOf(folder: string): Dirent[];
  readBytes(path: string): Uint8Array;
}

/** The real one. */
const DISK: Disk = { entriesOf, readBytes: (path) => readBytes(path, AUDITED) };

/**
 * A folder. Links are not followed: what they lead to inside of the tree is read there, and what is outside is not what was
 * named. Whatever cannot be read is skipped and told.
 */
export class FolderTree implements SourceTree {
  readonly name: string;
  readonly key: string;
  readonly #root: string;
  readonly #disk: Disk;
  #expected: number | undefined;
  #skipped: Skipped[] = [];

  /** @param name the folder, as the user named it */
  constructor(name: string, disk: Disk = DISK) {
    this.name = name;
    this.#root = name;
    this.#disk = disk;
    this.key = `folder ${realpathSync(resolve(name))}`;
  }

  get expected(): number | undefined {
    return this.#expected;
  }

  get skipped(): readonly Skipped[] {
    return inOrder(this.#skipped);
  }

  async *files(recall: Recall = () => undefined): AsyncIterable<SourceFile> {
    this.#skipped = [];
    // All names first: they are few beside the texts, and whoever waits is told how many files there are.
    const paths: string[] = [];
    this.#visit('', 0, paths);
    this.#expected = paths.length;
    for (const path of paths) {
      const file = this.#read(path, recall);
      if (file) yield file;
    }
  }

  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const path of paths) {
      const text = this.#read(path, () => undefined)?.text;
      if (text !== undefined) texts.set(path, text);
    }
    return texts;
  }

  /** Each skipped file is told, and none ends the audit: of 60 000 files one is always odd. */
  #skip(file: string, why: string): void {
    this.#skipped.push({ file, why });
  }

  /** Folders sort as if their names ended in `/`, so that the files come in the order of their whole paths. */
  #visit(folder: string, depth: number, paths: string[]): void {
    if (depth > DEEPEST) {
      this.#skip(folder, `lies more than ${DEEPEST} folders deep`);
      return;
    }
    for (const entry of this.#entries(folder)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NOT_THE_TREE.has(entry.name)) this.#visit(path, depth + 1, paths);
      } else if (entry.isSymbolicLink()) this.#link(path);
      else if (isSource(entry.name)) {
        if (entry.isFile()) paths.push(path);
        else this.#skip(path, `is no file but ${entry.isFIFO() ? 'a pipe' : 'a device or socket'}`);
      }
    }
  }

  /** What lies in a folder. One that refuses is skipped with all that is in it. */
  #entries(folder: string): Dirent[] {
    const keyOf = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);
    try {
      const entries = this.#disk.entriesOf(join(this.#root, folder));
      return entries.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    } catch (error) {
      // The folder that was named is the user's business, and not one among many.
      if (folder === '') throw error;
      this.#skip(folder, reasonOf(error));
      return [];
    }
  }

  /**
   * Only links that might have led to C are told of: a tree has many others.
   *
   *     include/dt-bindings/a.h -> ../../arch/a.h     told: read under its other name
   *     scripts/dtc -> /usr/share/dtc                 told: out of the tree
   *     README -> Documentation/README                not told: no C could have been there
   */
  #link(path: string): void {
    const full = join(this.#root, path);
    const found = statsOf(full);
    if (found?.isFile() && !isSource(path)) return;
    if (!found && !isSource(path)) return;
    if (!found) this.#skip(path, 'is a link that leads nowhere, or to itself');
    else if (!isWithin(full, [this.#root])) this.#skip(path, 'is a link out of the tree');
    else
      this.#skip(path, `is a link to a ${found.isDirectory() ? 'folder' : 'file'} of the tree, read there`);
  }

  /** A file, or why there is none. It may have gone since its folder was listed, or have become something else. */
  #read(path: string, recall: Recall): SourceFile | undefined {
    const full = join(this.#root, path);
    try {
      // Before the file is read: if somebody writes to it now, the stamp is out of date and not the text.
      const stamp = stampOf(lstatSync(full));
      const known = recall(path, stamp);
      if (known !== undefined) return { path, digest: known, stamp };
      const bytes = this.#disk.readBytes(full);
      const text = textOf(bytes);
      if (text !== undefined) return { path, digest: digestOf(bytes), text, stamp };
      this.#skip(path, NO_TEXT);
    } catch (error) {
      this.#skip(path, reasonOf(error));
    }
    return undefined;
  }
}

/**
 * What changes whenever a file does. The time of change (`ctime`) is set by the kernel alone: nobody can write to a file and
 * set it back, as is easily done with the time of modification.
 */
export function stampOf({ size, ino, mtimeMs, ctimeMs }: Stats): string {
  return `${size} ${ino} ${mtimeMs} ${ctimeMs}`;
}

/** When the file last changed, by its stamp, in milliseconds since 1970; undefined where the stamp does not say. */
export function changedAt(stamp: string): number | undefined {
  const [, , , changed] = stamp.split(' ');
  return changed === undefined ? undefined : Number(changed);
}
