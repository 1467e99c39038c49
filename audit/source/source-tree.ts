import type { Skipped } from '../census/counter.ts';

/** A file of a tree, by its path below the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  /** Names the content: equal digests, equal texts. */
  readonly digest: string;
  /** Decoded as UTF-8; what is none is replaced. */
  readonly text: string;
}

/**
 * What is audited: a folder, a few files, an archive, or a revision of a repository. All of them are read as a stream, once,
 * in one order (that of the paths), so that an archive need not be unpacked and memory stays bounded.
 */
export interface SourceTree {
  /** As the user named it, for headings: `/usr/src/linux`, `linux-source-6.12.tar.xz`, `linux.git at v4.9`. */
  readonly name: string;
  /** The files that may hold C (`*.c`, `*.h`), one after another. */
  files(): AsyncIterable<SourceFile>;
  /** The texts of some files, for diffs and extracts. Files that are not there are left out. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What `files` did not give, and why. Complete once `files` has ended. */
  readonly skipped: readonly Skipped[];
}
