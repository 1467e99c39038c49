import { TooManyStates } from '../../fuzz/explore/explorer.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import { ScheduleError } from '../../fuzz/run/schedulers.ts';
import { StorageError } from '../../fuzz/storage/storage-error.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/**
 * Runs something on a stored case, and names the case in what goes wrong.
 *
 *     ProgramError     an op or an argument that the target does not have (any more)
 *     ScheduleError    a schedule that does not fit the program
 *     StorageError     a result that could not be written
 *     TooManyStates    a scheme's program beyond the limit
 *
 * All of these are for the user to correct, and come out as InputError with the case's path.
 */
export function onCase<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const isTheirs = [ScheduleError, ProgramError, StorageError, TooManyStates].some(
      (kind) => error instanceof kind,
    );
    if (isTheirs) throw new InputError(path, (error as Error).message);
    throw error;
  }
}
