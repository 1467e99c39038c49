import { lstatSync, renameSync, type Stats } from 'node:fs';
import { statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import {
  asked,
  FILE,
  type FileKind,
  MissingFile,
  readIfThere,
  unreadable,
} from '../../targets/subject/read-file.ts';
import { writing } from './storage-error.ts';

/** What lies at the place of a file of a state. */
export type Stored =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** Something that refuzz never writes there. */
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Reads a file of a state. A folder, a link or a pipe in its place is not followed, read or waited for, and nothing is an
 * error.
 */
export function readStored(path: string, what: FileKind = FILE.state): Stored {
  try {
    const found = statusOf(path);
    if (!found) return { kind: 'missing' };
    if (!found.isFile()) return { kind: 'unusable', why: 'is not a file' };
    // Somebody may have removed it just now: a lock is often.
    const text = readIfThere(path, what);
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'unusable', why: error.message.slice(`${path}: `.length) };
  }
}

/**
 * Gives what cannot be used another name beside its own, so that its place is free. It is never deleted: somebody may
 * be able to read it.
 *
 *     journal.jsonl.damaged     journal.jsonl.damaged-2
 *
 * @returns the name
 * @throws StorageError
 */
export function setAside(path: string, how: 'damaged' | 'stale'): string {
  const name = unusedName(`${path}.${how}`);
  writing(path, () => renameSync(path, name));
  return name;
}

/**
 * Makes sure that a folder can be written into: something else in its place gets another name.
 *
 * @returns a line that says so
 * @throws StorageError
 */
export function clearedFolder(path: string): string | undefined {
  return writing(path, () => {
    if (statusOf(path) && !statsOf(path)?.isDirectory())
      return `${path}: is not a folder; kept as ${setAside(path, 'damaged')}`;
    return undefined;
  });
}

/** A name that nothing has: the wanted one, or with a number. */
export function unusedName(wanted: string): string {
  let name = wanted;
  for (let more = 2; statusOf(name); more++) name = `${wanted}-${more}`;
  return name;
}

/** Of the thing itself, not of what it may point at. @throws InputError when that cannot be asked */
function statusOf(path: string): Stats | undefined {
  try {
    return asked(() => lstatSync(path, { throwIfNoEntry: false }));
  } catch (error) {
    const problem = unreadable(path, error);
    if (problem instanceof MissingFile) return undefined;
    throw problem;
  }
}
