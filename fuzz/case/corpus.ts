import { createHash } from 'node:crypto';
import { existsSync, rmSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { signatureOf } from '../../oracles/divergence.ts';
import { entriesOf, filesBelow } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { asked, FILE, readText } from '../../targets/subject/read-file.ts';
import { causeFolder } from '../cause/cause-name.ts';
import { reasonOf, StorageError } from '../storage/storage-error.ts';
import { replaceFile } from '../storage/store-text.ts';
import type { Case } from './case.ts';
import { caseFileName, formatCase, parseCase } from './case-file.ts';
import { caseReadEarlier, type ReadEarlier } from './cases-read-earlier.ts';
import { type CaseCode, isSameCode, isSameSource } from './code-of-case.ts';
import { keepSchema, lineOf, SCHEMA_FILE, schemaLine } from './schema-line.ts';

/** A case and the file it lies in. */
export interface StoredCase {
  readonly path: string;
  readonly case: Case;
}

/**
 * Every case file at or below `paths`, in the order of their names. Folders are read in order of names by code unit, so
 * that the order is that of every machine and locale.
 *
 * @throws InputError for a path that is not there, and for the first file that is no case
 */
export function loadCases(paths: readonly string[]): readonly StoredCase[] {
  const { cases, refused } = readCases(paths);
  if (refused[0]) throw refused[0];
  return cases;
}

/**
 * The same for whom one file that is wrong does not keep from the others.
 *
 * @returns the cases, and what is wrong with each file that holds none
 * @throws InputError for a path that is not there
 */
export function readCases(paths: readonly string[]): {
  readonly cases: readonly StoredCase[];
  readonly refused: readonly InputError[];
} {
  const cases: StoredCase[] = [];
  const refused: InputError[] = [];
  for (const path of paths.flatMap(caseFiles)) {
    try {
      cases.push({ path, case: readCase(path) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push(error);
    }
  }
  return { cases, refused };
}

/** Reads one case. @throws InputError for a file that is not there, or is no case */
export function readCase(path: string): Case {
  return parseCase(path, readText(path, FILE.case));
}

/** @returns undefined where nothing is, also below something that is not a folder */
function statOf(path: string): Stats | undefined {
  try {
    return asked(() => statSync(path, { throwIfNoEntry: false }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw new InputError(path, `cannot be read (${reasonOf(error)})`);
  }
}

function caseFiles(path: string): string[] {
  const found = statOf(path);
  if (!found) throw new InputError(path, 'there is no such file or folder');
  if (!found.isDirectory()) return [path];
  return filesBelow(path, { isFile: (name) => name.endsWith('.yaml') });
}

/**
 * The signatures a corpus folder holds for a target, each with its file. A folder that is not there holds none. Of two
 * cases with one signature the later file counts; `caseFileName` gives them one name, so only renamed files do that.
 *
 * @throws InputError for a case of another target: its signature would silence a finding of this one
 */
export function knownCases(folder: string, target: string): Map<string, string> {
  return new Map(
    filesOf(folder, target).map((file) => {
      const known = knownCase(file);
      checkTarget(file, known.target, target);
      return [known.signature, file];
    }),
  );
}

/** The same with the cases whole, for who must ask more of each. @throws InputError likewise */
export function casesOf(folder: string, target: string): readonly StoredCase[] {
  const cases = filesOf(folder, target).map((path) => ({ path, case: readCase(path) }));
  for (const stored of cases) checkTarget(stored.path, stored.case.target, target);
  return cases;
}

function filesOf(folder: string, target: string): string[] {
  const path = join(folder, target);
  for (const part of [folder, path]) {
    const found = statOf(part);
    if (!found) return [];
    if (!found.isDirectory()) throw new InputError(part, 'is not a folder; name one with --corpus');
  }
  return caseFiles(path);
}

function checkTarget(path: string, found: string, target: string): void {
  if (found !== target)
    throw new InputError(path, `is a case of ${found}, and lies among those of ${target}`);
}

/** No more than what `knownCases` asks: hundreds of files at each start. */
function knownCase(path: string): ReadEarlier {
  const text = readText(path, FILE.case);
  const earlier = caseReadEarlier(text);
  if (earlier) return earlier;
  const { target, expect } = parseCase(path, text);
  return { target, signature: signatureOf(expect.divergence) };
}

/**
 * Writes a case where its signature belongs: to a temporary file beside it, synced, then renamed, so that a crash
 * or a full disk leaves either the old state or the new.
 *
 * @returns the path
 * @throws StorageError
 */
export function storeCase(folder: string, stored: Case): string {
  const path = pathFor(folder, stored);
  keepSchema(folder);
  writeCase(path, stored, schemaLine(folder, path));
  return path;
}

/**
 * Removes what a process that was killed had begun to write of a case. They end in a number after the name of the case,
 * as write-file-atomic names them.
 */
export function removeHalfWritten(folder: string, stored: Case): void {
  removeHalves(join(folder, SCHEMA_FILE));
  removeHalves(pathFor(folder, stored));
}

function removeHalves(path: string): void {
  if (!existsSync(dirname(path))) return;
  const name = basename(path);
  const isHalf = (other: string) =>
    other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1));
  for (const { name: other } of entriesOf(dirname(path)))
    if (isHalf(other)) rmSync(join(dirname(path), other), { force: true });
}

/** Where a case belongs: below the folder of the target, since signatures of two targets may be the same, and there by cause. */
export function pathFor(folder: string, stored: Case): string {
  const { target, cause, code = [] } = stored;
  const path = join(folder, target, cause === undefined ? '' : causeFolder(cause), caseFileName(stored));
  if (!isOfOtherSources(path, code)) return path;
  const sources = code.map(({ source }) => source).join('\n');
  const digest = createHash('sha256').update(sources).digest('hex').slice(0, 6);
  return path.replace(/\.yaml$/, `-${digest}.yaml`);
}

/** Two pairs of sources may have one name, `before-vs-after` in folders of one name: neither puts away what is the other's. */
function isOfOtherSources(path: string, code: readonly CaseCode[]): boolean {
  if (code.length === 0 || !existsSync(path)) return false;
  try {
    const there = readCase(path).code;
    return there !== undefined && !isSameCode(there, code) && !isSameSource(there, code);
  } catch {
    // What is no case is nobody's.
    return false;
  }
}

/**
 * Writes a case over whatever the file held.
 *
 * The error carries the text, so that the case is not lost with the disk.
 *
 * @param line its first line, for editors; without one, that which the file had
 * @throws StorageError
 */
export function writeCase(path: string, stored: Case, line = lineOf(path)): void {
  const text = `${line}${formatCase(stored)}`;
  try {
    // Whatever is written must be read again, or every later command stumbles over it.
    parseCase(path, text);
    replaceFile(path, text);
  } catch (error) {
    throw new StorageError(path, reasonOf(error), text);
  }
}
