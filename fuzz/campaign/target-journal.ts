import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { makeFolder } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FEATURES, SIGNATURE_FEATURES } from '../generate/coverage.ts';
import type { Novel, PoolView } from '../generate/pool.ts';
import type { PackedProgram } from '../run/packed-program.ts';
import { Journal, type JournalFormat } from '../storage/journal.ts';
import { sealed, unsealed } from '../storage/sealed.ts';
import { clearedFolder, readStored, setAside } from '../storage/set-aside.ts';
import { ANOTHER_STATE, writing } from '../storage/storage-error.ts';
import { storeText } from '../storage/store-text.ts';
import type { SearchPart } from './campaign-jobs.ts';
import { JOURNAL_VERSION, journalShapes } from './journal-shapes.ts';
import type { Progress } from './target-campaign.ts';

/** A journal of more bytes becomes a snapshot at the end of a round: not each round, since it writes the whole pool. */
const LONG = 1 << 20;

type Snapshot = z.infer<ReturnType<typeof journalShapes>['SNAPSHOT']>;

/** One thing that happened, as the journal has it. */
type JournalLine =
  | { readonly part: SearchPart }
  | { readonly made: readonly MadeCase[] }
  | { readonly found: string; readonly path: string }
  | { readonly leftOut: PackedProgram };

const ANOTHER_SEARCH =
  'belongs to another search (target, code or version differ); start a new campaign, or name another state with --state';

/** A case that is to be stored: its signature, and what its file is to hold. */
export type MadeCase = z.infer<ReturnType<typeof journalShapes>['MADE']>;

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
  /** What was damaged and is searched again: a line for each. */
  readonly notes: readonly string[];
}

/**
 * What has been searched on one target: a snapshot of full rounds, and a journal of what came after, a line for each
 * part of the search, synced before the search continues. A process that is killed loses the parts under way, and no
 * more; a line that was cut short is dropped.
 *
 *     snapshot.json    rounds 0 to 41, their pool, found: A
 *     journal.jsonl    {"journal":2,"digest":…}  {"part":…}  {"made":[B,C]}  {"found":"B",…}  {"part":…
 *     read as          one part (the cut line is dropped); found A and B; C is made, and still to be stored
 */
export class TargetJournal {
  readonly stored: StoredTarget;
  readonly #snapshotPath: string;
  readonly #digest: string;
  readonly #journal: Journal<JournalLine>;
  /** By signature: the case's file. */
  readonly #found: Map<string, string>;
  /** By signature: cases that are made and not known to be stored. */
  readonly #made = new Map<string, MadeCase>();
  readonly #leftOut: PackedProgram[];

  /**
   * @param digest of everything that the search depends on
   * @throws InputError when the folder holds another search
   */
  constructor(folder: string, digest: string) {
    this.#digest = digest;
    const notes = [dirname(folder), folder].flatMap((one) => clearedFolder(one) ?? []);
    writing(folder, () => makeFolder(folder));
    this.#snapshotPath = join(folder, 'snapshot.json');
    const snapshot = readSnapshot(this.#snapshotPath, digest, notes);
    this.#journal = new Journal(join(folder, 'journal.jsonl'), formatFor(digest));
    this.#found = new Map(Object.entries(snapshot?.found ?? {}));
    this.#leftOut = [...(snapshot?.leftOut ?? [])];
    const parts: SearchPart[] = [];
    for (const line of this.#journal.stored) {
      if ('part' in line) addApart(parts, line.part);
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
      notes: [...notes, ...this.#journal.notes],
    };
    this.#journal.begin();
  }

  /** A part has been searched. */
  searched(part: SearchPart): void {
    this.#journal.append({ part });
  }

  /** Cases are about to be stored, one by one. Those without a `found` line after this are stored by the next session. */
  made(cases: readonly MadeCase[]): void {
    this.#make(cases);
    this.#journal.append({ made: cases });
  }

  /** A case has been stored. */
  found(signature: string, path: string): void {
    this.#store(signature, path);
    this.#journal.append({ found: signature, path });
  }

  /** A program is not to be run any more. */
  leftOut(program: PackedProgram): void {
    this.#leaveOut(program);
    this.#journal.append({ leftOut: program });
  }

  #make(cases: readonly MadeCase[]): void {
    for (const one of cases) this.#made.set(one.signature, one);
  }

  #store(signature: string, path: string): void {
    this.#made.delete(signature);
    this.#found.set(signature, path);
  }

  /** A kill between snapshot and new journal leaves a journal that repeats programs which the snapshot has. */
  #leaveOut(program: PackedProgram): void {
    const text = program.join();
    if (!this.#leftOut.some((known) => known.join() === text)) this.#leftOut.push(program);
  }

  /** A round is over: a long journal becomes a snapshot. @param open parts that the progress lacks */
  roundEnded(progress: () => Progress, open: () => readonly SearchPart[]): void {
    if (this.#journal.length >= LONG) this.compact(progress(), open());
  }

  /** Writes a snapshot, and begins the journal anew. @param open parts that the progress lacks */
  compact(progress: Progress, open: readonly SearchPart[]): void {
    // Open parts and unstored cases go over into the new journal: the snapshot has full rounds only.
    const { rounds, pool, next, counts, hits, nonTerminating } = progress;
    const snapshot: Snapshot = {
      snapshot: JOURNAL_VERSION,
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
    const lines = [...open.map((part) => ({ part })), ...(made.length > 0 ? [{ made }] : [])];
    // In this order. A kill in between leaves lines that the snapshot has too; parts are known by their iterations.
    storeText(this.#snapshotPath, sealed(snapshot));
    this.#journal.replace(lines);
  }

  close(): void {
    this.#journal.close();
  }
}

function formatFor(digest: string): JournalFormat<JournalLine> {
  return {
    header: { journal: JOURNAL_VERSION, digest },
    lineIn: (json) => journalShapes().LINE.safeParse(json).data as JournalLine | undefined,
    // The search continues from what is on disk, so it must be there.
    isSynced: true,
    whose: 'a campaign',
    belongsElsewhere: ANOTHER_SEARCH,
    remedy: 'name another state with --state',
    otherwise: ANOTHER_STATE,
    isOwnPlace: true,
  };
}

function progressOf(snapshot: Snapshot): Progress {
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

/** The list of programs with a signature is not stored: it follows from their features. */
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

/** A damaged one is put aside: its rounds are searched again, and come to the same. */
function readSnapshot(path: string, digest: string, notes: string[]): Snapshot | undefined {
  const stored = readStored(path);
  if (stored.kind === 'missing') return undefined;
  const json = stored.kind === 'text' ? unsealed(stored.text) : undefined;
  const { success, data } = journalShapes().SNAPSHOT.safeParse(json);
  if (!success) {
    notes.push(`${path}: is damaged; its rounds are searched again. Kept as ${setAside(path, 'damaged')}`);
    return undefined;
  }
  if (data.digest !== digest) throw new InputError(path, ANOTHER_SEARCH);
  return data;
}

/** No iteration twice, whatever somebody has done to the journal. */
function addApart(parts: SearchPart[], part: SearchPart): void {
  if (parts.every(({ from, to }) => part.to <= from || to <= part.from)) parts.push(part);
}
