import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { InputError } from '../../targets/subject/input-error.ts';
import { FEATURES, SIGNATURE_FEATURES } from '../generate/coverage.ts';
import type { Novel, PoolView } from '../generate/pool.ts';
import type { PackedProgram } from '../run/packed-program.ts';
import type { SearchPart } from './campaign-jobs.ts';
import { writing } from './state-error.ts';
import type { Progress } from './target-campaign.ts';

/** The format that this code writes, and the only one it reads. */
const VERSION = 2;
/** A journal that is longer, in bytes, becomes a snapshot at the end of a round. */
const LONG = 1 << 20;

const COUNT = z.number().nonnegative();
const INTEGERS = z.array(z.int());
const COUNTS = z.object({
  iterations: COUNT,
  programs: COUNT,
  schedules: COUNT,
  pairs: COUNT,
  decided: COUNT,
  undecided: COUNT,
  unjudged: COUNT,
});
const EFFORT = z.object({ fresh: COUNT, freshNovel: COUNT, mutated: COUNT, mutatedNovel: COUNT });
const NOVEL = z.array(z.object({ program: INTEGERS, features: INTEGERS }));
const HITS = z.record(z.string(), COUNT);
const FOUND = z.record(z.string(), z.string());
const PART = z.object({
  from: COUNT,
  to: COUNT,
  counts: COUNTS,
  hits: HITS,
  rawFindings: z.array(z.any()),
  novel: NOVEL,
  effort: EFFORT,
  nonTerminating: z.array(z.string()),
});
const MADE = z.object({ signature: z.string(), text: z.string() });
const HEADER = z.object({ journal: z.int(), digest: z.string() });
const LINE = z.union([
  z.object({ part: PART }),
  z.object({ made: z.array(MADE) }),
  z.object({ found: z.string(), path: z.string() }),
  z.object({ leftOut: INTEGERS }),
]);
const SNAPSHOT = z.object({
  snapshot: z.literal(VERSION),
  digest: z.string(),
  rounds: COUNT,
  counts: COUNTS,
  hits: HITS,
  nonTerminating: z.array(z.string()),
  effort: EFFORT,
  novel: NOVEL,
  seen: z.string(),
  /** What the next round starts from: so many of the programs. */
  next: z.object({ programs: COUNT, seen: z.string(), share: z.int() }),
  found: FOUND,
  leftOut: z.array(INTEGERS),
});

/** A case that is to be stored: its signature, and what its file is to hold. */
export type MadeCase = z.infer<typeof MADE>;

/** What a stored campaign knew of a target. */
export interface StoredTarget {
  readonly progress: Progress | undefined;
  /** Parts of rounds that were not over. */
  readonly parts: readonly SearchPart[];
  /** By signature: the case's file. */
  readonly found: ReadonlyMap<string, string>;
  /** Cases that were not stored yet, or not told to be. */
  readonly made: readonly MadeCase[];
  readonly leftOut: readonly PackedProgram[];
}

/**
 * What has been searched on one target: a snapshot of full rounds, and a journal of what came after, a line for each part
 * of the search, synced before the search goes on. A process that is killed loses the parts under way, and no more; a line
 * that was cut short is dropped.
 */
export class TargetJournal {
  readonly stored: StoredTarget;
  readonly #folder: string;
  readonly #digest: string;
  readonly #found: Map<string, string>;
  readonly #made = new Map<string, MadeCase>();
  readonly #leftOut: PackedProgram[];
  #length: number;
  #file: number;

