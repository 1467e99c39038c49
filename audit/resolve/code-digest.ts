import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entriesOf } from '../../targets/subject/folders.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';

/** What a census is made by: this folder and that of the scan; bundled, the folder of all chunks. */
const FOLDERS = ['.', '../scan', '../census'];

/**
 * The digest of the code that makes facts and a census. What it made is kept for the next run, and must not outlive a change
 * of that code: a number that somebody has to raise was forgotten, and a tree was judged by the facts of yesterday's scan.
 */
export function codeDigest(): string {
  const hash = createHash('sha256');
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of FOLDERS.map((name) => join(here, name)))
    for (const name of namesIn(folder)) hash.update(name).update(readBytes(join(folder, name), FILE.binary));
  return hash.digest('hex');
}

function namesIn(folder: string): string[] {
  try {
    const files = entriesOf(folder).filter((entry) => entry.isFile());
    return files
      .map(({ name }) => name)
      .filter((name) => /\.[jt]s$/.test(name))
      .sort();
  } catch {
    return [];
  }
}
