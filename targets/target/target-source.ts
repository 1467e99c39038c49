import { dirname, isAbsolute, join } from 'node:path';
import { compile } from '../c/build/compiler.ts';
import { type KernelCounter, kernelSource } from '../c/build/kernel-subject.ts';
import type { KernelFiles } from '../c/build/kernel-tree.ts';
import { readSource } from '../c/build/source-files.ts';
import { type CName, cSubject } from '../c/c-subject.ts';
import { InputError } from '../subject/input-error.ts';
import type { Target } from './target.ts';
import { glanceAt, isCompiled, KERNEL_SUBJECTS, parseTarget, readInput } from './target-file.ts';

/** A compiled C subject as plain data. */
export interface CompiledSubject extends CName {
  /** The build whose accesses the engine makes. */
  readonly recorded: Uint8Array;
  /** The build with real atomics; counters only. */
  readonly direct: Uint8Array | undefined;
}

/**
 * A target as plain data, compiled C included: what a worker thread needs to have the same target. Making it takes time
 * (a compiler may run); opening it does not.
 */
export interface TargetSource {
  readonly file: string;
  readonly text: string;
  readonly compiled: readonly CompiledSubject[];
}

/** Kernel trees that the user named: `kernel` with --kernel, `against` with --against. */
export interface KernelTrees {
  readonly kernel?: KernelFiles | undefined;
  readonly against?: KernelFiles | undefined;
}

/** @throws InputError for a file that is wrong */
export function openTarget({ file, text, compiled }: TargetSource): Target {
  return parseTarget(
    file,
    text,
    compiled.map((subject) => cSubject(subject, subject.recorded, subject.direct)),
  );
}

/**
 * Reads a target file and compiles the C that it names.
 *
 * @throws InputError for a file that is wrong, C that does not compile, and a kernel subject without a tree
 */
export async function readTargetSource(file: string, trees: KernelTrees): Promise<TargetSource> {
  const text = readInput(file);
  const { reference, subject } = glanceAt(file, text);
  return { file, text, compiled: await compiledSubjects(file, [reference, subject], trees) };
}

/** Where programs of a counter start, and what its ops are given, when no target file says. */
const INITIAL = '[0, 1, 2, -1, INT_MAX-1, INT_MAX, INT_MIN, 0xC0000000]';
const ARGUMENTS = '[0, 1, 2, -1, INT_MAX, INT_MIN]';

/**
 * The target of two C sources, one the reference of the other, without a file.
 *
 * @param name what it is to be called
 */
export async function pairSource(
  name: string,
  before: string,
  after: string,
  trees: KernelTrees,
): Promise<TargetSource> {
  const file = `${name}.yaml`;
  for (const path of [before, after]) {
    if (!path.endsWith('.c')) throw new InputError(path, 'is no C source; its name must end with .c');
  }
  const compiled = await compiledSubjects(file, [before, after], trees);
  const subjects = compiled.map((one) => cSubject(one, one.recorded));
  const lines = [
    `target: ${name}`,
    `about: ${JSON.stringify(`${after} against ${before}`)}`,
    `reference: ${JSON.stringify(before)}`,
    `subject: ${JSON.stringify(after)}`,
  ];
  if (subjects.some(({ kind }) => kind === 'counter')) {
    const shared = Object.keys(subjects[0]!.ops).filter((op) => subjects.every(({ ops }) => op in ops));
    const takesArguments = shared.some((op) => {
      const { ops } = subjects.at(-1)!;
      return 'arity' in ops[op]! && ops[op].arity > 0;
    });
    lines.push(`initial: ${INITIAL}`, ...(takesArguments ? [`arguments: ${ARGUMENTS}`] : []));
    lines.push('oracles: [lockstep, outcomes]');
  }
  return { file, text: `${lines.join('\n')}\n`, compiled };
}

async function compiledSubjects(
  file: string,
  names: readonly string[],
  trees: KernelTrees,
): Promise<CompiledSubject[]> {
  const compiled: CompiledSubject[] = [];
  for (const name of new Set(names.filter(isCompiled)))
    compiled.push(await compiledSubject(file, name, trees));
  return compiled;
}

async function compiledSubject(file: string, name: string, trees: KernelTrees): Promise<CompiledSubject> {
  const isKernel = KERNEL_SUBJECTS.includes(name);
  const source = isKernel
    ? kernelSource(name.split('/')[1] as KernelCounter, treeOf(file, name, trees))
    : readSource(
        isAbsolute(name) ? name : join(dirname(file), name),
        trees.kernel && { kernel: trees.kernel },
      );
  const recorded = await compile(source, 'recorded');
  const called = { name, path: source.path, ...(isKernel ? kernelTexts(name, trees) : {}) };
  const isCounter = cSubject(called, recorded).kind === 'counter';
  return { ...called, recorded, direct: isCounter ? await compile(source, 'direct') : undefined };
}

function treeOf(file: string, name: string, { kernel, against }: KernelTrees): KernelFiles {
  const isAgainst = name.startsWith('against/');
  const tree = isAgainst ? against : kernel;
  if (tree) return tree;
  const option = isAgainst ? '--against' : '--kernel';
  throw new InputError(file, `"${name}" is in a kernel tree; name one with ${option} PATH`);
}

function kernelTexts(name: string, { kernel, against }: KernelTrees): Pick<CName, 'about' | 'source'> {
  const tree = (name.startsWith('against/') ? against : kernel)!;
  const release = tree.version ? `Linux ${tree.version}` : tree.path;
  const isKref = name.endsWith('kref');
  return {
    about: `${isKref ? 'kref' : 'refcount_t'} of ${release}`,
    source: `include/linux/${isKref ? 'kref.h' : 'refcount.h'} and lib/refcount.c of ${release}`,
  };
}
