import { join } from 'node:path';
import { signatureOf } from '../../oracles/divergence.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { subjectsOf } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf, openTarget } from '../../targets/target/target-data.ts';
import { ProgramError } from '../program/alphabet.ts';
import { harnessOf } from '../run/harness.ts';
import type { Case } from './case.ts';
import { codeOfCase, isSameCode, isSameSource } from './code-of-case.ts';
import { casesOf, knownCases } from './corpus.ts';
import { replayCase } from './replay-case.ts';

/** The folder of cases where nobody names another. */
export const DEFAULT_CORPUS = 'corpus';

/** What a corpus knows of a target. */
export interface KnownSignatures {
  /** Where new cases belong. */
  readonly folder: string;
  /** Signatures that are no news, each with its case. */
  readonly known: ReadonlyMap<string, string>;
  /** Signatures that are known of other sources of that name, or of what these were before somebody edited them. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/**
 * The signatures of a target that are no news, each with its case, and the folder where new ones belong. Without a
 * corpus of the user's choice, the cases that came with the package are no news either. A target that is `known` like
 * another takes the cases of that one as well, before its own.
 *
 * With C of the user's, a name and a signature are not enough: two folders `src` have one name, and what was known of the
 * code of yesterday may be another defect in that of today.
 *
 *     made with the same code, wherever it lies          known
 *     with these files, or written down before 0.5.0     known if it replays as recorded on what they are now
 *     with other files                                   news
 *
 * @param corpus the folder that the user named
 */
export function knownSignatures(corpus: string | undefined, target: Target): KnownSignatures {
  const { name, known: like } = target;
  const folder = corpus ?? DEFAULT_CORPUS;
  const folders = corpus === undefined ? [join(packageRoot(), 'corpus'), folder] : [folder];
  const names = like === undefined ? [name] : [like, name];
  const places = folders.flatMap((at) => names.map((of) => [at, of] as const));
  const isKnown = knower(target);
  if (!isKnown)
    return {
      folder,
      known: new Map(places.flatMap(([at, of]) => [...knownCases(at, of)])),
      elsewhere: new Map(),
    };
  const known = new Map<string, string>();
  const elsewhere = new Map<string, string>();
  for (const stored of places.flatMap(([at, of]) => casesOf(at, of)))
    (isKnown(stored.case) ? known : elsewhere).set(signatureOf(stored.case.expect.divergence), stored.path);
  return { folder, known, elsewhere };
}

/** What tells whether a case is known. @returns undefined where its signature alone does */
function knower(target: Target): ((stored: Case) => boolean) | undefined {
  const code = codeOfCase(target);
  if (code.length === 0) return undefined;
  const data = dataOf(target);
  const others = subjectsOf(target).filter(({ compiled }) => !compiled);
  return (stored) => {
    if (stored.code && isSameCode(stored.code, code)) return true;
    if (stored.code && !isSameSource(stored.code, code)) return false;
    try {
      return replayCase(() => harnessOf(openTarget(data, others)), stored).kind === 'same';
    } catch (error) {
      // An op that is gone.
      if (error instanceof ProgramError) return false;
      throw error;
    }
  };
}
