import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import type { ExportedFile, ExportFormat } from '../reproduce/export-format.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText, cString } from '../reproduce/source-text.ts';
import { type KernelProgram, kernelProgram } from './kernel-program.ts';
import { kernelFiles } from './kernel-source.ts';

/** Cases as modules of a kernel. */
export const KMOD: ExportFormat = {
  name: 'kmod',
  about: 'a kernel module and its Makefile',
  files: exportKmod,
  howTo: (path) => `make -C ${path} && insmod ${path}/repro.ko; dmesg | grep refuzz:`,
};

/**
 * A case as a kernel module: it runs the program on the kernel's own counter, with a thread of the kernel for each of the
 * program's, and says in the log what happened and what was expected.
 *
 * @returns source and Makefile
 * @throws Inexpressible where the subject is no counter of a kernel, or a kernel cannot show the divergence
 */
export function exportKmod(harness: Harness, stored: Case): ExportedFile[] {
  const program = kernelProgram(reproductionOf(harness, stored));
  const { isSequential, counter, warnings } = program;
  const signature = commentText(`${stored.target} ${signatureOf(stored.expect.divergence)}`);
  const countsWarnings = isSequential && counter.warns;
  const sequential = counter.warns ? 'sequential-module.c' : 'silent-module.c';
  return kernelFiles(program, {
    name: 'repro',
    main: isSequential ? sequential : 'concurrent-module.c',
    howToRun: HOW_TO_RUN,
    first: ['#define pr_fmt(fmt) "refuzz: " fmt', ''],
    headers: ['linux/init.h', 'linux/kmsg_dump.h', 'linux/string.h'],
    more: [
      ...(countsWarnings ? [`#define RECORDED_WARNINGS\t${warnings.length}`] : []),
      '',
      `static const char signature[] = ${cString(signature)};`,
    ],
    verdict: verdictOf(program),
  });
}

const HOW_TO_RUN = [
  'Run:    insmod repro.ko; dmesg | grep refuzz:; rmmod repro',
  '',
  'Loading it runs the program; it loads whatever comes out. Its last line in the log is the',
  'verdict: "refuzz: DIVERGES ..." when the divergence shows, "refuzz: agrees ..." when it does',
  'not, and "refuzz: unknown ..." when it cannot be told.',
];

/**
 * Where the sides differ in a warning alone, answers and word do not tell them apart.
 *
 * Four ways to judge: by word and answers; where the recorded run warns, by whether a warning came; where it does not
 * although its counter can, by the absence of one; where the counter never warns, by the word and answers alone.
 */
function verdictOf({ counter, warnings, reproduction }: KernelProgram): string {
  if (reproduction.stored.expect.divergence.kind !== 'warning') return 'verdict/value';
  if (warnings.length > 0) return 'verdict/warning';
  return counter.warns ? 'verdict/no-warning' : 'verdict/silence';
}
