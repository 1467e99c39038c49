import type { Case } from '../fuzz/case/case.ts';
import type { Harness } from '../fuzz/run/harness.ts';
import { exportC } from './c/c.ts';
import { exportKmod } from './kernel/kmod.ts';
import { exportKunit } from './kernel/kunit.ts';
import { exportLitmus } from './kernel/litmus.ts';
import { exportMjs } from './mjs/mjs.ts';
import { exportVitest } from './mjs/vitest-test.ts';
import type { ExportedFile } from './reproduce/exported-file.ts';

/** A form in which a case leaves refuzz. */
export interface ExportFormat {
  readonly name: string;
  readonly about: string;
  /**
   * @returns one file, or a source and its Makefile
   * @throws Inexpressible with the reason when the format cannot say it
   */
  readonly files: (harness: Harness, stored: Case) => ExportedFile[];
  /** How to run what was written to a file, or to a folder when there is more than one. */
  readonly howTo: (path: string) => string;
}

/** Every format. A new one is an entry here. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: 'mjs',
    about: 'a JavaScript file for Node, with worker threads',
    files: one('repro.mjs', exportMjs),
    howTo: (path) => `node ${path}`,
  },
  {
    name: 'c',
    about: 'a C11 program with pthreads',
    files: one('repro.c', exportC),
    howTo: (path) => `cc -std=c11 -pthread -Wall -Wextra -o repro ${path} && ./repro`,
  },
  {
    name: 'kmod',
    about: 'a kernel module and its Makefile',
    files: exportKmod,
    howTo: (path) => `make -C ${path} && insmod ${path}/repro.ko; dmesg | grep refuzz:`,
  },
  {
    name: 'kunit',
    about: 'a KUnit suite and its Makefile',
    files: exportKunit,
    howTo: (path) => `make -C ${path} && insmod ${path}/repro_test.ko; dmesg`,
  },
  {
    name: 'litmus',
    about: 'a litmus test of the Linux kernel',
    files: one('repro.litmus', exportLitmus),
    howTo: (path) => `herd7 -conf linux-kernel.cfg ${path}`,
  },
  {
    name: 'vitest',
    about: 'a test that uses refuzz/fast-check',
    files: one('repro.test.ts', exportVitest),
    howTo: (path) => `npx vitest run ${path}`,
  },
];

function one(name: string, text: (harness: Harness, stored: Case) => string): ExportFormat['files'] {
  return (harness, stored) => [{ name, text: text(harness, stored) }];
}
