import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../../targets/subject/on-demand.ts';
import { writing } from './storage-error.ts';

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
      mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic().sync(path, text, { fsync: true });
    },
    keepsText ? text : '',
  );
}
