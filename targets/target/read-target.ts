import { dirname, isAbsolute, join } from 'node:path';
import type { Discipline } from '../../oracles/holdings.ts';
import { compile, compileAhead } from '../c/build/compiler.ts';
import { type KernelCounter, kernelSource } from '../c/build/kernel-subject.ts';
import type { KernelFiles } from '../c/build/kernel-tree.ts';
import { type CSource, readSource } from '../c/build/source-files.ts';
import type { CName } from '../c/c-runner.ts';
import { cSubject } from '../c/c-subject.ts';
import { withFoundWords } from '../c/found-words.ts';
import { InputError } from '../subject/input-error.ts';
import { arityOf, type Subject } from '../subject/subject.ts';
import { mismatches, mismatchText } from './interfaces.ts';
import { namesShared } from './shared-names.ts';
import { sideNames } from './sides.ts';
import { constantsOf, type SourceConstants, valuesAround, withConstants } from './source-constants.ts';
import type { Target } from './target.ts';
import {
  isCompiled,
  KERNEL_SUBJECTS,
  readTargetFile,
  type TargetFile,
  type TargetText,
  targetFrom,
  targetName,
} from './target-file.ts';

/** Where C comes from besides the sources: kernel trees, `kernel` with --kernel and `against` with --against; headers. */
export interface KernelTrees {
  readonly kernel?: KernelFiles | undefined;
  readonly against?: KernelFiles | undefined;
  /** Folders that the user's C may include from, beside its own. */
  readonly include?: readonly string[] | undefined;
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
  const subjects = await compiledSubjects(read.path, [read.reference, read.subject], trees);
  const target = read.open(subjects);
  const { reference, subject } = target;
  return withConstants(target, {
    reference: reference === 'ideal' ? undefined : constantsIn(reference),
    subject: constantsIn(subject),
  });
}

/** Of the user's own sources: those of a kernel tree are full of numbers that no counter meets. */
function constantsIn({ name, compiled }: Subject): SourceConstants | undefined {
  return compiled && name.endsWith('.c') ? constantsOf(compiled.path) : undefined;
}

/**
 * The target of two C sources, one the reference of the other, without a file. Counters are asked for the same outcomes
 * (oracle `outcomes`): two versions of one algorithm may both be divisible, as long as they are so in the same way.
 *
 * @param name what it is to be called
 * @param before the path of the reference, which ends in `.c`
 * @param after the path of the subject
 * @param only what to compare where the two do not declare the same: `true` for all that both have, or names of ops and
 *   states with commas between them; left out, sources that do not declare the same are an error
 * @param discipline of counters
 * @throws InputError for a path that is no C source, C that does not compile, and two sides that cannot be compared
 */
export async function readPair(
  name: string,
  before: string,
  after: string,
  trees: KernelTrees = {},
  only?: true | string,
  discipline?: Discipline,
): Promise<Target> {
  const named = targetName().safeParse(name);
  if (!named.success) throw new InputError(after, named.error.issues[0]!.message);
  for (const path of [before, after]) {
    if (!path.endsWith('.c')) throw new InputError(path, 'is no C source; its name must end with .c');
  }
  const subjects = await compiledSubjects(`${name}.yaml`, [before, after], trees);
  const sides = { reference: subjects[0]!, subject: subjects.at(-1)! };
  // What differs in kind has an error of its own.
  const isPair = sides.reference.kind === sides.subject.kind;
  if (isPair && only === undefined) checkSame(sides);
  const names = isPair ? namesShared(sides, only) : {};
  const constants = { reference: constantsIn(sides.reference), subject: constantsIn(sides.subject) };
  const text: TargetText = {
    target: name,
    about: `${after} against ${before}`,
    reference: before,
    subject: after,
    threads: 3,
    ...(discipline && { discipline }),
    ...names,
    ...(subjects.some(({ kind }) => kind === 'counter') &&
      counterDefaults(
        subjects,
        Object.values(constants).flatMap((one) => one ?? []),
        names.ops,
      )),
  };
  // There is no file whose lines an error could name.
  const errorAt = (_path: unknown, problem: string) => new InputError(after, problem);
  return withConstants(targetFrom({ value: text, errorAt }, subjects), constants);
}

