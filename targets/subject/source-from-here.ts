import { relative, resolve, sep } from 'node:path';

/**
 * A path as cases name it: from the folder in which this process runs, with slashes. A worker on another machine runs in
 * another folder, so the process that reads a source asks, and the answer travels with the target.
 */
export function sourceFromHere(path: string): string {
  return relative('', resolve(path)).split(sep).join('/');
}
