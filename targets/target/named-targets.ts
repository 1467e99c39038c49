import { basename, dirname, extname } from 'node:path';
import type { Discipline } from '../../oracles/holdings.ts';
import { type KernelCounter, missingFile } from '../c/build/kernel-subject.ts';
import { readKernel } from '../c/build/kernel-tree.ts';
import { InputError } from '../subject/input-error.ts';
import {
  builtInFile,
  builtInFiles,
  builtInTargetFiles,
  nameOf,
  readBuiltInFile,
} from './built-in-targets.ts';
import { type MemoryModel, withMemory } from './memory.ts';
import { type KernelTrees, readPair, readTarget } from './read-target.ts';
import type { Target } from './target.ts';
import { KERNEL_SUBJECTS, readTargetFile, type TargetFile } from './target-file.ts';

/** Found by every engine, or the engine is broken. It is not a finding, so it only runs when it is named. */
const CANARY = 'canary';
/** The built-in target that needs two kernel trees. */
export const TWO_KERNELS = 'kernel-vs-kernel';

/** Where C code to test comes from. */
export interface CodePlaces {
  /** A kernel tree, or an archive of one. */
  readonly kernel?: string | undefined;
  /** Another one, to compare with the first. */
  readonly against?: string | undefined;
  /** Folders that the C may include from, beside its own. */
  readonly include?: readonly string[] | undefined;
  /** Two C sources, which make a target of their own: the reference, and what is compared with it. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** How these two are meant to be used, if they are counters. */
  readonly discipline?: Discipline | undefined;
  /** Under which memory model programs are explored. */
  readonly memory?: MemoryModel | undefined;
  /** What of the two to compare where they do not declare the same, see `readPair`. */
  readonly only?: true | string | undefined;
}

/** A target that somebody named, made ready. */
export interface NamedTarget {
  readonly target: Target;
  /** The target file that the user named; none for a built-in target, and for two C sources. */
  readonly file: string | undefined;
  /** Whether it is made of C code, so that whoever wants it again must name the same places. */
  readonly needsCode: boolean;
}

/**
 * Targets by their names: of built-in ones, or of target files; or the two sources `before` and `after`. Without names:
 * every target that needs nothing else, but the canary; with a kernel tree, those of the tree; with two, the one that
 * compares them.
 *
 * @throws InputError for a name that there is not, with the nearest one, or that is there twice; for a file or a tree
 *   that cannot be read or compiled
 */
export async function namedTargets(
  names: readonly string[],
  places: CodePlaces = {},
): Promise<NamedTarget[]> {
  const named = await targetsNamed(names, places);
  return named.map((one) => ({ ...one, target: withMemory(one.target, places.memory) }));
}

async function targetsNamed(names: readonly string[], places: CodePlaces): Promise<NamedTarget[]> {
  const pair = await beforeAndAfter(places);
  if (pair) {
    if (names.length > 0) throw new InputError('command line', withoutName(names[0]!, places));
    return [{ target: pair, file: undefined, needsCode: true }];
  }
  const trees = await kernelTrees(places);
  if (names.length === 0) {
    const meant = builtInTargetFiles().filter((file) => isMeant(file, trees));
    return Promise.all(meant.map((file) => builtIn(file, trees)));
  }
  const chosen: NamedTarget[] = [];
  for (const name of names) {
    const next = isFile(name)
      ? { target: await readTarget(readTargetFile(name), trees), file: name, needsCode: true }
      : await builtIn(readBuiltInFile(builtInFile(name)), trees);
    // They would share a folder of the corpus.
    if (chosen.some(({ target }) => target.name === next.target.name))
      throw new InputError('command line', `the target "${next.target.name}" is named twice`);
    if (next.file !== undefined) checkOwnName(name, next.target.name);
    chosen.push(next);
  }
  return chosen;
}

/** Whether there are such targets. Nothing is compiled. @throws InputError as `namedTargets` does */
export function checkTargetNames(names: readonly string[]): void {
  for (const name of names) {
    if (isFile(name)) readTargetFile(name);
    else builtInFile(name);
  }
}

