import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../../subject/input-error.ts';
import { packageRoot } from '../../subject/package-root.ts';
import type { KernelFiles } from './kernel-tree.ts';

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
const REFUZZ_INCLUDE = 'refuzz/targets/c/include';

/**
 * Reads a source, and what it includes by `"…"` from beside it.
 *
 * @throws InputError when a file is missing, is a folder, holds no text, or more than 1 MB of it
 */
export function readSource(
  path: string,
  options: { readonly kernel?: KernelFiles; readonly defines?: readonly string[] } = {},
): CSource {
  const { kernel, defines = [] } = options;
  const own = readWithIncludes(path);
  const common = commonFolder([...own.keys()]);
  const virtual = (file: string): string => `source/${slashed(relative(common, file))}`;
  const files = new Map(Array.from(own, ([file, { text }]) => [virtual(file), text]));
  const names = new Map(Array.from(own, ([file, { name }]) => [virtual(file), name]));
  for (const [name, text] of kernel?.files ?? []) {
    files.set(`kernel/${name}`, text);
    names.set(`kernel/${name}`, join(kernel!.path, name));
  }
  for (const [name, text] of refuzzHeaders()) files.set(`${REFUZZ_INCLUDE}/${name}`, text);
  const includes = [...(kernel ? ['kernel/include', 'kernel'] : []), REFUZZ_INCLUDE];
  const preludes = kernel && needsLibrary([...own.values()]) ? ['lib/refcount.c'] : [];
  return { path, files, names, main: virtual(resolve(path)), includes, defines, preludes };
}

/**
 * A kernel's refcount_t lies half in a header and half in lib/refcount.c, and a driver includes the header alone. Ours is
 * all header, so that the same source compiles with a kernel tree and without.
 */
function needsLibrary(own: readonly NamedText[]): boolean {
  const has = (pattern: RegExp) => own.some(({ text }) => pattern.test(text));
  return has(/<linux\/(refcount|kref)\.h>/) && !has(/<lib\/refcount\.c>/);
}

/** The name is the path as the user would write it, with which messages name the file. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * By absolute path. What is not there is passed over: it may be in an include folder, or in a branch of an `#if` that is
 * not taken; otherwise the compiler complains, and knows the line.
 */
function readWithIncludes(path: string): Map<string, NamedText> {
  const found = new Map<string, NamedText>();
  const queue = [path];
  for (const name of queue) {
    const file = resolve(name);
    if (found.has(file)) continue;
    const text = readText(name);
    found.set(file, { name, text });
    for (const included of quotedIncludes(text)) {
      if (!isAbsolute(included) && isFile(join(dirname(name), included)))
        queue.push(join(dirname(name), included));
    }
  }
  return found;
}

/** Seen by lines, with no preprocessor: an include in a comment or a dead `#if` costs a file that nobody reads. */
function quotedIncludes(text: string): string[] {
  return Array.from(text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm), (match) => match[1]!);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** In bytes, for each file. */
const LARGEST = 1 << 20;

/** Bytes that are no UTF-8 are refused, not replaced: the compiler would see another text than the user's. */
function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Not UTF-8: said below.
  }
  throw new InputError(path, 'is no C source: it holds something else than UTF-8 text');
}

/** The size is asked first: a disk image named by mistake is not to be read whole. */
function readBytes(path: string): Uint8Array {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw new InputError(path, 'is a folder; name a C source');
    if (!stats.isFile()) throw new InputError(path, 'is no file');
    if (stats.size > LARGEST) throw new InputError(path, 'is larger than 1 MB; a C source is smaller');
    return readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new InputError(path, missing ? 'there is no such file' : `cannot be read (${code})`);
  }
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

/** Every header is handed over, used or not, and so is part of the cache's key: a new release compiles anew. */
function refuzzHeaders(): [name: string, text: string][] {
  const folder = join(packageRoot(), 'targets', 'c', 'include');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.h'))
    .map((name) => [slashed(name), readFileSync(join(folder, name), 'utf8')]);
}
