import { join } from 'node:path';
import { packageRoot } from '../../targets/subject/package-root.ts';
import type { Target } from '../../targets/target/target.ts';
import { knownCases } from './corpus.ts';

/** The folder of cases where nobody names another. */
export const DEFAULT_CORPUS = 'corpus';

/**
 * The signatures of a target that are no news, each with its case, and the folder where new ones belong. Without a
 * corpus of the user's choice, the cases that came with the package are no news either. A target that is `known` like
 * another takes the cases of that one as well, before its own.
 *
 * @param corpus the folder that the user named
 */
export function knownSignatures(
  corpus: string | undefined,
  { name, known: like }: Pick<Target, 'name' | 'known'>,
): { readonly folder: string; readonly known: ReadonlyMap<string, string> } {
  const folder = corpus ?? DEFAULT_CORPUS;
  const folders = corpus === undefined ? [join(packageRoot(), 'corpus'), folder] : [folder];
  const names = like === undefined ? [name] : [like, name];
  return { folder, known: new Map(folders.flatMap((at) => names.flatMap((of) => [...knownCases(at, of)]))) };
}
