import { join } from 'node:path';
import { knownCases } from '../fuzz/corpus.ts';
import { packageRoot } from '../targets/package-root.ts';

export const DEFAULT_CORPUS = 'corpus';

/**
 * The keys of a target that are no news, each with its case, and the folder where new ones belong. Without a corpus of
 * the user's choice, the cases that came with the package are no news either.
 *
 * @param corpus the folder that the user named
 */
export function knownKeys(
  corpus: string | undefined,
  target: string,
): { readonly folder: string; readonly known: ReadonlyMap<string, string> } {
  const folder = corpus ?? DEFAULT_CORPUS;
  const shipped = corpus === undefined ? knownCases(join(packageRoot(), 'corpus'), target) : [];
  return { folder, known: new Map([...shipped, ...knownCases(folder, target)]) };
}
