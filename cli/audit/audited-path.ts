import { join } from 'node:path';
import { statsOf } from '../../targets/subject/folders.ts';

/**
 * Where a file of a tree lies for whoever reads a report: below the working folder, not below the root of the tree. Only a
 * single folder has a root of its own; of several things that were named, and of files, paths begin with the names.
 *
 *     refuzz audit linux       net/core/sock.c    linux/net/core/sock.c
 *     refuzz audit . --rev v4.9                   net/core/sock.c
 *     refuzz audit a b         a/x.c              a/x.c
 *     refuzz audit linux.tar.xz                   net/core/sock.c
 */
export function pathIn(paths: readonly string[], file: string): string {
  const [only, ...others] = paths;
  if (only === undefined || others.length > 0 || !statsOf(only)?.isDirectory()) return file;
  return join(only, file);
}