/** A name that is no file, behind a bare --only, was meant for it. */
function withoutName(name: string, { only }: CodePlaces): string {
  const text = `--before and --after make the target; leave out "${name}"`;
  return only === true && !isFile(name) ? `${text}, or write --only=${name} to compare only that` : text;
}

/**
 * Whether a built-in target runs when none is named. With one tree the C targets of what it has, but TWO_KERNELS; and with
 * two that one alone.
 */
function isMeant(
  { name, needsCompiler, reference, subject }: TargetFile,
  { kernel, against }: KernelTrees,
): boolean {
  if (name === CANARY) return false;
  if (!kernel) return !needsCompiler;
  const counters = [reference, subject].filter((side) => KERNEL_SUBJECTS.includes(side));
  const isThere = counters.every((side) => !missingFile(side.split('/')[1] as KernelCounter, kernel));
  return needsCompiler && isThere && (name === TWO_KERNELS) === (against !== undefined);
}

/** No file is named for it: its name is enough to have it again, with the places of its code if it needs any. */
async function builtIn(file: TargetFile, trees: KernelTrees): Promise<NamedTarget> {
  return { target: await readTarget(file, trees), file: undefined, needsCode: file.needsCompiler };
}

/** @throws InputError for a second tree without a first */
export async function kernelTrees({ kernel, against, include }: CodePlaces): Promise<KernelTrees> {
  if (against !== undefined && kernel === undefined) {
    throw new InputError('command line', '--against needs --kernel too: one tree is compared with the other');
  }
  return {
    include,
    kernel: kernel === undefined ? undefined : await readKernel(kernel),
    against: against === undefined ? undefined : await readKernel(against),
  };
}

/**
 * The target that two C sources make.
 * @throws InputError for one of them without the other, or a name that a built-in target has
 *
 * @returns undefined when neither is named
 */
export async function beforeAndAfter(places: CodePlaces): Promise<Target | undefined> {
  const { before, after, discipline, only } = places;
  if (before === undefined && after === undefined) {
    if (only !== undefined)
      throw new InputError('command line', '--only says what of --before and --after to compare; name both');
    if (discipline !== undefined)
      throw new InputError(
        'command line',
        '--discipline is for --before and --after; a target file has the key "discipline"',
      );
    return undefined;
  }
  if (before === undefined || after === undefined) {
    const [given, missing] = before === undefined ? ['--after', '--before'] : ['--before', '--after'];
    throw new InputError(
      'command line',
      `${given} needs ${missing} too: one source is compared with the other`,
    );
  }
  const name = pairName(before, after);
  if (builtInFiles().some((file) => nameOf(file) === name))
    throw new InputError(after, `"${name}" is the name of a built-in target; rename one of the files`);
  return readPair(name, before, after, await kernelTrees(places), only, discipline);
}

/**
 * `inet-peer-before-vs-naive`: the folder, if the user named it, and both files. Cases are stored under it. A name
 * begins with a letter, so `4.19-old-vs-new` becomes `c-4-19-old-vs-new`.
 */
export function pairName(before: string, after: string): string {
  const stem = (path: string) => basename(path, extname(path));
  const folder = basename(dirname(after));
  const text = `${folder}-${stem(before)}-vs-${stem(after)}`.toLowerCase();
  const words = text.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const name = words.join('-');
  return /^[a-z]/.test(name) ? name : `c-${name}`;
}

/** A user's target of that name would share its cases and known findings with the built-in one. */
function checkOwnName(file: string, name: string): void {
  if (builtInFiles().some((builtIn) => nameOf(builtIn) === name)) {
    throw new InputError(file, `"${name}" is the name of a built-in target; give yours another`);
  }
}

/**
 * By its looks, not by what exists: a misspelt path is then answered with "no such file", and not with a target's name.
 */
export function isFile(name: string): boolean {
  return name.endsWith('.yaml') || name.endsWith('.yml') || name.includes('/');
}
