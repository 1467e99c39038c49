import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { InputError } from '../targets/input-error.ts';
import type { Target } from '../targets/target.ts';
import type { ScopeTally } from './check-scope.ts';
import { reasonOf } from './corpus.ts';
import type { ScopeSize } from './scope.ts';
import type { ScopePart } from './scope-worker.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 1;

const HEADER = z.object({ journal: z.literal(VERSION), scope: z.string() });
const LINE = z.object({ from: z.int(), to: z.int(), tally: z.looseObject({ programs: z.int() }) });

/** A part that is decided, and what was seen of it. */
export interface DecidedPart extends ScopePart {
  readonly tally: ScopeTally;
}

/**
 * Which parts of a scope have been decided: a text file, one line of JSON for each, appended as they are done, so that a
 * check that was killed goes on where it was. The first line says which scope it is.
 */
export interface ScopeJournal {
  /** What an earlier run of the same check has decided. */
  readonly decided: readonly DecidedPart[];
  /** @throws InputError when the file cannot be written */
  append(part: DecidedPart): void;
  /** The check is complete: the file is not needed any more. */
  remove(): void;
}

/**
 * Opens the journal of a check, or starts one. The last line of a run that was killed while it wrote is dropped.
 *
 * @param version of refuzz: another version may decide otherwise
 * @throws InputError when the file belongs to another check or cannot be read
 */
export function openJournal(
  path: string,
  target: Target,
  size: ScopeSize,
  limit: number,
  version: string,
): ScopeJournal {
  const header = JSON.stringify({ journal: VERSION, scope: fingerprint(target, size, limit, version) });
  const text = readIfThere(path);
  const decided = text === undefined ? [] : partsIn(path, text, header);
  let isStarted = text?.includes('\n') ?? false;
  return {
    decided,
    append(part) {
      const line = `${JSON.stringify(part)}\n`;
      writing(path, () => {
        if (!isStarted) mkdirSync(dirname(path), { recursive: true });
        if (isStarted) appendFileSync(path, line);
        else writeFileSync(path, `${header}\n${line}`);
      });
      isStarted = true;
    },
    remove() {
      writing(path, () => rmSync(path, { force: true }));
    },
  };
}

/** Everything that the answers depend on. */
function fingerprint(target: Target, size: ScopeSize, limit: number, version: string): string {
  const { name, ops, initial, arguments: values, oracles } = target;
  const reference = target.reference === 'ideal' ? 'ideal' : target.reference.name;
  const all = {
    name,
    ops,
    initial,
    values,
    oracles,
    reference,
    subject: target.subject.name,
    size,
    limit,
    version,
  };
  const digest = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
  return `${name} ${size.threads}x${size.ops} ${digest}`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InputError(path, `cannot be read (${reasonOf(error)})`);
  }
}

function partsIn(path: string, text: string, header: string): DecidedPart[] {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = complete.split('\n').slice(0, -1);
  if (first === undefined) {
    // Killed while it wrote its first line: anything else is somebody's file.
    if (header.startsWith(text)) return [];
    throw notAJournal(path);
  }
  if (!HEADER.safeParse(parsedOr(first)).success) throw notAJournal(path);
  if (first !== header) {
    throw new InputError(
      path,
      'belongs to another check (target, size or version differ); remove it, or name another file with --state',
    );
  }
  if (complete.length < text.length) writing(path, () => truncateSync(path, Buffer.byteLength(complete)));
  return lines.map((line, at) => {
    const part = LINE.safeParse(parsedOr(line));
    if (part.success) return part.data as unknown as DecidedPart;
    throw new InputError(
      `${path}:${at + 2}`,
      'is not a line of a journal; remove it, and the check does that part again',
    );
  });
}

function notAJournal(path: string): InputError {
  return new InputError(path, 'is not the journal of a check; name another file with --state');
}

/** @returns undefined for what is no JSON */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writing(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new InputError(path, `cannot be written (${reasonOf(error)}); name another file with --state`);
  }
}
