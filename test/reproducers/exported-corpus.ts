import type { Case } from '../../fuzz/case.ts';
import { loadCases } from '../../fuzz/corpus.ts';
import { type Harness, harnessOf } from '../../fuzz/harness.ts';
import { loadBuiltInTargets } from '../../targets/target-file.ts';

/** A case of the corpus, made ready to be exported. */
export interface CorpusCase {
  /** A name that is its own and can be a file's. */
  readonly name: string;
  readonly harness: Harness;
  readonly stored: Case;
}

const harnesses = new Map(loadBuiltInTargets().map((target) => [target.name, harnessOf(target)]));

export const CORPUS: readonly CorpusCase[] = loadCases(['corpus']).map(({ path, case: stored }) => ({
  name: path
    .replace(/^corpus\//, '')
    .replace(/\.yaml$/, '')
    .replaceAll('/', '.'),
  harness: harnesses.get(stored.target)!,
  stored,
}));

export const TARGETS: readonly string[] = [...new Set(CORPUS.map(({ stored }) => stored.target))];

export function casesOf(target: string): CorpusCase[] {
  return CORPUS.filter(({ stored }) => stored.target === target);
}

export function caseNamed(name: string): CorpusCase {
  const found = CORPUS.find((one) => one.name === name);
  if (!found) throw new Error(`the corpus has no ${name}`);
  return found;
}
