import { InputError } from '../../targets/subject/input-error.ts';
import { reasonOf, StorageError } from '../case/corpus.ts';

/** Does something to a file of a campaign's state. @throws StorageError saying what to do */
export function writing<T>(path: string, act: () => T, text = ''): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new StorageError(path, reasonOf(error), text, 'or name a folder you can write to with --state');
  }
}
