import { basename, dirname, extname } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { Case } from '../../fuzz/case/case.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { readKernel } from '../../targets/c/build/kernel-tree.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { type KernelTrees, readPair, readTarget } from '../../targets/target/read-target.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf, openTarget, type TargetData } from '../../targets/target/target-data.ts';
import {
  builtInFiles,
  builtInTargetFiles,
  readTargetFile,
  type TargetFile,
} from '../../targets/target/target-file.ts';
import { shellWord } from '../io/shell-word.ts';

/** Found by every engine or the campaign is broken; not a finding, so only run when asked for. */
const CANARY = 'canary';
/** The built-in target that needs two kernel trees. */
const TWO_KERNELS = 'kernel-vs-kernel';

/** The options that say where code to test comes from; every command that runs targets has them. */
export interface CodeOptions {
  /** A kernel tree. */
  readonly kernel?: string;
  /** Another one, to compare with the first. */
  readonly against?: string;
  /** Two C sources, which make a target of their own. */
  readonly before?: string;
  readonly after?: string;
}

export interface ChosenTarget {
  readonly target: Target;
  /** What a command about a case of this target needs besides the case; empty for a built-in one. */
  readonly flags: string;
}

/**
 * The targets a command is to run on: names of built-in ones, or files, or the two sources of --before and --after.
 * None named: all that need nothing else, but the canary; with a kernel tree, those of the tree; with two, the one that
 * compares them.
 */
export async function chooseTargets(names: readonly string[], options: CodeOptions): Promise<ChosenTarget[]> {
  const pair = await beforeAndAfter(options);
  if (pair) {
    if (names.length > 0) {
      throw new InputError('command line', '--before and --after make the target; leave its name out');
    }
    return [pair];
  }
  const trees = await kernelTrees(options);
  if (names.length === 0) {
    const files = builtInTargetFiles().filter((file) => isMeant(file, trees));
    const flags = trees.kernel ? codeFlags(options) : '';
    return Promise.all(files.map((file) => chosenFrom(file, trees, flags)));
  }
  const chosen: ChosenTarget[] = [];
  for (const name of names) {
    const next = isFile(name)
      ? await chosenFrom(
          readTargetFile(name),
          trees,
          ` --target-file ${shellWord(name)}${codeFlags(options)}`,
        )
      : await builtIn(name, trees, options);
    // They would share a folder of the corpus.
    if (chosen.some(({ target }) => target.name === next.target.name)) {
      throw new InputError('command line', `the target "${next.target.name}" is named twice`);
    }
    if (isFile(name)) checkOwnName(name, next.target.name);
    chosen.push(next);
  }
  return chosen;
}

/** Whether a built-in target is run when none is named. */
function isMeant({ name, needsCompiler }: TargetFile, { kernel, against }: KernelTrees): boolean {
  if (name === CANARY) return false;
  if (!kernel) return !needsCompiler;
  return needsCompiler && (name === TWO_KERNELS) === (against !== undefined);
}

async function builtIn(name: string, trees: KernelTrees, options: CodeOptions): Promise<ChosenTarget> {
  const file = readTargetFile(builtInFile(name));
  return chosenFrom(file, trees, file.needsCompiler ? codeFlags(options) : '');
}

async function chosenFrom(file: TargetFile, trees: KernelTrees, flags: string): Promise<ChosenTarget> {
  return { target: await readTarget(file, trees), flags };
}

async function kernelTrees({ kernel, against }: CodeOptions): Promise<KernelTrees> {
  if (against !== undefined && kernel === undefined) {
    throw new InputError('command line', '--against needs --kernel too: one tree is compared with the other');
  }
  return {
    kernel: kernel === undefined ? undefined : await readKernel(kernel),
    against: against === undefined ? undefined : await readKernel(against),
  };
}

/** What a later command needs to find the same code. */
export function codeFlags({ kernel, against, before, after }: CodeOptions): string {
  const given = Object.entries({ kernel, against, before, after });
  return given.map(([name, value]) => (value === undefined ? '' : ` --${name} ${shellWord(value)}`)).join('');
}

