import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../targets/subject/folders.ts';
import { writeFileAtomic } from '../../targets/subject/on-demand.ts';
import { asked } from '../../targets/subject/read-file.ts';
import { writing } from './storage-error.ts';

/**
 * Puts a file in its place, whole, and makes the folder. A pipe or a device is not put away for it: it was there for a
 * purpose, and whoever is root would do without `/dev/null`.
 *
 * @throws the file system's own error
 */
export function replaceFile(path: string, text: string): void {
  const found = asked(() => statSync(path, { throwIfNoEntry: false }));
  if (found?.isDirectory()) throw new Error('it is a folder');
  if (found && !found.isFile()) throw new Error('it is a pipe or a device');
  makeFolder(dirname(path));
  writeFileAtomic().sync(path, text, { fsync: true });
}

/**
 * Writes a file whole: to a temporary file beside it (NAME.NUMBER), synced, then renamed into place. A crash or a full
 * disk leaves the old text or the new one, never half of it. Its folder is made if it is missing.
 *
 * @param keepsText whether the error carries the text, because losing it would hurt
 * @throws StorageError
 */
export function storeText(path: string, text: string, keepsText = false): void {
  writing(
    path,
    () => {
      replaceFile(path, text);
    },
    keepsText ? text : '',
  );
}
