import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { filesBelow, isWithin, statsOf } from '../../subject/folders.ts';
import { InputError } from '../../subject/input-error.ts';
import { packageRoot } from '../../subject/package-root.ts';
import { FILE, readText } from '../../subject/read-file.ts';
import { EMPTY_HEADERS, USUAL } from './empty-headers.ts';
import type { KernelFiles } from './kernel-tree.ts';
import { refuseHostNames } from './own-names.ts';

/**
 * A C source with all that it includes: everything that one compilation reads.
 *
 * The compiler sees a file system of its own, in which the user's files lie below `source/`, those of a kernel tree
 * below `kernel/`, and refuzz's headers below `refuzz/`. So neither the place of a file on this machine nor what else
 * is installed has a part in what is compiled, and a compiled module can be cached by these texts alone.
 */
export interface CSource {
  /** The main file, as the user named it. */
  readonly path: string;
  /** Virtual path → text. */
  readonly files: ReadonlyMap<string, string>;
  /** Virtual path → name for messages, of the files that have another there. */
  readonly names: ReadonlyMap<string, string>;
  /** Virtual path of the main file. */
  readonly main: string;
  /** Virtual folders for `#include <…>`, first to last. */
  readonly includes: readonly string[];
  /** Names of macros to define as 1. */
  readonly defines: readonly string[];
  /** Files to include before the main one. */
  readonly preludes: readonly string[];
}

/** Last of the include folders, so that a header of the kernel tree goes before refuzz's stand-in of the same name. */
export const REFUZZ_INCLUDE = 'refuzz/targets/c/include';

/**
 * Reads a source, and what it includes: by `"…"` from beside it, and by either form from the folders `include`.
 *
 * @throws InputError when a file is missing, is none, holds no text, or more than 1 MB of it; also for an `include` that is
 *   no folder
 */
export function readSource(
  path: string,
  options: {
    readonly kernel?: KernelFiles;
    readonly defines?: readonly string[];
    readonly include?: readonly string[];
  } = {},
): CSource {
  const { kernel, defines = [], include = [] } = options;
  for (const folder of include)
    if (!statsOf(folder)?.isDirectory())
      throw new InputError(folder, 'is no folder; name one with --include');
  const own = readWithIncludes(path, include);
  for (const { name, text } of own.values()) refuseHostNames(name, text);
  const common = commonFolder([...own.keys()]);
  const virtual = (file: string): string => `source/${slashed(relative(common, file))}`;
  const files = new Map(Array.from(own, ([file, { text }]) => [virtual(file), text]));
  const names = new Map(Array.from(own, ([file, { name }]) => [virtual(file), name]));
  for (const [name, text] of kernel?.files ?? []) {
    files.set(`kernel/${name}`, text);
    names.set(`kernel/${name}`, join(kernel!.path, name));
  }
  for (const [name, text] of refuzzHeaders()) files.set(`${REFUZZ_INCLUDE}/${name}`, text);
  const inSight = include
    .map((folder) => relative(common, resolve(folder)))
    .filter((name) => !name.startsWith('..'));
  const includes = [
    ...inSight.map((name) => posix.join('source', slashed(name))),
    ...(kernel ? ['kernel/include', 'kernel'] : []),
    REFUZZ_INCLUDE,
  ];
  const preludes = kernel ? librariesFor(kernel, [...own.values()]) : [];
  return { path, files, names, main: virtual(resolve(path)), includes, defines, preludes };
}

/** Headers of a kernel tree with half of a counter, and the library that has the other half. */
const LIBRARIES: readonly (readonly [headers: RegExp, library: string])[] = [
  [/<linux\/(?:refcount|kref)\.h>/, 'lib/refcount.c'],
  [/<linux\/rcuref\.h>/, 'lib/rcuref.c'],
  [/<linux\/lockref\.h>/, 'lib/lockref.c'],
  [/<linux\/percpu-refcount\.h>/, 'lib/percpu-refcount.c'],
];