  /**
   * @param digest of everything that the search depends on
   * @throws InputError when the folder holds another search, cannot be read, or is damaged
   */
  constructor(folder: string, digest: string) {
    this.#folder = folder;
    this.#digest = digest;
    writing(folder, () => mkdirSync(folder, { recursive: true }));
    const snapshot = readSnapshot(join(folder, 'snapshot.json'), digest);
    const { lines, length } = readJournal(this.#path, digest);
    this.#found = new Map(Object.entries(snapshot?.found ?? {}));
    this.#leftOut = [...(snapshot?.leftOut ?? [])];
    const parts: SearchPart[] = [];
    for (const line of lines) {
      if ('part' in line) parts.push(line.part as SearchPart);
      else if ('made' in line) this.#make(line.made);
      else if ('found' in line) this.#store(line.found, line.path);
      else this.#leaveOut(line.leftOut);
    }
    this.stored = {
      progress: snapshot && progressOf(snapshot),
      parts,
      found: this.#found,
      made: [...this.#made.values()],
      leftOut: [...this.#leftOut],
    };
    this.#length = length;
    this.#file = writing(this.#path, () => openSync(this.#path, 'a'));
    if (length === 0) this.#append({ journal: VERSION, digest });
  }

  searched(part: SearchPart): void {
    this.#append({ part });
  }

  /** Before the first of them is stored. What is not told to be found after that is stored by the next session. */
  made(cases: readonly MadeCase[]): void {
    this.#make(cases);
    this.#append({ made: cases });
  }

  found(signature: string, path: string): void {
    this.#store(signature, path);
    this.#append({ found: signature, path });
  }

  leftOut(program: PackedProgram): void {
    this.#leaveOut(program);
    this.#append({ leftOut: program });
  }

  #make(cases: readonly MadeCase[]): void {
    for (const one of cases) this.#made.set(one.signature, one);
  }

  #store(signature: string, path: string): void {
    this.#made.delete(signature);
    this.#found.set(signature, path);
  }

  /** A journal that was not begun anew after its snapshot tells of some programs that the snapshot has. */
  #leaveOut(program: PackedProgram): void {
    const text = program.join();
    if (!this.#leftOut.some((known) => known.join() === text)) this.#leftOut.push(program);
  }

  /** A round is over: now and then the journal becomes a snapshot. @param open parts that the progress lacks */
  roundEnded(progress: () => Progress, open: () => readonly SearchPart[]): void {
    if (this.#length >= LONG) this.compact(progress(), open());
  }

  /** Writes a snapshot, and begins the journal anew. */
  compact(progress: Progress, open: readonly SearchPart[]): void {
    const { rounds, pool, next, counts, hits, nonTerminating } = progress;
    const snapshot: z.infer<typeof SNAPSHOT> = {
      snapshot: VERSION,
      digest: this.#digest,
      rounds,
      counts,
      hits: Object.fromEntries(hits),
      nonTerminating: [...nonTerminating],
      effort: pool.effort,
      novel: pool.entries.map(({ program, features }) => ({
        program: [...program],
        features: [...features],
      })),
      seen: bitsOf(pool.seen),
      next: { programs: next.programs.length, seen: bitsOf(next.seen), share: next.share },
      found: Object.fromEntries(this.#found),
      leftOut: this.#leftOut.map((program) => [...program]),
    };
    const made = [...this.#made.values()];
    const lines = [
      { journal: VERSION, digest: this.#digest },
      ...open.map((part) => ({ part })),
      ...(made.length > 0 ? [{ made }] : []),
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    // In this order: a journal whose lines the snapshot has already is told by their iterations.
    this.#replace('snapshot.json', JSON.stringify(snapshot));
    this.#replace('journal.jsonl', text);
    closeSync(this.#file);
    this.#file = writing(this.#path, () => openSync(this.#path, 'a'));
    this.#length = Buffer.byteLength(text);
  }

  close(): void {
    closeSync(this.#file);
  }

  get #path(): string {
    return join(this.#folder, 'journal.jsonl');
  }

  #replace(name: string, text: string): void {
    const path = join(this.#folder, name);
    writing(path, () => writeFileAtomic.sync(path, text, { fsync: true }));
  }

  #append(line: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    writing(this.#path, () => {
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
        fdatasyncSync(this.#file);
      } catch (error) {
        this.#cutShort();
        throw error;
      }
    });
    this.#length += bytes.length;
  }

  /** Half a line is taken off: shards that are under way come back yet, and their lines would be written behind it. */
  #cutShort(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // What could not be written is the error to tell.
    }
  }
}

function progressOf(snapshot: z.infer<typeof SNAPSHOT>): Progress {
  const { rounds, counts, hits, nonTerminating, effort, novel, seen, next } = snapshot;
  return {
    rounds,
    counts,
    hits: new Map(Object.entries(hits)),
    nonTerminating,
    pool: { entries: novel, effort, seen: fromBits(seen) },
    next: viewOf(novel.slice(0, next.programs), fromBits(next.seen), next.share),
  };
}

function viewOf(entries: readonly Novel[], seen: Uint8Array, share: number): PoolView {
  return {
    seen,
    programs: entries.map(({ program }) => program),
    withSignature: entries.flatMap(({ features }, at) =>
      features.some((one) => one >= SIGNATURE_FEATURES) ? [at] : [],
    ),
    share,
  };
}

/** Ones and zeros, eight in a byte, as base64. */
function bitsOf(seen: Uint8Array): string {
  const bytes = Buffer.alloc(FEATURES / 8);
  for (let at = 0; at < FEATURES; at++) if (seen[at]) bytes[at >> 3]! |= 1 << (at & 7);
  return bytes.toString('base64');
}

function fromBits(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64');
  return Uint8Array.from({ length: FEATURES }, (_, at) => (bytes[at >> 3]! >> (at & 7)) & 1);
}

function readSnapshot(path: string, digest: string): z.infer<typeof SNAPSHOT> | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const { success, data } = SNAPSHOT.safeParse(parsedOr(text));
  if (!success) throw new InputError(path, 'is damaged; name another state with --state');
  if (data.digest !== digest) throw otherSearch(path);
  return data;
}

function readJournal(
  path: string,
  digest: string,
): { readonly lines: readonly z.infer<typeof LINE>[]; readonly length: number } {
  const text = readIfThere(path) ?? '';
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const length = Buffer.byteLength(complete);
  if (complete.length < text.length) writing(path, () => truncateSync(path, length));
  if (length === 0) return { lines: [], length };
  const [first, ...lines] = complete.split('\n').slice(0, -1);
  const header = HEADER.safeParse(parsedOr(first!));
  if (!header.success)
    throw new InputError(path, 'is not the journal of a campaign; name another state with --state');
  if (header.data.journal !== VERSION || header.data.digest !== digest) throw otherSearch(path);
  return { lines: lines.map((line, at) => lineIn(line, `${path}:${at + 2}`)), length };
}

function lineIn(line: string, place: string): z.infer<typeof LINE> {
  const { success, data } = LINE.safeParse(parsedOr(line));
  if (success) return data;
  throw new InputError(place, 'is not a line of this journal; remove it, and that part is searched again');
}

function otherSearch(path: string): InputError {
  return new InputError(
    path,
    'belongs to another search (target, code or version differ); start a new campaign, or name another state with --state',
  );
}

/** @returns undefined for what is no JSON */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InputError(path, `cannot be read (${(error as Error).message})`);
  }
}
