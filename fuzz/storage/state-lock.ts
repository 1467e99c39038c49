import { join } from 'node:path';
import { makeFolder } from '../../targets/subject/folders.ts';
import { type FileLock, lockFor } from './file-lock.ts';
import { writing } from './storage-error.ts';

/**
 * Takes the state of an engine, a folder, and makes it. A campaign on models has a lock of its own kind there.
 *
 * @throws InputError when another process is using it; StorageError when nothing can be written there
 */
export function lockState(state: string): FileLock {
  writing(state, () => makeFolder(state));
  return lockFor(state, join(state, 'lock'), 'engine');
}
