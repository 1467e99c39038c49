import { resolve } from 'node:path';
import type { Case } from '../../fuzz/case/case.ts';
import { codeOfCase } from '../../fuzz/case/code-of-case.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { type CodePlaces, pairName } from '../../targets/target/named-targets.ts';
import type { Target } from '../../targets/target/target.ts';

/** What a stored case says of the target that it is of. */
export type CaseOfTarget = Pick<Case, 'target' | 'code' | 'memory'>;

/** The two C sources that a case was made with. */
export interface CasePair {
  readonly before: string;
  readonly after: string;
}

/**
 * The sources of a case that was made by `--before` and `--after`: it knows them, so nobody need name them again.
 *
 * @returns undefined for a case of another target
 */
export function pairOfCase({ target, code }: CaseOfTarget): CasePair | undefined {
  if (code?.length !== 2) return undefined;
  const [before, after] = [code[0]!.source, code[1]!.source];
  // `--after ../src/after.c` names the folder, also in `src` itself.
  const names = [pairName(before, after), pairName(resolve(before), resolve(after))];
  return names.includes(target) ? { before, after } : undefined;
}

/** Whether a case was made with just these two files. */
export function isCaseOfPair(
  stored: CaseOfTarget,
  { before, after }: Pick<CodePlaces, 'before' | 'after'>,
): boolean {
  const pair = pairOfCase(stored);
  if (!pair || before === undefined || after === undefined) return false;
  return resolve(pair.before) === resolve(before) && resolve(pair.after) === resolve(after);
}

/** Those of the sources that are not where the case says, as seen from here. */
export function missingSources({ before, after }: CasePair): string[] {
  return [...new Set([before, after])].filter((path) => !statsOf(path)?.isFile());
}

/**
 * For each source that is not as it was when the case was made: which, and the builds. A build is told by what the source
 * was compiled to, so a comment changes nothing, and a header of refuzz may change it.
 */
export function changedSources({ code }: CaseOfTarget, target: Target): string[] {
  const now = codeOfCase(target);
  const lines = (code ?? []).flatMap(({ source, build }, at) => {
    const present = now[at]?.build;
    if (present === undefined || present === build) return [];
    return [`${source} has changed since the case was made (build ${build}, now ${present})`];
  });
  return [...new Set(lines)];
}