async function beforeAndAfter(options: CodeOptions): Promise<ChosenTarget | undefined> {
  const { before, after } = options;
  if (before === undefined && after === undefined) return undefined;
  if (before === undefined || after === undefined) {
    const [given, missing] = before === undefined ? ['--after', '--before'] : ['--before', '--after'];
    throw new InputError(
      'command line',
      `${given} needs ${missing} too: one source is compared with the other`,
    );
  }
  const target = await readPair(pairName(before, after), before, after, await kernelTrees(options));
  if (builtInFiles().some((file) => nameOf(file) === target.name)) {
    throw new InputError(after, `"${target.name}" is the name of a built-in target; rename one of the files`);
  }
  return { target, flags: codeFlags(options) };
}

/** `inet-peer-before-vs-naive`: the folder, if the user named it, and both files. Cases are stored under it. */
function pairName(before: string, after: string): string {
  const stem = (path: string) => basename(path, extname(path));
  const folder = basename(dirname(after));
  const text = `${folder}-${stem(before)}-vs-${stem(after)}`.toLowerCase();
  const words = text.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const name = words.join('-');
  return /^[a-z]/.test(name) ? name : `c-${name}`;
}

function checkOwnName(file: string, name: string): void {
  if (builtInFiles().some((builtIn) => nameOf(builtIn) === name)) {
    throw new InputError(file, `"${name}" is the name of a built-in target; give yours another`);
  }
}

function nameOf(file: string): string {
  return basename(file, '.yaml');
}

function isFile(name: string): boolean {
  return name.endsWith('.yaml') || name.endsWith('.yml') || name.includes('/');
}

function builtInFile(name: string): string {
  const files = builtInFiles();
  const found = files.find((file) => nameOf(file) === name);
  if (found) return found;
  const nearest = closest(name, files.map(nameOf));
  throw new InputError(
    'command line',
    `unknown target "${name}"; did you mean "${nearest}"? (refuzz targets lists them)`,
  );
}

/**
 * Makes harnesses for the targets that cases name: a new one at each call.
 *
 * @param cases those that it will be asked for: no other target is compiled
 */
export async function harnessMaker(
  cases: readonly Case[],
  files: readonly string[] | undefined,
  options: CodeOptions,
): Promise<(stored: Case, path: string) => Harness> {
  const trees = await kernelTrees(options);
  const pair = await beforeAndAfter(options);
  const own = pair ? [pair.target] : [];
  for (const file of files ?? []) own.push(await readTarget(file, trees));
  // As data, so that each harness gets subjects of its own.
  const open = new Map<string, TargetData>(own.map((target) => [target.name, dataOf(target)]));
  // Those of a kernel are compiled only for a user who has one.
  for (const path of builtInFiles()) {
    const name = nameOf(path);
    if (!cases.some(({ target }) => target === name)) continue;
    const file = readTargetFile(path);
    const canOpen = !file.needsCompiler || trees.kernel !== undefined;
    const needsAgainst = name === TWO_KERNELS && trees.against === undefined;
    if (canOpen && !needsAgainst) open.set(name, dataOf(await readTarget(file, trees)));
  }
  return (stored, path) => {
    const data = open.get(stored.target);
    if (data) return harnessOf(openTarget(data));
    throw new InputError(path, missing(stored.target, [...open.keys(), ...builtInFiles().map(nameOf)]));
  };
}

/** The refcount_t of the tree that --kernel names, made ready to run. @returns undefined without one */
export async function refcountOfTree(options: CodeOptions): Promise<Harness | undefined> {
  if (options.kernel === undefined) return undefined;
  return harnessOf(await readTarget(builtInFile('kernel-vs-atomic'), await kernelTrees(options)));
}

function missing(name: string, known: readonly string[]): string {
  if (builtInFiles().some((file) => nameOf(file) === name)) {
    return `the target "${name}" needs a kernel tree; name one with --kernel PATH (kernel-vs-kernel: --against PATH too)`;
  }
  const nearest = closest(name, known);
  return `unknown target "${name}"; did you mean "${nearest}"? Name the file of your own target with --target-file, or its sources with --before and --after`;
}
