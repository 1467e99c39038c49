import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, makeFolder, statsOf } from '../../targets/subject/folders.ts';
import { writeFileAtomic } from '../../targets/subject/on-demand.ts';
import { readIfThere } from '../../targets/subject/read-file.ts';
import type { Skipped } from '../census/counter.ts';
import { changedAt } from '../source/folder-tree.ts';

/** What was in a tree: its files by digest, so that one that has not changed is not read again. */
export interface Listing {
  /** Of the tree as a whole, see `SourceTree`. */
  readonly stamp?: string | undefined;
  readonly files: readonly (readonly [path: string, digest: string, stamp: string])[];
  readonly skipped: readonly Skipped[];
}

const KIND = { name: 'listing', most: 256 << 20 };
const VERSION = 'refuzz-listing 1';
/** Trees that are remembered: the ones audited last. */
const MOST = 32;
/**
 * Milliseconds. A file that changes twice within one tick of the file system's clock has one stamp for two contents. So what
 * has changed only just before it was read is not remembered; git has the same rule.
 */
const SETTLED = 2_000;

/** Whether equal stamps will mean equal content. @param readAt when it was read, in milliseconds since 1970 */
export function isSettled(stamp: string, readAt: number): boolean {
  // Of trees that were joined each has its own.
  return stamp.split('\0').every((one) => {
    const changed = changedAt(one);
    return changed === undefined || changed < readAt - SETTLED;
  });
}

/** @returns undefined where there is none, or it is damaged */
export function readListing(folder: string, key: string): Listing | undefined {
  try {
    const text = readIfThere(pathOf(folder, key), KIND);
    const end = text?.indexOf('\n') ?? -1;
    const body = text?.slice(end + 1);
    if (body === undefined || text!.slice(0, end) !== `${VERSION} ${digest(body)}`) return undefined;
    return JSON.parse(body) as Listing;
  } catch {
    return undefined;
  }
}

/** Writes it whole or not at all, and drops the oldest where there are too many. @throws what the file system says */
export function writeListing(folder: string, key: string, listing: Listing): void {
  makeFolder(join(folder, 'listings'));
  const body = JSON.stringify(listing);
  writeFileAtomic().sync(pathOf(folder, key), `${VERSION} ${digest(body)}\n${body}`, { fsync: false });
  const all = entriesOf(join(folder, 'listings')).map(({ name }) => join(folder, 'listings', name));
  const byAge = all.map((path) => ({ path, at: statsOf(path)?.mtimeMs ?? 0 })).sort((a, b) => b.at - a.at);
  for (const { path } of byAge.slice(MOST)) rmSync(path, { force: true });
}

function pathOf(folder: string, key: string): string {
  return join(folder, 'listings', digest(key).slice(0, 32));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
