import { closest } from 'fastest-levenshtein';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { allowInlining } from '../../fuzz/run/inlining.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { builtInFile, builtInFiles, nameOf, readBuiltInFile } from '../../targets/target/built-in-targets.ts';
import { withMemory } from '../../targets/target/memory.ts';
import {
  beforeAndAfter,
  type CodePlaces,
  kernelTrees,
  type NamedTarget,
  namedTargets,
  TWO_KERNELS,
} from '../../targets/target/named-targets.ts';
import { readTarget } from '../../targets/target/read-target.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf, openTarget, type TargetData } from '../../targets/target/target-data.ts';
import {
  type CaseOfTarget,
  changedSources,
  isCaseOfPair,
  missingSources,
  pairOfCase,
} from './pair-of-case.ts';

/** The options that say where code to test comes from; every command that runs targets has them. */
export type CodeOptions = CodePlaces;

/** A target that a command runs on. */
export interface ChosenTarget extends NamedTarget {
  /** What a command about a case of this target needs besides the case; empty for a built-in one. */
  readonly flags: string;
  /** The same of a case that is made now, with these options. */
  readonly flagsOfNew: string;
}

/** The targets that a command is to run on, see `namedTargets`. */
export async function chooseTargets(names: readonly string[], options: CodeOptions): Promise<ChosenTarget[]> {
  const chosen = await namedTargets(names, options);
  if (chosen.some(({ target }) => target.subject.kind === 'counter')) allowInlining();
  return chosen.map((one) => ({
    ...one,
    flags: flagsOf(one, options),
    flagsOfNew: flagsOfNew(one, options),
  }));
}

/**
 * What a command about a case of this target needs besides the case.
 *
 *     built in              nothing
 *     my.yaml               --target-file my.yaml
 *     kernel-vs-atomic      --kernel linux-6.12
 *     a.c and b.c           --before a.c --after b.c
 */
export function flagsOf({ file, needsCode }: NamedTarget, options: CodeOptions): string {
  if (file !== undefined) return ` --target-file ${shellWord(file)}${codeFlags(options)}`;
  return needsCode ? codeFlags(options) : '';
}

/** The same of a case that has just been made: it knows the two sources, which lie where it says. */
export function flagsOfNew(named: NamedTarget, options: CodeOptions): string {
  return flagsOf(named, unknownToCases(options));
}

/** Without the two C sources, which their cases know. What of them was compared, and for which use, no case knows. */
function unknownToCases(options: CodeOptions): CodeOptions {
  const { before, after, discipline, only } = options;
  const isKnown = before !== undefined && after !== undefined;
  if (!isKnown || discipline !== undefined || typeof only === 'string') return options;
  return { ...options, before: undefined, after: undefined, only: undefined };
}

/** What a later command about stored cases needs: as `flagsOfNew`, as long as all are of the sources that are named. */
export function flagsOfCases(
  cases: readonly CaseOfTarget[],
  files: readonly string[] | undefined,
  options: CodeOptions,
): string {
  const given = (files ?? []).map((file) => ` --target-file ${shellWord(file)}`).join('');
  const areKnown = given === '' && cases.every((stored) => isCaseOfPair(stored, options));
  return `${given}${codeFlags(areKnown ? unknownToCases(options) : options)}`;
}

/** What a later command needs to find the same code. */
export function codeFlags({
  kernel,
  against,
  include,
  before,
  after,
  discipline,
  only,
}: CodeOptions): string {
  const given = Object.entries({ kernel, against, before, after, discipline });
  const places = given.map(([name, value]) => (value === undefined ? '' : ` --${name} ${shellWord(value)}`));
  const folders = (include ?? []).map((folder) => ` --include ${shellWord(folder)}`);
  const names = only === undefined ? '' : only === true ? ' --only' : ` --only=${shellWord(only)}`;
  return `${places.join('')}${folders.join('')}${names}`;
}

/**
 * Makes harnesses for the targets that cases name: a new one at each call. A case of two C sources knows which they are.
 *
 * @param cases those that it will be asked for: no other target is compiled
 * @param tell called with a line for each source that a case was made with and that has changed since
 */
