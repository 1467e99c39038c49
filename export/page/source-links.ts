import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declaredAt } from '../../targets/c/recorded/source-place.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { type Sides, subjectsOf } from '../../targets/target/sides.ts';
import type { SourceData } from './page-data.ts';

const KERNEL = 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree';

/**
 * Where the code of both sides stands: of the user's own C the line that declares each op of the program, of a kernel's
 * the file in the release that the subject names.
 *
 * @param ops of the program
 */
export function sourcesOf(sides: Sides, ops: readonly string[]): SourceData[] {
  const found = subjectsOf(sides).flatMap((subject) =>
    subject.compiled ? ownSources(subject, subject.compiled.path, ops) : kernelSources(subject),
  );
  return found.filter(({ text }, at) => found.findIndex((other) => other.text === text) === at);
}

/** A tree that was named with --kernel is an archive, or has macros in the place of declarations: then its path alone. */
function ownSources({ name }: Subject, path: string, ops: readonly string[]): SourceData[] {
  if (!name.endsWith('.c')) return [{ text: `${name}: ${path}` }];
  const href = pathToFileURL(resolve(path)).href;
  // Ops that the program does not call are not what its reader wants to see.
  const lines = ops.flatMap((op) => {
    const place = declaredAt(path, 'op', op);
    return place ? [{ text: `${path}:${place.line} ${op}`, href: `${href}#L${place.line}` }] : [];
  });
  return lines.length > 0 ? lines : [{ text: path, href }];
}

/** `include/linux/refcount.h and lib/refcount.c, v5.5 and later` names two files of one release. */
function kernelSources({ name, source }: Subject): SourceData[] {
  if (source === undefined) return [];
  const version = /\bv\d+\.\d+\b/.exec(source)?.[0];
  const files = source.match(/[\w/-]+\.[ch]\b|Documentation\/[\w/-]+\.\w+/g) ?? [];
  // What documents all releases names none: then it is the newest.
  if (files.length === 0) return [{ text: `${name}: ${source}` }];
  return files.map((file) => ({
    text: `${name}: ${file}${version === undefined ? '' : `, ${version}`}`,
    href: `${KERNEL}/${file}${version === undefined ? '' : `?h=${version}`}`,
  }));
}
