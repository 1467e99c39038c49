import { InputError } from '../../targets/subject/input-error.ts';

/** What a user can do besides making room, when the file is a case. */
const ANOTHER_CORPUS = 'or name a folder you can write to with --corpus';
/** The same for a part of a state. */
export const ANOTHER_STATE = 'or name a folder you can write to with --state';

/**
 * Something could not be stored. The place is the user's choice, so this is an input error. It carries the text that
 * should have been written, so that the caller can still show it.
 */
export class StorageError extends InputError {
  readonly path: string;
  readonly text: string;

  /** @param otherwise what the user can do besides making room */
  constructor(path: string, reason: string, text: string, otherwise: string = ANOTHER_CORPUS) {
    super(path, `cannot be written (${reason}); free some space, ${otherwise}`);
    this.path = path;
    this.text = text;
  }
}

/**
 * Does something to a file of a campaign's or a check's state.
 *
 * @param text what was to be written, as far as losing it would hurt
 * @throws StorageError that says what to do, for whatever the file system refuses
 */
export function writing<T>(path: string, act: () => T, text = '', otherwise: string = ANOTHER_STATE): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new StorageError(path, reasonOf(error), text, otherwise);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  // What Node says when it may not make the folder of a path on a read-only file system.
  ENOENT: 'its folder cannot be made; is the file system read-only?',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EDQUOT: 'the quota is used up',
};

/** What the file system said, in words. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
}
