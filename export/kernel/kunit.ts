import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { ExportedFile, ExportFormat } from '../reproduce/export-format.ts';
import { Inexpressible } from '../reproduce/reproduced-case.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { kernelProgram } from './kernel-program.ts';
import { kernelFiles } from './kernel-source.ts';

/** Cases as suites of KUnit. */
export const KUNIT: ExportFormat = {
  name: 'kunit',
  about: 'a KUnit suite and its Makefile',
  files: exportKunit,
  howTo: (path) => `make -C ${path} && insmod ${path}/repro_test.ko; dmesg`,
};

/**
 * A case as a KUnit suite: one test that holds while the kernel's counter does as recorded, and one that fails for as long
 * as it diverges from the reference.
 *
 * @returns source and Makefile
 * @throws Inexpressible as for a module; and where the sides differ in nothing but a warning
 */
export function exportKunit(harness: Harness, stored: Case): ExportedFile[] {
  const program = kernelProgram(reproductionOf(harness, stored));
  if (stored.expect.divergence.kind === 'warning')
    throw new Inexpressible(
      'the sides differ in a warning, and a test of KUnit cannot see one; a module (kmod) can',
    );
  return kernelFiles(program, {
    name: 'repro_test',
    main: program.isSequential ? 'sequential-suite.c' : 'concurrent-suite.c',
    howToRun: [
      'Run:    insmod repro_test.ko; dmesg   (a kernel with CONFIG_KUNIT)',
      '',
      ...(program.isSequential
        ? SEQUENTIAL
        : ['never_as_recorded fails ("not ok") when the divergence shows.']),
    ],
    first: [],
    headers: ['kunit/test.h'],
    more: [],
  });
}

/** Two tests: a kernel whose counter has changed since fails the first, so nobody takes it for one that was mended. */
const SEQUENTIAL = [
  'as_recorded passes while the counter does what it did when this was recorded.',
  'as_the_reference fails ("not ok") for as long as the divergence shows.',
];
