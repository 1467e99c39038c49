import { signatureOf } from '../../oracles/divergence.ts';
import { cFiles, includes } from '../c/c-program.ts';
import type { ExportedFile } from '../reproduce/export-format.ts';
import { callText, headOf } from '../reproduce/reproduced-case.ts';
import { commentText, cString } from '../reproduce/source-text.ts';
import { kernelLiteral } from './kernel-counters.ts';
import type { KernelProgram } from './kernel-program.ts';

const RUNTIME = 'export/kernel/runtime';

/** What a module and a KUnit suite do not have in common. */
export interface KernelForm {
  /** The name of the source, without its ending. */
  readonly name: string;
  /** The main file of the runtime. */
  readonly main: string;
  /** The last part of the comment at the head: how to run it, and what it says. */
  readonly howToRun: readonly string[];
  /** Lines before the first inclusion. */
  readonly first: readonly string[];
  readonly headers: readonly string[];
  /** Further lines of the case. */
  readonly more: readonly string[];
  /** A file of the runtime, without its ending, for its main file's `example/verdict.h`. */
  readonly verdict?: string;
}

/**
 * The files of a form: what is the same for every case out of the runtime, with the case in its place.
 *
 * @returns source and Makefile
 */
export function kernelFiles(program: KernelProgram, form: KernelForm): ExportedFile[] {
  const { externals, texts } = cFiles(RUNTIME, form.main, {
    'example/headers.h': headersOf(program, form).map((header) => `#include <${header}>`),
    'example/case.h': caseLines(program, form),
    'example/verdict.h': form.verdict === undefined ? [] : [includes(form.verdict)],
  });
  const head = ['// SPDX-License-Identifier: GPL-2.0', ...headLines(program, form)].join('\n');
  const first = [...form.first, ...externals].join('\n');
  return [
    { name: `${form.name}.c`, text: `${[head, first, ...texts].join('\n\n')}\n` },
    { name: 'Makefile', text: makefile(form.name) },
  ];
}

/** The Makefile stands in the head of the source as well: who gets the source alone can build it. */
const MAKE = (name: string) => [`obj-m := ${name}.o`, 'all:', '\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules'];
const KERNEL_TREE = 'KDIR ?= /lib/modules/$(shell uname -r)/build';

function makefile(name: string): string {
  return [KERNEL_TREE, '', ...MAKE(name), 'clean:', '\t$(MAKE) -C $(KDIR) M=$(CURDIR) clean', ''].join('\n');
}

/** The comment at the head. */
function headLines({ reproduction, isSequential }: KernelProgram, { name, howToRun }: KernelForm): string[] {
  const head = [
    ...headOf(reproduction),
    '',
    ...(isSequential
      ? ['The ops run one after another, each on a kernel thread of its own, in the recorded order.']
      : [
          'The ops of a kernel cannot be stopped half-way, and this divergence takes one that is. So the',
          'threads are let loose together again and again (a million rounds, ten seconds at most), and the',
          'rounds that end as recorded are counted. It takes two processors, and luck: "agrees" only says',
          'that it did not happen this time.',
        ]),
    '',
    'Build:  make, or make KDIR=<kernel tree>. The Makefile beside this file:',
  ];
  return [
    '/*',
    ...head.map((line) => ` * ${commentText(line)}`.trimEnd()),
    ' *',
    ...[KERNEL_TREE, ...MAKE(name)].map((line) => ` *	${line}`),
    ' *',
    ...howToRun.map((line) => ` * ${commentText(line)}`.trimEnd()),
    ' */',
  ];
}

/** What the files of the runtime use of a kernel. They have a stub of it in place of these headers. */
function headersOf({ counter, isSequential }: KernelProgram, { headers }: KernelForm): string[] {
  const running = isSequential ? ['linux/completion.h'] : ['linux/jiffies.h', 'linux/sched.h'];
  return [
    'linux/atomic.h',
    'linux/err.h',
    'linux/kernel.h',
    'linux/kthread.h',
    'linux/limits.h',
    'linux/module.h',
    'linux/sched/task.h',
    counter.header,
    ...running,
    ...headers,
  ];
}

/** The counter, the ops and the steps. */
function caseLines(program: KernelProgram, { more }: KernelForm): string[] {
  const { counter, reproduction, steps, isSequential, subjectWord, referenceWord } = program;
  const { harness, start } = reproduction;
  const calls = [...new Set(steps.map(({ call }) => call))];
  const needs = calls.flatMap((call) => counter.needs?.[harness.alphabet.call(call).op] ?? []);
  const signature = signatureOf(reproduction.stored.expect.divergence);
  return [
    includes('step'),
    ...[counter.file, ...needs].map(includes),
    `#define START\t\t(${kernelLiteral(start)})`,
    `#define THREADS\t\t${reproduction.program.threads.length}`,
    '/* The word at the end: as recorded, and as the reference leaves it. */',
    `#define RECORDED_WORD\t(${kernelLiteral(subjectWord)})`,
    ...(isSequential ? [`#define REFERENCE_WORD\t(${kernelLiteral(referenceWord)})`] : []),
    `#define SIGNATURE\t${cString(signature)}`,
    ...more,
    '',
    'static const char * const op_names[] = {',
    ...calls.map((call) => `\t${cString(commentText(callText(harness, call)))},`),
    '};',
    '',
    '/* In the order of the calls; an op without an answer gives 0. */',
    'static const struct step steps[] = {',
    ...steps.map(
      ({ thread, call, subject, reference }) =>
        `\t{ ${thread}, ${calls.indexOf(call)}, ${kernelLiteral(subject)}, ${kernelLiteral(reference)} },`,
    ),
    '};',
    '',
    ...runOpLines(program, calls),
  ];
}

/** Calls an op by its number, which is its place in `calls`. */
function runOpLines({ counter, reproduction }: KernelProgram, calls: readonly number[]): string[] {
  const body = calls.flatMap((call, number) => {
    const { op, a, b } = reproduction.harness.alphabet.call(call);
    const statement = counter.ops[op]!(kernelLiteral(a), kernelLiteral(b));
    const leave = statement.startsWith('return ') ? [] : ['\t\treturn 0;'];
    return [`\tcase ${number}:`, `\t\t${statement}`, ...leave];
  });
  return ['static int run_op(int op)', '{', '\tswitch (op) {', ...body, '\t}', '\treturn 0;', '}'];
}
