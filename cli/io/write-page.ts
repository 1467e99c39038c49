import { reasonOf } from '../../fuzz/storage/storage-error.ts';
import { replaceFile } from '../../fuzz/storage/store-text.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/*
 * Pages go where the user says. A failure is his to mend, and so wrong input and not a lost result: the
 * page can be made again at any time.
 */

/** Puts a page in its place, whole. @throws InputError where that cannot be */
export function writePage(path: string, html: string): void {
  try {
    replaceFile(path, html);
  } catch (error) {
    throw new InputError(path, `cannot be written (${reasonOf(error)})`);
  }
}
