import type { Skipped } from '../census/counter.ts';
import { changedAt } from '../source/folder-tree.ts';
import { type Kind, keep, readKept } from './kept.ts';

/** What was in a tree: its files by digest, so that one that has not changed is not read again. */
export interface Listing {
  /** Of the tree as a whole, see `SourceTree`. */
  readonly stamp?: string | undefined;
  readonly files: readonly (readonly [path: string, digest: string, stamp: string])[];
  readonly skipped: readonly Skipped[];
}

/** A tree of a million files has a listing of 100 MB. The trees that are remembered are the ones audited last. */
const KIND: Kind = {
  room: 'listings',
  version: 'refuzz-listing 1',
  limit: { name: 'listing', most: 256 << 20 },
  most: 32,
};
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
  return readKept(folder, KIND, key) as Listing | undefined;
}

/** Writes it whole or not at all, and drops the oldest where there are too many. @throws what the file system says */
export function writeListing(folder: string, key: string, listing: Listing): void {
  keep(folder, KIND, key, listing);
}
