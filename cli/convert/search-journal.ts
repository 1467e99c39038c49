import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ConversionData } from '../../convert/module/switched-scheme.ts';
import type { PartDone } from '../../convert/search/part.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import { Journal } from '../../fuzz/storage/journal.ts';
import { StorageError } from '../../fuzz/storage/storage-error.ts';
import { version } from '../../fuzz/storage/version.ts';

/** What a search has decided, kept for the next run of the same command. */
export interface SearchJournal {
  readonly kept: ReadonlyMap<string, PartDone>;
  /** Lines about what could not be used of an earlier run. */
  readonly notes: readonly string[];
  keep(key: string, done: PartDone): void;
  /** @param isComplete all was decided: nothing is left to go on with */
  close(isComplete: boolean): void;
}

/** The format that this code writes, and the only one it reads. */
const VERSION = 2;
/** In the working folder, as `check` has it. */
const STATE_FOLDER = '.refuzz';

/** A part that is decided. */
interface Line {
  readonly key: string;
  readonly done: PartDone;
}

/**
 * Opens the journal of a search: a line for each part that is decided, so that an interrupted search goes on where it was. A part has
 * the same key in every run, as who was asked in it follows from the parts before it: so another scope is another search.
 *
 * @param state the file; one in .refuzz/ by what is searched, if left out
 */
export function openSearchJournal(
  { before, switched, menu, memory = 'sc' }: ConversionData,
  {
    scope,
    limit,
    state,
  }: { readonly scope: ScopeSize; readonly limit: number; readonly state?: string | undefined },
): SearchJournal {
  const digest = createHash('sha256')
    .update(before.recorded)
    .update(switched.recorded)
    .update(JSON.stringify([menu, scope, limit, memory, version()]))
    .digest('hex')
    .slice(0, 16);
  const path = state ?? join(STATE_FOLDER, `convert-${digest}.jsonl`);
  try {
    return journalAt(path, digest, state === undefined);
  } catch (error) {
    // A folder that nobody named and nobody may write to is no reason not to answer.
    if (state !== undefined || !(error instanceof StorageError)) throw error;
    return unkept(error.message);
  }
}

/** @throws StorageError for a place that cannot be written */
function journalAt(path: string, digest: string, isOwnPlace: boolean): SearchJournal {
  const journal = new Journal<Line>(path, {
    header: { journal: VERSION, convert: digest },
    lineIn,
    isSynced: false,
    whose: 'a conversion',
    belongsElsewhere: 'is of another search; name another file with --state',
    remedy: 'name another file with --state',
    otherwise: 'or name a file you can write to with --state',
    isOwnPlace,
  });
  let isLost = false;
  // A disk that is full meanwhile costs the journal, and not the answer.
  const written = (act: () => void) => {
    if (isLost) return;
    try {
      act();
    } catch (error) {
      if (!isOwnPlace || !(error instanceof StorageError)) throw error;
      isLost = true;
    }
  };
  // Whether it can be written is to be known before a minute has been spent.
  journal.begin();
  return {
    kept: new Map(journal.stored.map(({ key, done }) => [key, done])),
    notes: journal.notes,
    keep: (key, done) => written(() => journal.append({ key, done })),
    close: (isComplete) => written(() => (isComplete ? journal.remove() : journal.close())),
  };
}

/** A search that cannot be gone on with later. @param why what the file system said */
function unkept(why: string): SearchJournal {
  return {
    kept: new Map(),
    notes: [`${why}; goes on without a journal`],
    keep: () => {},
    close: () => {},
  };
}

/** Whether it is a part. What it says is guarded by the checksum of its line. */
function lineIn(json: unknown): Line | undefined {
  if (typeof json !== 'object' || json === null || !('key' in json) || !('done' in json)) return undefined;
  const { key, done } = json as Line;
  return typeof key === 'string' && Array.isArray(done?.findings) ? { key, done } : undefined;
}
