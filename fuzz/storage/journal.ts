import { closeSync, fdatasyncSync, ftruncateSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE } from '../../targets/subject/read-file.ts';
import { sealed, unsealed } from './sealed.ts';
import { readStored, setAside } from './set-aside.ts';
import { writing } from './storage-error.ts';
import { storeText } from './store-text.ts';
import { parsedJson } from './stored-json.ts';

/** Damaged lines that a note names. */
const NAMED = 5;

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
  /** Whether its place is refuzz's own, so that whatever else lies there is put aside; else that is an error. */
  readonly isOwnPlace: boolean;
}

/**
 * A text file that only grows: a header, then a line of JSON for each thing that was done. A process that is killed
 * loses the line it was writing and no more: half a line is cut off, by the next process after a kill, and at once
 * when the disk is full, because lines that follow would be written behind it.
 *
 * Each line has a checksum, over the header and itself. A line that is damaged, or of another journal, is left out; the
 * rest is used, and the file as it was gets another name.
 *
 *     {"journal":3,"digest":"d1"}            intact
 *     {"part":{"from":0,…},"sum":"5d…"}      intact: used
 *     {"part":{"from":9,…},"sum":"41…"}      one bit differs: left out, and a note says `PATH:3`
 *
 * The file is made with its first line (`begin` or `append`). Nothing here takes a lock: the owner holds one.
 */
export class Journal<Line> {
  /** What earlier processes wrote, in order. */
  readonly stored: readonly Line[];
  /** What was damaged: a line of text for each thing. */
  readonly notes: readonly string[];
  readonly #path: string;
  readonly #format: JournalFormat<Line>;
  /** Bytes of complete lines. */
  #length = 0;
  #file: number | undefined;

  /** @throws InputError when the file is of another search or no journal, or cannot be read */
  constructor(path: string, format: JournalFormat<Line>) {
    this.#path = path;
    this.#format = format;
    const found = readStored(path, FILE.journal);
    if (found.kind === 'unusable') {
      if (!format.isOwnPlace) throw new InputError(path, `${found.why}; ${format.remedy}`);
      this.stored = [];
      this.notes = [`${path}: ${found.why}; kept as ${setAside(path, 'damaged')}`];
      return;
    }
    const text = found.kind === 'text' ? found.text : '';
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    const [first, ...rest] = complete.split('\n').slice(0, -1);
    const lines = rest.map((line) => this.#lineIn(line));
    const isHeaderWhole = this.#isHeader(
      first,
      text,
      lines.some((line) => line !== undefined),
    );
    this.stored = lines.filter((line) => line !== undefined);
    this.notes = this.#mended(isHeaderWhole, lines);
    if (this.notes.length > 0) return;
    // Every line is as it was written, so bytes can be counted from the text.
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
    const text = this.#textOf(line);
    this.#add(this.#length === 0 ? `${this.#header}${text}` : text);
  }

  /** Begins the journal anew with these lines, in one step. @throws StorageError */
  replace(lines: readonly Line[]): void {
    const text = `${this.#header}${lines.map((line) => this.#textOf(line)).join('')}`;
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

  get #header(): string {
    return `${JSON.stringify(this.#format.header)}\n`;
  }

  /** Nothing is written that could not be read again: it would be left out as damaged. */
  #textOf(line: Line): string {
    const text = sealed(line as object, this.#header);
    if (this.#lineIn(text) !== undefined) return `${text}\n`;
    const what = `a line of ${this.#format.whose}`;
    throw new Error(`internal: ${what} could not be read again: ${text.slice(0, 200)}`);
  }

  #lineIn(text: string): Line | undefined {
    return this.#format.lineIn(unsealed(text, this.#header));
  }

  /**
   * Whether the first line is as it should be.
   *
   * @param text of the file @param hasLines whether lines of this very journal follow: then only its header is damaged
   * @throws InputError when it is somebody else's file
   */
  #isHeader(first: string | undefined, text: string, hasLines: boolean): boolean {
    const { whose, belongsElsewhere, remedy, isOwnPlace } = this.#format;
    if (first === undefined) {
      // Killed while it wrote its first line: anything else is somebody's file.
      if (this.#header.startsWith(text)) return true;
    } else if (`${first}\n` === this.#header) return true;
    if (hasLines) return false;
    const json = parsedJson(first);
    const isJournal = typeof json === 'object' && json !== null && 'journal' in json;
    if (isJournal) throw new InputError(this.#path, belongsElsewhere);
    if (isOwnPlace) return false;
    throw new InputError(this.#path, `is not the journal of ${whose}; ${remedy}`);
  }

  /** Writes what is whole where something is not, and keeps the file as it was. @returns what to tell */
  #mended(isHeaderWhole: boolean, lines: readonly (Line | undefined)[]): string[] {
    const damaged = lines.flatMap((line, at) => (line === undefined ? [at + 2] : []));
    if (!isHeaderWhole) damaged.unshift(1);
    if (damaged.length === 0) return [];
    const kept = setAside(this.#path, 'damaged');
    this.replace(this.stored);
    const which = damaged.slice(0, NAMED).join(', ');
    const more = damaged.length > NAMED ? ` and ${damaged.length - NAMED} more` : '';
    return [
      `${this.#path}:${which}${more}: damaged; what that told of is done again. The file as it was: ${kept}`,
    ];
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
