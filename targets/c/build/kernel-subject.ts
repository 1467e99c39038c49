import { join } from 'node:path';
import { packageRoot } from '../../subject/package-root.ts';
import type { KernelFiles } from './kernel-tree.ts';
import { type CSource, readSource } from './source-files.ts';

/** What of a kernel tree can be a subject, and the source of ours that makes it one. */
export type KernelCounter = 'refcount' | 'kref';

/** The C source that declares a counter of a kernel tree; it includes the tree's own code. @throws InputError */
export function kernelSource(counter: KernelCounter, kernel: KernelFiles): CSource {
  const path = join(packageRoot(), 'targets', 'c', 'build', `kernel-${counter}.c`);
  return readSource(path, { kernel, defines: kernel.ops.map((op) => `HAS_${op.toUpperCase()}`) });
}
