import { dirname, isAbsolute, join } from 'node:path';
import type { Discipline } from '../../oracles/holdings.ts';
import { compile } from '../c/build/compiler.ts';
import { type KernelCounter, kernelSource } from '../c/build/kernel-subject.ts';
import type { KernelFiles } from '../c/build/kernel-tree.ts';
import { readSource } from '../c/build/source-files.ts';
import { type CName, cSubject } from '../c/c-subject.ts';
import { InputError } from '../subject/input-error.ts';
import type { Subject } from '../subject/subject.ts';
import { type Target, USUAL_ARGUMENTS, USUAL_STARTS } from './target.ts';
import {
  isCompiled,
  KERNEL_SUBJECTS,
  readTargetFile,
  TARGET_NAME,
  type TargetFile,
  type TargetText,
  targetFrom,
} from './target-file.ts';

/** Kernel trees that the user named: `kernel` with --kernel, `against` with --against. */
export interface KernelTrees {
  readonly kernel?: KernelFiles | undefined;
  readonly against?: KernelFiles | undefined;
}

/**
 * Reads a target file and compiles the C that it names. This takes time where a compiler runs; `openTarget` makes the
 * same target again without one.
 *
 * @param file a path, or a file that has been read
 * @throws InputError for a file that is wrong, C that does not compile, and a kernel subject without a tree
 */
export async function readTarget(file: string | TargetFile, trees: KernelTrees = {}): Promise<Target> {
  const read = typeof file === 'string' ? readTargetFile(file) : file;
  return read.open(await compiledSubjects(read.path, [read.reference, read.subject], trees));
}

/**
 * The target of two C sources, one the reference of the other, without a file. Counters are asked for the same outcomes
 * (oracle `outcomes`): two versions of one algorithm may both be divisible, as long as they are so in the same way.
 *
 * @param name what it is to be called
 * @param before the path of the reference, which ends in `.c`
 * @param after the path of the subject
 * @param discipline of counters
 * @throws InputError for a path that is no C source, C that does not compile, and two sides that cannot be compared
 */
export async function readPair(
  name: string,
  before: string,
  after: string,
  trees: KernelTrees = {},
  discipline?: Discipline,
): Promise<Target> {
  const named = TARGET_NAME.safeParse(name);
  if (!named.success) throw new InputError(after, named.error.issues[0]!.message);
  for (const path of [before, after]) {
    if (!path.endsWith('.c')) throw new InputError(path, 'is no C source; its name must end with .c');
  }
  const subjects = await compiledSubjects(`${name}.yaml`, [before, after], trees);
  const text: TargetText = {
    target: name,
    about: `${after} against ${before}`,
    reference: before,
    subject: after,
    threads: 3,
    ...(discipline && { discipline }),
    ...(subjects.some(({ kind }) => kind === 'counter') && counterDefaults(subjects)),
  };
  // There is no file whose lines an error could name.
  return targetFrom({ value: text, errorAt: (_path, problem) => new InputError(after, problem) }, subjects);
}

/** What the target file of two counters would say. */
function counterDefaults(
  subjects: readonly Subject[],
): Pick<TargetText, 'initial' | 'arguments' | 'oracles'> {
  const { ops } = subjects.at(-1)!;
  const shared = Object.keys(subjects[0]!.ops).filter((op) => subjects.every((side) => op in side.ops));
  const takesArguments = shared.some((op) => 'arity' in ops[op]! && ops[op].arity > 0);
  return {
    initial: [...USUAL_STARTS],
    ...(takesArguments && { arguments: [...USUAL_ARGUMENTS] }),
    oracles: ['lockstep', 'outcomes'],
  };
}

/** The C among these names, compiled, each once. */
async function compiledSubjects(
  file: string,
  names: readonly string[],
  trees: KernelTrees,
): Promise<Subject[]> {
  const compiled: Subject[] = [];
  for (const name of new Set(names.filter(isCompiled))) {
    compiled.push(await compiledSubject(file, name, trees));
  }
  return compiled;
}

/**
 * A C source is looked for beside the target file that names it, like an include. It is compiled twice: the recorded
 * build says whether it is a counter, and of a counter the direct one is made as well.
 */
async function compiledSubject(file: string, name: string, trees: KernelTrees): Promise<Subject> {
  const isKernel = KERNEL_SUBJECTS.includes(name);
  const source = isKernel
    ? kernelSource(name.split('/')[1] as KernelCounter, treeOf(file, name, trees))
    : readSource(
        isAbsolute(name) ? name : join(dirname(file), name),
        trees.kernel && { kernel: trees.kernel },
      );
  const recorded = await compile(source, 'recorded');
  const called = { name, path: source.path, ...(isKernel ? kernelTexts(name, trees) : {}) };
  const subject = cSubject(called, recorded);
  // Only the compiled source says what it is, and only a counter has a direct build.
  return subject.kind === 'counter' ? cSubject(called, recorded, await compile(source, 'direct')) : subject;
}

/** @throws InputError with the option that is missing */
function treeOf(file: string, name: string, { kernel, against }: KernelTrees): KernelFiles {
  const isAgainst = name.startsWith('against/');
  const tree = isAgainst ? against : kernel;
  if (tree) return tree;
  const option = isAgainst ? '--against' : '--kernel';
  throw new InputError(file, `"${name}" is in a kernel tree; name one with ${option} PATH`);
}

/** Texts for people, with the release in place of a path where the tree's Makefile has one. */
function kernelTexts(name: string, { kernel, against }: KernelTrees): Pick<CName, 'about' | 'source'> {
  const tree = (name.startsWith('against/') ? against : kernel)!;
  const release = tree.version ? `Linux ${tree.version}` : tree.path;
  const isKref = name.endsWith('kref');
  return {
    about: `${isKref ? 'kref' : 'refcount_t'} of ${release}`,
    source: `include/linux/${isKref ? 'kref.h' : 'refcount.h'} and lib/refcount.c of ${release}`,
  };
}
