import { readFileSync } from 'node:fs';

/**
 * The text of a file that may be missing.
 *
 * @returns undefined when there is no such file, also when a part of its path is not a folder
 * @throws the file system's own error when the file is there and cannot be read
 */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}
