import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { loadCases, type StoredCase } from '../../fuzz/case/corpus.ts';
import { DEFAULT_CORPUS } from '../../fuzz/case/known-signatures.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { causeFolder } from '../../fuzz/cause/cause-name.ts';
import { causesOf } from '../../fuzz/cause/causes-of.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { entriesOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { MissingFile } from '../../targets/subject/read-file.ts';

/** Cases of one target that are to be told of: those of a cause, or all. */
export interface FoundCases {
  readonly target: string;
  readonly cases: readonly StoredCase[];
}

/**
 * What a user means by the name of a cause.
 *
 *     corpus/T/C, corpus/T/C/x.yaml    what lies there
 *     T/C                              the cases of target T whose cause is C
 *     T                                all cases of target T
 *     C                                the cases of that cause, if only one target has it
 *
 * Causes are looked up in the folders `corpora`. A case that does not carry the name of its cause is asked for it.
 *
 * @throws InputError with the nearest name
 */
export async function findCases(
  name: string,
  corpora: readonly string[],
  harnessFor: HarnessFor,
): Promise<FoundCases> {
  if (existsSync(name)) return casesAt(name);
  // No target and no cause is called so.
  if (/^[/.~]|\.ya?ml$/.test(name)) throw new MissingFile(name);
  const targets = [...new Set(corpora.flatMap(foldersOf))].sort();
  if (targets.includes(name)) return { target: name, cases: casesOf(name, corpora) };
  const [target, ...rest] = name.split('/');
  const isOfTarget = rest.length > 0;
  const wanted = isOfTarget ? rest.join('/') : name;
  const asked = isOfTarget ? targets.filter((one) => one === target) : targets;
  const cases = asked.map((one) => casesOf(one, corpora));
  // Names that the files carry first: to ask for a cause takes seconds a target.
  const found = cases.map((own) =>
    own.filter(({ case: { cause } }) => cause !== undefined && isCalled(cause, wanted)),
  );
  if (found.flat().length === 0)
    for (const [at, own] of cases.entries()) found[at] = await ofCause(own, wanted, harnessFor);
  const met = found.filter((own) => own.length > 0);
  if (met.length > 1) throw ambiguous(wanted, met);
  if (met[0]) return { target: met[0][0]!.case.target, cases: met[0] };
  throw unknown(name, targets, corpora);
}

/** Makes the target of a case ready, each once. @returns undefined where its code is not at hand */
export type HarnessFor = (stored: StoredCase) => Promise<Harness | undefined>;

/** The folders in which causes are looked up: the one that the user named, or their own and that of the package. */
export function corporaOf(named: string | undefined): string[] {
  const folders = named === undefined ? [DEFAULT_CORPUS, join(packageRoot(), 'corpus')] : [named];
  const there = folders.filter((folder) => existsSync(folder));
  return there.filter((folder, at) => there.findIndex((other) => isSame(folder, other)) === at);
}

function isSame(one: string, other: string): boolean {
  return realpathSync(one) === realpathSync(other);
}

function casesAt(path: string): FoundCases {
  const cases = loadCases([path]);
  const [first] = cases;
  if (!first) throw new InputError(path, 'holds no cases');
  const { target } = first.case;
  const other = cases.find((stored) => stored.case.target !== target);
  if (other)
    throw new InputError(
      path,
      `holds cases of ${target} and of ${other.case.target}; name the folder of one target`,
    );
  return { target, cases };
}

function foldersOf(corpus: string): string[] {
  return entriesOf(corpus)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Of two cases with one name, the first folder's counts: it is the user's. */
function casesOf(target: string, corpora: readonly string[]): StoredCase[] {
  const folders = corpora.map((corpus) => join(corpus, target)).filter((folder) => existsSync(folder));
  const seen = new Map<string, StoredCase>();
  for (const stored of loadCases(folders)) {
    const key = stored.path.slice(stored.path.lastIndexOf('/') + 1);
    if (!seen.has(key)) seen.set(key, stored);
  }
  return [...seen.values()];
}

/** Those of the cases that carry no cause whose cause has that name. */
async function ofCause(
  cases: readonly StoredCase[],
  name: string,
  harnessFor: HarnessFor,
): Promise<StoredCase[]> {
  const unnamed = cases.filter((stored) => stored.case.cause === undefined);
  const harness = unnamed[0] && (await harnessFor(unnamed[0]));
  const causes = harness && causesOf(harness);
  if (!causes) return [];
  return unnamed.filter(({ case: { expect, program } }) =>
    isCalled(causes.causeOf(expect.divergence, programOf(harness, program)).name, name),
  );
}

/** A long name may be said in short, as its folder has it. */
function isCalled(cause: string, name: string): boolean {
  return cause === name || causeFolder(cause) === name;
}

function ambiguous(name: string, found: readonly (readonly StoredCase[])[]): InputError {
  const names = found.map(([first]) => `${first!.case.target}/${name}`);
  return new InputError(
    'command line',
    `"${name}" is a cause of several targets; say one of ${names.join(', ')}`,
  );
}

function unknown(name: string, targets: readonly string[], corpora: readonly string[]): InputError {
  const causes = targets.flatMap((target) => {
    const names = casesOf(target, corpora).flatMap((stored) => stored.case.cause ?? []);
    return [...new Set(names)].map((cause) => ({
      full: `${target}/${causeFolder(cause)}`,
      cause: causeFolder(cause),
    }));
  });
  const known = [
    ...targets,
    ...causes.flatMap(({ full, cause }) => (name.includes('/') ? [full] : [cause, full])),
  ];
  const hint = known.length > 0 ? `; did you mean "${closest(name, known)}"?` : '';
  return new InputError('command line', `no case, cause or target is called "${name}"${hint}`);
}
