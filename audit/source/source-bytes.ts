import { createHash } from 'node:crypto';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, type FileKind } from '../../targets/subject/read-file.ts';
import type { Skipped } from '../census/counter.ts';

/** What a file of a tree may be: of any size that somebody writes, and no more. */
export const AUDITED: FileKind = FILE.audited;

/** Why a file is not read that is larger than `AUDITED`. */
export const TOO_LARGE = `is larger than ${AUDITED.most >> 20} MB`;

/**
 * Whether a file may hold C, by its name.
 *
 * `net/a.c` and `a.h` may; `.c`, `a.S` and `a.c.orig` may not.
 */
export function isSource(path: string): boolean {
  return /[^/]\.[ch]$/.test(path);
}

/**
 * The text of a file. A byte that is no UTF-8 becomes U+FFFD: names in comments of old files are in Latin-1, and C is
 * ASCII but for these. A zero byte is in no C, so the file is something else under the name of C.
 *
 * @returns undefined for what is no text
 */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  // `ignoreBOM` keeps the mark: ranges of the text would be off by one otherwise, and a diff would not apply.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Why such a file is not read. */
export const NO_TEXT = 'is no text: it holds zero bytes';

/** The name that git gives to a content, so that a revision and a folder share what is remembered of their files. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** What an error says of a file, without the file's name, which stands beside it. */
export function reasonOf(error: unknown): string {
  const { message } = error as Error;
  const place = error instanceof InputError ? `${error.file}: ` : '';
  return message.startsWith(place) ? message.slice(place.length) : message;
}

/** In the order of paths, whatever the order was in which they were met. */
export function inOrder(skipped: readonly Skipped[]): Skipped[] {
  return [...skipped].sort((one, other) => (one.file < other.file ? -1 : one.file > other.file ? 1 : 0));
}
