import { join } from 'node:path';
import { caseData } from '../export/page/case-data.ts';
import type { CaseData } from '../export/page/page-data.ts';
import { loadCases } from '../fuzz/case/corpus.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';

/** The targets of the package. */
export const targets = loadBuiltInTargets();

const harnesses = new Map<string, Harness>();

/** The harness of a target of the package; it is made once, as tests of pages ask for the same few. */
export function harnessFor(name: string): Harness {
  const made = harnesses.get(name) ?? harnessOf(targets.find((target) => target.name === name)!);
  harnesses.set(name, made);
  return made;
}

/** The page's data of the shipped case of that path below the corpus. */
export function shipped(path: string): CaseData {
  const [stored] = loadCases([join('corpus', path)]);
  return caseData('corpus', stored!, harnessFor(stored!.case.target));
}

/** A scheme, whose collector breaks. */
export const GC = 'inet-peer-naive-gc/gc-from-0-to-1/gc-zero-lifetime-breaks.yaml';
/** A counter, whose ops see a value in between. */
export const WINDOW = 'refcount-v5.5/add+inc-from-INT_MAX-to-0/sub-and-test-interior-result-transient.yaml';