export async function harnessMaker(
  cases: readonly CaseOfTarget[],
  files: readonly string[] | undefined,
  options: CodeOptions,
  tell: (line: string) => void = () => {},
): Promise<(stored: CaseOfTarget, path: string) => Harness> {
  const trees = await kernelTrees(options);
  const pair = await beforeAndAfter(options);
  const own = pair ? [pair] : [];
  const pairs = pair || files?.length ? NO_PAIRS : await pairsOfCases(cases, options, tell);
  own.push(...pairs.targets);
  for (const file of files ?? []) own.push(await readTarget(file, trees));
  // As data, so that each harness gets subjects of its own.
  const open = new Map<string, TargetData>(own.map((target) => [target.name, dataOf(target)]));
  // Those of a kernel are compiled only for a user who has one.
  for (const path of builtInFiles()) {
    const name = nameOf(path);
    if (!cases.some(({ target }) => target === name)) continue;
    const file = readBuiltInFile(path);
    const canOpen = !file.needsCompiler || trees.kernel !== undefined;
    const needsAgainst = name === TWO_KERNELS && trees.against === undefined;
    if (canOpen && !needsAgainst) open.set(name, dataOf(await readTarget(file, trees)));
  }
  return (stored, path) => {
    const data = open.get(stored.target);
    if (data) return harnessOf(withMemory(openTarget(data), stored.memory ?? options.memory));
    const failed = pairs.failed.get(stored.target);
    if (failed) throw failed;
    const known = [...open.keys(), ...builtInFiles().map(nameOf)];
    throw new InputError(path, lostSources(stored) ?? missing(stored.target, known));
  };
}

/** Pairs that cases know, and by target what is wrong with the others. */
interface CasePairs {
  readonly targets: readonly Target[];
  readonly failed: ReadonlyMap<string, InputError>;
}

const NO_PAIRS: CasePairs = { targets: [], failed: new Map() };

/**
 * The pairs that nobody named, each once, as long as their sources lie where the cases say. One that does not compile any more
 * keeps no other case from running. Of sides that do not declare the same, what both have is compared: a case is of that.
 */
async function pairsOfCases(
  cases: readonly CaseOfTarget[],
  options: CodeOptions,
  tell: (line: string) => void,
): Promise<CasePairs> {
  const made = new Map<string, Target>();
  const failed = new Map<string, InputError>();
  const told = new Set<string>();
  for (const stored of cases) {
    const pair = pairOfCase(stored);
    if (!pair || missingSources(pair).length > 0 || failed.has(stored.target)) continue;
    try {
      const target =
        made.get(stored.target) ??
        (await beforeAndAfter({ ...options, ...pair, only: options.only ?? true }))!;
      made.set(stored.target, target);
      for (const line of changedSources(stored, target)) told.add(line);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed.set(stored.target, error);
    }
  }
  for (const line of told) tell(line);
  return { targets: [...made.values()], failed };
}

function lostSources(stored: CaseOfTarget): string | undefined {
  const pair = pairOfCase(stored);
  const lost = pair ? missingSources(pair) : [];
  if (lost.length === 0) return undefined;
  const verb = lost.length === 1 ? 'is' : 'are';
  return `${lost.join(' and ')}, with which it was made, ${verb} not there; run this where it was made, or name the sources with --before and --after`;
}

/** The refcount_t of the tree that --kernel names, made ready to run. @returns undefined without one */
export async function refcountOfTree(options: CodeOptions): Promise<Harness | undefined> {
  if (options.kernel === undefined) return undefined;
  return harnessOf(await readTarget(builtInFile('kernel-vs-atomic'), await kernelTrees(options)));
}

/**
 * A built-in name that is not open lacks its kernel tree; any other was mistyped, or lies in a file that nobody named.
 */
function missing(name: string, known: readonly string[]): string {
  if (builtInFiles().some((file) => nameOf(file) === name)) {
    return `the target "${name}" needs a kernel tree; name one with --kernel PATH (kernel-vs-kernel: --against PATH too)`;
  }
  const nearest = closest(name, known);
  return `unknown target "${name}"; did you mean "${nearest}"? Name the file of your own target with --target-file, or its sources with --before and --after`;
}
