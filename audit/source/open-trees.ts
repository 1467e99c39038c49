import { basename } from 'node:path';
import { isWithin, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { MissingFile } from '../../targets/subject/read-file.ts';
import { ArchiveTree } from './archive-tree.ts';
import { FileListTree, pathOf } from './file-list-tree.ts';
import { FolderTree } from './folder-tree.ts';
import { GitTree } from './git-tree.ts';
import { JoinedTree } from './joined-tree.ts';
import { isSource } from './source-bytes.ts';
import type { SourceTree } from './source-tree.ts';

/** What is audited, beside the paths. */
export interface OpenOptions {
  /** A revision of the repository that each path is, or lies in. */
  readonly rev?: string | undefined;
}

/**
 * Opens what the user named: folders, files of C, archives; with a revision, repositories or folders in them. A single tree
 * has its paths below its root; of several each one's paths begin with its name.
 *
 *     linux                 net/core/sock.c
 *     net lib               net/core/sock.c, lib/refcount.c
 *     net/a.c               net/a.c
 *     linux-6.12.tar.xz     net/core/sock.c
 *
 * @throws InputError for what is not there, is none of these, or is named twice
 */
export async function openTrees(paths: readonly string[], { rev }: OpenOptions = {}): Promise<SourceTree> {
  if (paths.length === 0) throw new Error('internal: no path is named');
  const names = [...new Set(paths)];
  const files = rev === undefined ? names.filter((name) => isSource(name) && isFile(name)) : [];
  const roots = names.filter((name) => !files.includes(name));
  refuseTwice([...roots, ...files]);
  const parts: (readonly [string, SourceTree])[] = [];
  for (const name of roots) parts.push([`${prefixOf(name)}/`, await open(name, rev)]);
  if (files.length > 0) parts.push(['', new FileListTree(files)]);
  return parts.length === 1 ? parts[0]![1] : new JoinedTree(parts);
}

/**
 * One thing that was named. What is neither a folder nor C is taken for an archive, which says itself if it is none: names
 * of archives end in many ways.
 */
async function open(name: string, rev: string | undefined): Promise<SourceTree> {
  const found = statsOf(name);
  if (!found) throw new MissingFile(name);
  if (rev !== undefined) {
    if (found.isDirectory()) return GitTree.open(name, rev);
    throw new InputError(name, 'is no folder; with --rev, name a repository or a folder in one');
  }
  return found.isDirectory() ? new FolderTree(name) : new ArchiveTree(name);
}

/** Pipes and devices count as files here, and are refused when they are opened. */
function isFile(name: string): boolean {
  return statsOf(name)?.isDirectory() === false;
}

/** As the user wrote it, without a slash at the end; an archive goes by its own name, wherever it lies. */
function prefixOf(name: string): string {
  return isFile(name) ? basename(name) : pathOf(name).replace(/\/+$/, '');
}

/** What lies in a folder that is named as well would be read twice, and each of its counters would have each site twice. */
function refuseTwice(names: readonly string[]): void {
  for (const folder of names.filter((name) => !isFile(name)))
    for (const name of names)
      if (name !== folder && isWithin(name, [folder]))
        throw new InputError(name, `lies in ${folder}, which is named as well; name one of the two`);
}
