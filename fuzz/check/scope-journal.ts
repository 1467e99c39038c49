import { dirname } from 'node:path';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import { USES } from '../../oracles/holdings.ts';
import { makeFolder } from '../../targets/subject/folders.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import type { Target } from '../../targets/target/target.ts';
import { type FileLock, lockFor } from '../storage/file-lock.ts';
import { Journal, type JournalFormat } from '../storage/journal.ts';
import { writing } from '../storage/storage-error.ts';
import { digestOf } from '../workers/target-digest.ts';
import { joined, type ScopeTally } from './check-scope.ts';
import type { ScopeSize } from './scope.ts';
import type { ScopePart } from './scope-worker.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 4;

/** Bytes of a journal, after which its parts are joined. */
const LONGEST = 8 << 20;

const REMEDY = 'name another file with --state';

const lineShape = onDemand(() => {
  const z = zod();
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
    strange: COUNT,
    states: COUNT,
    transitions: COUNT,
    signatures: z.record(
      z.string(),
      z.object({
        divergence: DIVERGENCE,
        program: PROGRAM,
        use: z.enum(USES).exactOptional(),
        rank: z.array(z.number()),
      }),
    ),
    undecidedExamples: EXAMPLES,
    losingExamples: EXAMPLES,
    strangeExamples: EXAMPLES,
  });
  /** Beyond the shapes, `partIn` holds the numbers against each other. */
  return z.object({ from: COUNT, to: COUNT, tally: TALLY });
});

/** A part that is decided, and what was seen of it. */
export interface DecidedPart extends ScopePart {
  readonly tally: ScopeTally;
}

/**
 * Which parts of a scope have been decided: a text file, one line of JSON for each, appended as they are done, so that a
 * check that was killed goes on where it was. The first line says which scope it is.
 */
export interface ScopeJournal {
  /**
   * What an earlier run of the same check has decided. In the order of the scope, without overlaps; gaps are what is
   * left to do.
   */
  readonly decided: readonly DecidedPart[];
  /** What was damaged and is decided again: a line for each. */
  readonly notes: readonly string[];
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
 * @param limit states of a program, and version of refuzz: with others, the answers may be others
 * @throws InputError when the file belongs to another check, is in use, or cannot be read
 */
export function openJournal(
  path: string,
  target: Target,
  size: ScopeSize,
  limit: number,
  version: string,
): ScopeJournal {
  const lock = lockOf(path);
  try {
    const journal = new Journal(path, formatFor(fingerprint(target, size, limit, version)));
    const decided = decidedIn(journal);
    let written = [...decided];
    let longest = LONGEST;
    return {
      decided,
      notes: journal.notes,
      append(part) {
        journal.append(part);
        written.push(part);
        if (journal.length < longest) return;
        written = neighboursJoined(written);
        journal.replace(written);
        longest = Math.max(LONGEST, 2 * journal.length);
      },
      // The lock goes last: until then no other check can open a file that is about to disappear.
      remove() {
        journal.remove();
        lock.release();
      },
      close() {
        journal.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Parts without a gap between them become one: a scope of a thousand million programs has hundreds of thousands of parts,
 * and each may show all signatures.
 *
 *     0–16, 32–48, 16–32, 64–80    →    0–48, 64–80
 */
export function neighboursJoined(parts: readonly DecidedPart[]): DecidedPart[] {
  const all: DecidedPart[] = [];
  for (const part of [...parts].sort((one, other) => one.from - other.from)) {
    const last = all.at(-1);
    if (last?.to !== part.from) all.push(part);
    else all[all.length - 1] = { from: last.from, to: part.to, tally: joined(last.tally, part.tally) };
  }
  return all;
}

/** The journal itself knows nothing of checks: the texts here complete its messages. */
function formatFor(scope: string): JournalFormat<DecidedPart> {
  return {
    header: { journal: VERSION, scope },
    lineIn: partIn,
    // Parts are quick to decide again, and a check has hundreds: waiting for the disk would cost more than it saves.
    isSynced: false,
    whose: 'a check',
    belongsElsewhere:
      'belongs to another check (target, size, --limit or version differ); remove it, or name another file with --state',
    remedy: REMEDY,
    otherwise: `or ${REMEDY}`,
    isOwnPlace: false,
  };
}

/**
 * Two checks that wrote one journal would each undo what the other wrote. The folder is made first, for the lock lies
 * in it.
 */
function lockOf(path: string): FileLock {
  return writing(
    path,
    () => {
      makeFolder(dirname(path));
      return lockFor(path, `${path}.lock`, 'check');
    },
    '',
    `or ${REMEDY}`,
  );
}

/** Everything that the answers depend on. */
function fingerprint(target: Target, size: ScopeSize, limit: number, version: string): string {
  const digest = digestOf(target, { size, limit, version });
  return `${target.name} ${size.threads}x${size.ops} ${digest}`;
}

/**
 * In the order of the scope. A part may be there twice, since two runs may have decided it. Of two that overlap
 * otherwise only the first counts: no program is counted twice, and what is left open is decided again.
 */
function decidedIn(journal: Journal<DecidedPart>): DecidedPart[] {
  const parts: DecidedPart[] = [];
  let end = 0;
  for (const part of [...journal.stored].sort((one, other) => one.from - other.from)) {
    if (part.from < end) continue;
    parts.push(part);
    end = part.to;
  }
  return parts;
}

/**
 * Undefined for what is no part, or whose tally is of another number of programs than it claims to cover: a line that
 * is valid JSON can still be wrong.
 */
function partIn(json: unknown): DecidedPart | undefined {
  const { success, data } = lineShape().safeParse(json);
  return success && data.from < data.to && data.tally.programs === data.to - data.from ? data : undefined;
}
