import { closeSync, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { isWithin, statsOf } from '../../subject/folders.ts';
import { InputError } from '../../subject/input-error.ts';
import { onDemand, zod } from '../../subject/on-demand.ts';
import { FILE, MissingFile, openRegular, readIfThere } from '../../subject/read-file.ts';
import { firstTimeWork } from './first-time-work.ts';
import { cacheKey, readCached, writeCached } from './module-cache.ts';

/** What of a kernel's sources the counters are made of. The rest of a kernel is replaced by refuzz's own headers. */
export interface KernelFiles {
  /** The folder or archive, as the user named it. */
  readonly path: string;
  /** `6.12.117`, when there is a Makefile that says so. */
  readonly version: string | undefined;
  /** Path below the tree's top → text, of those of `KERNEL_FILES` that exist. */
  readonly files: ReadonlyMap<string, string>;
  /** The functions and macros `refcount_*` that the tree offers, without the prefix, sorted. */
  readonly ops: readonly string[];
}

/** A refcount_t needs both: up to Linux 5.4 most ops stand in the library, since 5.5 most are in the header. */
const HEADER = 'include/linux/refcount.h';
const LIBRARY = 'lib/refcount.c';
const MAKEFILE = 'Makefile';
/** What is read of a tree: the counters, and the headers that they need. */
export const KERNEL_FILES: readonly string[] = [
  HEADER,
  'include/linux/refcount_types.h',
  'include/linux/refcount_api.h',
  'include/linux/kref.h',
  'include/linux/rcuref.h',
  'include/linux/lockref.h',
  'include/linux/percpu-refcount.h',
  'lib/lockref.c',
  'lib/percpu-refcount.c',
  'lib/rcuref.c',
  LIBRARY,
];

/**
 * Reads the counters of an unpacked kernel tree, or of an archive of one (.tar, .tar.gz, .tar.xz, .tar.bz2, .tar.zst).
 *
 * A large archive takes some five seconds; what was read is cached by the archive's path, size and time of change.
 *
 * @throws InputError when there is no kernel in it, or it cannot be read
 */
export async function readKernel(path: string): Promise<KernelFiles> {
  const isFolder = statsOf(path)?.isDirectory() === true;
  const texts = isFolder ? readFolder(path) : await readCachedArchive(path);
  for (const needed of [HEADER, LIBRARY]) {
    if (!texts.has(needed)) throw new InputError(path, `no ${needed} in it; is this a kernel tree?`);
  }
  const files = new Map(KERNEL_FILES.flatMap((name) => pairOf(name, texts.get(name))));
  return { path, version: versionOf(texts.get(MAKEFILE)), files, ops: opsOf(files) };
}

type Texts = ReadonlyMap<string, string>;
/** The Makefile is read for the version only; it is no part of what is compiled. */
const WANTED: readonly string[] = [...KERNEL_FILES, MAKEFILE];

function pairOf(name: string, text: string | undefined): [string, string][] {
  return text === undefined ? [] : [[name, text]];
}

/**
 * Files that do not exist are left out; `readKernel` says which of them it cannot do without.
 *
 * @throws InputError for a file of a tree that is a link out of it: the compiler quotes what it does not understand
 */
function readFolder(folder: string): Texts {
  return new Map(WANTED.flatMap((name) => pairOf(name, textIn(folder, name))));
}

function textIn(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  const text = readIfThere(file, FILE.source);
  if (text !== undefined && !isWithin(file, [folder]))
    throw new InputError(file, 'is a link out of the tree; copy the file there, or name the tree it is of');
  return text;
}

const cachedTexts = onDemand(() => zod().array(zod().tuple([zod().string(), zod().string()])));

function statsOfArchive(path: string): Stats {
  try {
    const { descriptor, stats } = openRegular(path, FILE.archive);
    closeSync(descriptor);
    return stats;
  } catch (error) {
    if (error instanceof MissingFile) throw new InputError(path, 'there is no such folder or archive');
    throw error;
  }
}

/** Size and time of change stand for the contents: a digest would need all of the archive to be read. */
async function readCachedArchive(path: string): Promise<Texts> {
  const { size, mtimeMs } = statsOfArchive(path);
  const key = cacheKey(['kernel archive', 3, resolve(path), size, mtimeMs]);
  const cached = readCached(key);
  if (cached) return new Map(cachedTexts().parse(JSON.parse(Buffer.from(cached).toString())));
  const texts = await firstTimeWork(`unpacking ${path}`, async () => {
    const { readArchive } = await import('./kernel-archive.ts');
    return readArchive(path, WANTED, (found, folder) => {
      // A tar file lists a folder in one go, sorted: past it, the optional headers that were not found do not exist, and
      // those of the library come before the one that must be there.
      return found.has(HEADER) && found.has(LIBRARY) && found.has(MAKEFILE) && folder !== 'include/linux';
    });
  });
  writeCached(key, Buffer.from(JSON.stringify([...texts])));
  return texts;
}

/**
 * The Makefile begins with `VERSION = 6`, `PATCHLEVEL = 12`, `SUBLEVEL = 117`, `EXTRAVERSION = -rc1`, which together
 * are 6.12.117-rc1. Undefined when the first two are not there.
 */
function versionOf(makefile: string | undefined): string | undefined {
  const value = (name: string) => makefile?.match(new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, 'm'))?.[1];
  const numbers = [value('VERSION'), value('PATCHLEVEL'), value('SUBLEVEL')];
  if (!numbers[0] || !numbers[1]) return undefined;
  return numbers.filter(Boolean).join('.') + (value('EXTRAVERSION') ?? '');
}

/**
 * A declaration of the kernel's style begins in the first column and holds nothing but words before the name;
 * a call is indented, and `EXPORT_SYMBOL(refcount_…)` has a bracket before the name.
 */
const DECLARED =
  /^(?:#[ \t]*define[ \t]+|(?!return\b|else\b)[A-Za-z_][\w \t*]*[ \t*])?refcount_(\w+)[ \t]*\(/gm;

/** Comments go first: kernel-doc has lines such as `refcount_inc() - increment a refcount`. */
function opsOf(files: Texts): string[] {
  const names = [...files.values()].flatMap((text) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    return [...code.matchAll(DECLARED)].map((match) => match[1]!);
  });
  return [...new Set(names)].sort();
}
