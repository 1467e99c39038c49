import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Target } from '../../targets/target/target.ts';
import { reasonOf } from '../case/corpus.ts';
import { type FileLock, lockFor } from '../workers/file-lock.ts';
import { digestOf } from '../workers/target-digest.ts';
import type { ScopeTally } from './check-scope.ts';
import type { ScopeSize } from './scope.ts';
import type { ScopePart } from './scope-worker.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 2;

const HEADER = z.object({ journal: z.int(), scope: z.string() });
const COUNT = z.int().nonnegative();
const PROGRAM = z.object({
  start: z.union([z.int(), z.string()]),
  threads: z.array(z.array(z.string())),
});
const EXAMPLES = z.array(z.object({ number: COUNT, program: PROGRAM }));
const DIVERGENCE = z.object({
  op: z.string(),
  boundary: z.enum(BOUNDARIES),
  kind: z.enum(KINDS),
  judgement: z.enum(JUDGEMENTS),
});
const TALLY = z.object({
  programs: COUNT,
  undecided: COUNT,
  differing: COUNT,
  losing: COUNT,
  states: COUNT,
  transitions: COUNT,
  signatures: z.record(
    z.string(),
    z.object({ divergence: DIVERGENCE, program: PROGRAM, rank: z.array(z.number()) }),
  ),
  undecidedExamples: EXAMPLES,
  losingExamples: EXAMPLES,
});
const LINE = z.object({ from: COUNT, to: COUNT, tally: TALLY });

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
  /** The check ends, and the file stays. */
  close(): void;
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
  const lock = lockOf(path);
  const header = JSON.stringify({ journal: VERSION, scope: fingerprint(target, size, limit, version) });
  let decided: readonly DecidedPart[];
  let text: string | undefined;
  try {
    text = readIfThere(path);
    decided = text === undefined ? [] : partsIn(path, text, header);
  } catch (error) {
    lock.release();
    throw error;
  }
  let isStarted = text?.includes('\n') ?? false;
  return {
    decided,
    append(part) {
      const line = `${JSON.stringify(part)}\n`;
      writing(path, () => {
        if (isStarted) appendFileSync(path, line);
        else writeFileSync(path, `${header}\n${line}`);
      });
      isStarted = true;
    },
    remove() {
      writing(path, () => rmSync(path, { force: true }));
      lock.release();
    },
    close: lock.release,
  };
}

/** Two checks that wrote one journal would each undo what the other wrote. */
function lockOf(path: string): FileLock {
  let lock: FileLock | undefined;
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    lock = lockFor(path, `${path}.lock`, 'check');
  });
  return lock!;
}

/** Everything that the answers depend on. */
function fingerprint(target: Target, size: ScopeSize, limit: number, version: string): string {
  const digest = digestOf(target, { size, limit, version });
  return `${target.name} ${size.threads}x${size.ops} ${digest}`;
}

function readIfThere(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw new InputError(path, 'is not a file; name another one with --state');
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
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
      'belongs to another check (target, size, --limit or version differ); remove it, or name another file with --state',
    );
  }
  if (complete.length < text.length) writing(path, () => truncateSync(path, Buffer.byteLength(complete)));
  const parts = new Map<number, DecidedPart>();
  let end = 0;
  const placed = lines.map((line, at) => ({ part: partIn(line), place: `${path}:${at + 2}` }));
  for (const { part, place } of placed.sort(
    (one, other) => (one.part?.from ?? 0) - (other.part?.from ?? 0),
  )) {
    const isTwice = part && parts.get(part.from)?.to === part.to;
    if (!part || (part.from < end && !isTwice)) {
      throw new InputError(
        place,
        'is not a line of this journal; remove it, and the check does that part again',
      );
    }
    parts.set(part.from, part);
    end = part.to;
  }
  return [...parts.values()];
}

function partIn(line: string): DecidedPart | undefined {
  const { success, data } = LINE.safeParse(parsedOr(line));
  return success && data.from < data.to && data.tally.programs === data.to - data.from ? data : undefined;
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
    if (error instanceof InputError) throw error;
    throw new InputError(path, `cannot be written (${reasonOf(error)}); name another file with --state`);
  }
}
