import { basename } from 'node:path';
import { shownValue } from '../../export/reproduce/source-text.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';

/** A case of the corpus, made ready to be exported. */
export interface CorpusCase {
  /** The target and the signature, without the cause, which may come to be another. */
  readonly name: string;
  readonly harness: Harness;
  readonly stored: Case;
}

const harnesses = new Map(loadBuiltInTargets().map((target) => [target.name, harnessOf(target)]));

export const CORPUS: readonly CorpusCase[] = loadCases(['corpus']).map(({ path, case: stored }) => ({
  name: `${stored.target}.${basename(path, '.yaml')}`,
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

/** What a program prints of the run that the case records: answers by thread, and the word of a counter. */
export function recordedText({ expect: { subject } }: Case): string {
  const lists = subject.results.map((list) => list.map((result) => shownValue(result as Result)).join(', '));
  return subject.final === undefined
    ? `results:  ${lists.join(' | ')}\n`
    : `results ${lists.map((list) => `[${list}]`).join(' ')}, word ${shownValue(subject.final)}`;
}
