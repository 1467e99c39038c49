import { type Dirent, mkdirSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { InputError } from './input-error.ts';
import { asked, unreadable } from './read-file.ts';

/** A corpus has two floors of folders; a kernel's tree of headers, ten. */
const DEEPEST = 20;
/** The largest corpus that a campaign has made has some thousand files. */
const MOST_ENTRIES = 200_000;

/** What of a folder is wanted. */
export interface Wanted {
  /** Whether a file counts, by its name. */
  isFile(name: string): boolean;
}

/**
 * The wanted files below a folder, in the order of their names by code unit, so that the order is that of every machine
 * and locale. A link to a file is a file. One to a folder is not followed, as it may lead back.
 *
 * @throws InputError for a folder that cannot be read, is too deep, or holds too much
 */
export function filesBelow(folder: string, wanted: Wanted): string[] {
  const files: string[] = [];
  let entries = 0;
  const visit = (path: string, depth: number): void => {
    if (depth > DEEPEST)
      throw new InputError(path, `lies more than ${DEEPEST} folders deep in ${folder}; name a folder in it`);
    for (const entry of entriesOf(path)) {
      if (++entries > MOST_ENTRIES)
        throw new InputError(folder, `holds more than ${MOST_ENTRIES} files; name a folder in it`);
      const below = join(path, entry.name);
      if (entry.isDirectory()) visit(below, depth + 1);
      else if (wanted.isFile(entry.name) && !isLinkedFolder(entry, below)) files.push(below);
    }
  };
  visit(folder, 0);
  return files;
}

function isLinkedFolder(entry: Dirent, path: string): boolean {
  return entry.isSymbolicLink() && (statsOf(path)?.isDirectory() ?? false);
}

/** What lies in a folder, in the order of names by code unit. @throws InputError for a folder that cannot be read */
export function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** What a name stands for, links followed. @returns undefined where nothing is, or nothing can be asked */
export function statsOf(path: string): Stats | undefined {
  try {
    return asked(() => statSync(path, { throwIfNoEntry: false }));
  } catch {
    return undefined;
  }
}

/**
 * Whether a file lies in one of some folders, all links followed. What is not there lies in none.
 */
export function isWithin(file: string, folders: readonly string[]): boolean {
  const real = realPath(file);
  if (real === undefined) return false;
  return folders.map(realPath).some((folder) => {
    return folder !== undefined && real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Makes a folder, with those that it lies in. Node's own way to do that (`recursive`) never ends where a folder can be
 * read and nothing can be made in it, as in /proc.
 *
 * @throws the file system's own error
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !statSync(at, { throwIfNoEntry: false }); at = dirname(at)) missing.push(at);
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have been quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  if (!statSync(path).isDirectory()) mkdirSync(path);
}
