import { join } from 'node:path';
import { InputError } from '../../subject/input-error.ts';
import { packageRoot } from '../../subject/package-root.ts';
import type { KernelFiles } from './kernel-tree.ts';
import { type CSource, readSource } from './source-files.ts';

/** What of a kernel tree can be a subject, and the source of ours that makes it one. */
export type KernelCounter = 'refcount' | 'kref' | 'rcuref' | 'lockref';

/** Beside refcount_t, which every tree has that is read. */
const NEEDED: Readonly<Record<KernelCounter, readonly string[]>> = {
  refcount: [],
  kref: ['include/linux/kref.h'],
  rcuref: ['include/linux/rcuref.h', 'lib/rcuref.c'],
  lockref: ['include/linux/lockref.h', 'lib/lockref.c'],
};

/** A file that a tree would need to have this counter; undefined where it has all. */
export function missingFile(counter: KernelCounter, { files }: KernelFiles): string | undefined {
  return NEEDED[counter].find((file) => !files.has(file));
}

/** The C source that declares a counter of a kernel tree; it includes the tree's own code. @throws InputError */
export function kernelSource(counter: KernelCounter, kernel: KernelFiles): CSource {
  const missing = missingFile(counter, kernel);
  if (missing) throw new InputError(kernel.path, `no ${missing} in it, so there is no ${counter} to test`);
  const path = join(packageRoot(), 'targets', 'c', 'build', `kernel-${counter}.c`);
  return readSource(path, { kernel, defines: kernel.ops.map((op) => `HAS_${op.toUpperCase()}`) });
}
