import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readIfThere } from './read-file.ts';

/** Compiled code lies one folder deeper than its source, so the way up is searched, not counted. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return folder;
    if (folder === dirname(folder))
      throw new Error('internal: the package.json of refuzz is not above its code');
  }
}

function isPackageRoot(folder: string): boolean {
  const text = readIfThere(join(folder, 'package.json'));
  return text !== undefined && (JSON.parse(text) as { name?: unknown }).name === 'refuzz';
}