/**
 * A kernel's refcount_t lies half in a header and half in lib/refcount.c, and a driver includes the header alone. Ours is
 * all header, so that the same source compiles with a kernel tree and without.
 */
function librariesFor({ files }: KernelFiles, own: readonly NamedText[]): string[] {
  const has = (text: string) => own.some((file) => file.text.includes(text));
  return LIBRARIES.filter(
    ([headers, library]) =>
      own.some(({ text }) => headers.test(text)) && !has(`<${library}>`) && files.has(library),
  ).map(([, library]) => library);
}

/** The name is the path as the user would write it, with which messages name the file. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** More files than any source includes that is a few counters. */
const MOST_FILES = 1000;
/** Characters of all of them. A kernel tree is not among them: it is read by names. */
const MOST_TEXT = 16 << 20;

/**
 * By absolute path. What is not there is passed over: it may be in an include folder, or in a branch of an `#if` that is
 * not taken; otherwise the compiler complains, and knows the line. So is what lies elsewhere, all links followed, than in
 * the folder of the source or in `folders`: the compiler quotes what it does not understand, and would show a stranger's
 * source any file of this machine.
 */
function readWithIncludes(path: string, folders: readonly string[]): Map<string, NamedText> {
  const found = new Map<string, NamedText>();
  const queue = [path];
  let size = 0;
  const allowed = [dirname(path), ...folders, ...realFolder(path)];
  for (const name of queue) {
    const file = resolve(name);
    if (found.has(file)) continue;
    if (found.size >= MOST_FILES) throw new InputError(path, `includes more than ${MOST_FILES} files`);
    const text = readText(name, FILE.source);
    size += text.length;
    if (size > MOST_TEXT)
      throw new InputError(path, `comes to more than ${MOST_TEXT >> 20} MB with what it includes`);
    found.set(file, { name, text });
    for (const included of includesIn(text)) {
      const near = included.isQuoted ? [dirname(name), ...folders] : folders;
      queue.push(
        ...near.map((folder) => join(folder, included.name)).filter((one) => canInclude(one, allowed)),
      );
    }
  }
  return found;
}

/** Where the source really lies, if it is a link: what lies beside it there is its own as well. */
function realFolder(path: string): string[] {
  try {
    return [dirname(realpathSync(path))];
  } catch {
    return [];
  }
}

function canInclude(path: string, folders: readonly string[]): boolean {
  return statsOf(path)?.isFile() === true && isWithin(path, folders);
}

/** Seen by lines, with no preprocessor: an include in a comment or a dead `#if` costs a file that nobody reads. */
function includesIn(text: string): { readonly name: string; readonly isQuoted: boolean }[] {
  const found = text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm);
  return Array.from(found, ([, quoted, angled]) => ({
    name: (quoted ?? angled)!,
    isQuoted: quoted !== undefined,
  })).filter(({ name }) => !isAbsolute(name));
}

/** The deepest folder that all files lie below, so that `"../x.h"` stays inside of `source/`. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0]!);
  while (!files.every((file) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep))) {
    folder = dirname(folder);
  }
  return folder;
}

/** Virtual paths have slashes on every system. */
function slashed(path: string): string {
  return path.split(sep).join('/');
}

/** Of this release: no command reads them twice. */
let ownHeaders: readonly (readonly [name: string, text: string])[] | undefined;

/** Every header of refuzz's, by name. Each is handed over, used or not, and so is part of the cache's key: a new release compiles anew. */
export function refuzzHeaders(): readonly (readonly [name: string, text: string])[] {
  ownHeaders ??= readOwnHeaders();
  return ownHeaders;
}

function readOwnHeaders(): [name: string, text: string][] {
  const folder = join(packageRoot(), 'targets', 'c', 'include');
  const there = filesBelow(folder, { isFile: (name) => name.endsWith('.h') });
  // A header that is there goes before an empty one of its name.
  return [
    ...EMPTY_HEADERS.map((name): [string, string] => [name, USUAL]),
    ...there.map((file): [string, string] => [slashed(relative(folder, file)), readText(file, FILE.source)]),
  ];
}
