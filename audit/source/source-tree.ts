import type { Skipped } from '../census/counter.ts';

/** A file of a tree, by its path below the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  /** Names the content: equal digests, equal texts. It is that of a blob in git, whatever the tree is. */
  readonly digest: string;
  /** Decoded as UTF-8; what is none is replaced. Left out where the reader's `recall` gave the digest. */
  readonly text?: string;
  /** Equal stamps of a path, equal content; left out where nothing is known but the content itself. */
  readonly stamp?: string;
}

/**
 * What a reader knows of a file from an earlier time: the digest of what is at a path with a stamp, if he does not need
 * the text. So a tree that has not changed is not read again.
 */
export type Recall = (path: string, stamp: string) => string | undefined;

/**
 * What is audited: a folder, a few files, an archive, or a revision of a repository. All of them are read as a stream, once,
 * so that an archive need not be unpacked and memory stays bounded. The order is the same each time: that of the paths by
 * code unit, and in an archive its own.
 */
export interface SourceTree {
  /** As the user named it, for headings: `/usr/src/linux`, `linux-source-6.12.tar.xz`, `linux.git at v4.9`. */
  readonly name: string;
  /** Names the place, for what is remembered of it: two trees of one key are the same at different times. */
  readonly key: string;
  /** Equal stamps, equal files: nothing of the tree need be read. Left out for folders, which anybody may edit. */
  readonly stamp?: string;
  /** Files were named one by one, so others that belong to them may be missing. */
  readonly isPart?: true;
  /** How many files there will be, about: known at the latest when the first one is given; undefined before. */
  readonly expected: number | undefined;
  /** The files that may hold C (`*.c`, `*.h`), one after another. @throws InputError for a tree that cannot be read */
  files(recall?: Recall): AsyncIterable<SourceFile>;
  /** The texts of some files, for diffs and extracts. Files that are not there are left out. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What `files` did not give, and why, in the order of paths. Complete once `files` has ended. */
  readonly skipped: readonly Skipped[];
}