/** @throws InputError that names what one source declares and the other does not, or otherwise */
function checkSame(sides: { readonly reference: Subject; readonly subject: Subject }): void {
  const found = mismatches(sides);
  if (found.length === 0) return;
  throw new InputError(
    sides.subject.name,
    `it does not declare what ${sideNames(sides).reference} declares:\n  ${mismatchText(found)}\ngive both the same ops and states, or compare only what both have with --only`,
  );
}

/** What the target file of two counters would say. @param listed the ops, where not all are meant */
function counterDefaults(
  subjects: readonly Subject[],
  constants: readonly SourceConstants[],
  listed?: readonly string[],
): Pick<TargetText, 'initial' | 'arguments' | 'oracles'> {
  const { ops } = subjects.at(-1)!;
  const shared = Object.keys(subjects[0]!.ops).filter((op) => subjects.every((side) => op in side.ops));
  const takesArguments = (listed ?? shared).some((op) => arityOf(ops[op]!) > 0);
  const values = valuesAround(constants, subjects);
  return {
    initial: values.starts,
    ...(takesArguments && { arguments: values.arguments }),
    oracles: ['lockstep', 'outcomes'],
  };
}

/** The C among these names, compiled, each once. All of it is begun before any is waited for. */
async function compiledSubjects(
  file: string,
  names: readonly string[],
  trees: KernelTrees,
): Promise<Subject[]> {
  const sources = [...new Set(names.filter(isCompiled))].map(
    (name) => [name, sourceOf(file, name, trees)] as const,
  );
  for (const [name, source] of sources) {
    compileAhead(source, 'recorded', name);
    if (isPlainlyCounter(source)) compileAhead(source, 'direct', name);
  }
  const compiled: Subject[] = [];
  for (const [name, source] of sources) compiled.push(await compiledSubject(source, name, trees));
  return compiled;
}

/** A C source is looked for beside the target file that names it, like an include. */
function sourceOf(file: string, name: string, trees: KernelTrees): CSource {
  return KERNEL_SUBJECTS.includes(name)
    ? kernelSource(name.split('/')[1] as KernelCounter, treeOf(file, name, trees))
    : readSource(isAbsolute(name) ? name : join(dirname(file), name), {
        ...(trees.kernel && { kernel: trees.kernel }),
        include: trees.include ?? [],
      });
}

/** Not whether it is one, which only the compiled source says: whether it is worth it to begin both builds. */
function isPlainlyCounter({ files, main }: CSource): boolean {
  return /^\s*REFUZZ_COUNTER\b/m.test(files.get(main)!);
}

/**
 * Compiled twice: the recorded build says whether it is a counter, and of a counter the direct one is made as well.
 */
async function compiledSubject(source: CSource, name: string, trees: KernelTrees): Promise<Subject> {
  const recorded = await compile(source, 'recorded', name);
  const isKernel = KERNEL_SUBJECTS.includes(name);
  const called = { name, path: source.path, ...(isKernel ? kernelTexts(name, trees) : {}) };
  const subject = withFoundWords(recorded, (found) =>
    cSubject({ ...called, ...(found && { found }) }, recorded),
  );
  // Only the compiled source says what it is, and only a counter has a direct build.
  return subject.kind === 'counter'
    ? cSubject(called, recorded, await compile(source, 'direct', name))
    : subject;
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
  const { about, files } = KERNEL_TEXTS[name.split('/')[1] as KernelCounter];
  return { about: `${about} of ${release}`, source: `${files} of ${release}` };
}

/** What is said of each, without its tree. */
const KERNEL_TEXTS: Readonly<Record<KernelCounter, { readonly about: string; readonly files: string }>> = {
  refcount: { about: 'refcount_t', files: 'include/linux/refcount.h and lib/refcount.c' },
  kref: { about: 'kref', files: 'include/linux/kref.h and lib/refcount.c' },
  rcuref: { about: 'rcuref_t', files: 'include/linux/rcuref.h and lib/rcuref.c' },
  lockref: { about: 'lockref', files: 'include/linux/lockref.h and lib/lockref.c' },
};
