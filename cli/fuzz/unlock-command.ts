import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_STATE } from '../../fuzz/campaign/default-state.ts';
import { breakLock, foundLock } from '../../fuzz/storage/file-lock.ts';
import { entriesOf, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { EXIT, type Io } from '../io/io.ts';

/**
 * `refuzz unlock`: removes the lock of a campaign, an engine or a check whose process is gone. Nothing else is touched.
 *
 * @throws InputError for a holder that runs, or that cannot be looked up and gave a sign lately, unless it is forced
 */
export function unlockCommand(
  state: string | undefined,
  { force = false }: { readonly force?: boolean },
  io: Io,
): number {
  const place = state ?? DEFAULT_STATE;
  const file = lockOf(place);
  const found = foundLock(file);
  if (!found) {
    // A claim is held for a moment, by whoever takes a lock over.
    breakClaim(file);
    io.out(`${place} is not locked\n`);
    return EXIT.OK;
  }
  if (found.isAlive && !force) {
    throw new InputError(
      place,
      `is locked by ${found.text}, which seems to run. If it does, both would write there, and what either finds meanwhile can be lost; cases are not touched. To do it all the same: refuzz unlock ${shellWord(place)} --force`,
    );
  }
  breakLock(file);
  io.out(`${place} was locked by ${found.text}${found.isAlive ? '' : ', which is gone'}; it is free now\n`);
  io.out(`nothing in it has changed: ${contentsOf(place)}\n`);
  return EXIT.OK;
}

function breakClaim(file: string): void {
  if (foundLock(`${file}.claim`)?.isAlive === false) breakLock(file);
}

/** A folder has its lock in it, a file beside it. */
function lockOf(place: string): string {
  const found = statsOf(place);
  if (found?.isDirectory()) return join(place, 'lock');
  if (found || existsSync(`${place}.lock`)) return `${place}.lock`;
  throw new InputError(
    place,
    'is not there; name a folder of a campaign or an engine, or the file of a check',
  );
}

function contentsOf(place: string): string {
  if (!statsOf(place)?.isDirectory()) return place;
  const names = entriesOf(place).map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : 'it is empty';
}
