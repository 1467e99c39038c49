import { closeSync, fdatasyncSync, ftruncateSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readIfThere } from '../../targets/subject/read-file.ts';
import { writing } from './storage-error.ts';
import { storeText } from './store-text.ts';
import { parsedJson } from './stored-json.ts';

/** What kind of journal it is, in code and in words. */
export interface JournalFormat<Line> {
  /** The first line: the version of the format, and all that tells this journal from another of its kind. */
  readonly header: { readonly journal: number } & Readonly<Record<string, unknown>>;
  /** A line of it, from JSON. @returns undefined for what is no such line */
  readonly lineIn: (json: unknown) => Line | undefined;
  /**
   * Whether each line is on disk before `append` returns. A killed process loses no line either way; a machine that
   * loses power loses those that were not synced.
   */
  readonly isSynced: boolean;
  /** `a campaign`, `a check`: whose journal it is. */
  readonly whose: string;
  /** What to do about a journal of another search: what follows its name in the message. */
  readonly belongsElsewhere: string;
  /** What to do when the path holds something else: `name another file with --state`; and when it cannot be written. */
  readonly remedy: string;
  readonly otherwise: string;
}

/** A line, and where it stands (`PATH:3`), for messages. */
export interface JournalLine<Line> {
  readonly line: Line;
  readonly place: string;
}

/**
 * A text file that only grows: a header, then a line of JSON for each thing that was done. A process that is killed
 * loses the line it was writing and no more: half a line is cut off, by the next process after a kill, and at once
 * when the disk is full, because lines that follow would be written behind it.
 *
 * The file is made with its first line (`begin` or `append`). Nothing here takes a lock: the owner holds one.
 */
export class Journal<Line> {
  /** What earlier processes wrote, in order. */
  readonly stored: readonly JournalLine<Line>[];
  readonly #path: string;
  readonly #format: JournalFormat<Line>;
  /** Bytes of complete lines. */
  #length: number;
  #file: number | undefined;

  /** @throws InputError when the file is of another search or no journal, is damaged, or cannot be read */
  constructor(path: string, format: JournalFormat<Line>) {
    this.#path = path;
    this.#format = format;
    const text = textOf(path, format.remedy);
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first, ...lines] = complete.split('\n').slice(0, -1);
    this.#checkHeader(first, text);
    this.stored = lines.map((line, at) => this.#parsed(line, `${path}:${at + 2}`));
    this.#length = Buffer.byteLength(complete);
    if (complete.length < text.length) this.#write(() => truncateSync(path, this.#length));
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** Writes the header, if the journal is empty. @throws StorageError */
  begin(): void {
    if (this.#length === 0) this.#add(this.#header);
  }

  /** @throws StorageError; then nothing of the line is left in the file */
  append(line: Line): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#format.lineIn(parsedJson(text)) === undefined)
      throw new Error(
        `internal: a line of ${this.#format.whose} could not be read again: ${text.slice(0, 200)}`,
      );
    this.#add(this.#length === 0 ? `${this.#header}${text}` : text);
  }

  /** Begins the journal anew with these lines, in one step. @throws StorageError */
  replace(lines: readonly Line[]): void {
    const text = `${this.#header}${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`;
    storeText(this.#path, text);
    // The open file is the old one, which has no name any more.
    this.close();
    this.#length = Buffer.byteLength(text);
  }

  /** Removes the file. @throws StorageError */
  remove(): void {
    this.close();
    this.#write(() => rmSync(this.#path, { force: true }));
    this.#length = 0;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** What to throw for a line that does not go with the others. */
  damaged(place: string): InputError {
    return new InputError(place, 'is not a line of this journal; remove it, and that part is done again');
  }

  get #header(): string {
    return `${JSON.stringify(this.#format.header)}\n`;
  }

  #checkHeader(first: string | undefined, text: string): void {
    const { whose, belongsElsewhere, remedy } = this.#format;
    if (first === undefined) {
      // Killed while it wrote its first line: anything else is somebody's file.
      if (this.#header.startsWith(text)) return;
    } else if (`${first}\n` === this.#header) return;
    const json = parsedJson(first);
    const isJournal = typeof json === 'object' && json !== null && 'journal' in json;
    if (isJournal) throw new InputError(this.#path, belongsElsewhere);
    throw new InputError(this.#path, `is not the journal of ${whose}; ${remedy}`);
  }

  #parsed(text: string, place: string): JournalLine<Line> {
    const line = this.#format.lineIn(parsedJson(text));
    if (line === undefined) throw this.damaged(place);
    return { line, place };
  }

  #add(text: string): void {
    const bytes = Buffer.from(text);
    this.#write(() => {
      makeFolder(dirname(this.#path));
      this.#file ??= openSync(this.#path, 'a');
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
        if (this.#format.isSynced) fdatasyncSync(this.#file);
      } catch (error) {
        this.#cutShort(this.#file);
        throw error;
      }
    });
    this.#length += bytes.length;
  }

  #cutShort(file: number): void {
    try {
      ftruncateSync(file, this.#length);
    } catch {
      // What could not be written is the error to report.
    }
  }

  #write(act: () => void): void {
    writing(this.#path, act, '', this.#format.otherwise);
  }
}

/** @returns empty text when there is no such file */
function textOf(path: string, remedy: string): string {
  const found = statsOf(path);
  if (found && !found.isFile()) throw new InputError(path, `is not a file; ${remedy}`);
  return readIfThere(path, FILE.journal) ?? '';
}
