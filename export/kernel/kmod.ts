import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import type { ExportedFile } from '../reproduce/exported-file.ts';
import { headOf } from '../reproduce/reproduced-case.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText, cString } from '../reproduce/source-text.ts';
import {
  CONCURRENT_RUN,
  type KernelProgram,
  kernelLiteral,
  kernelProgram,
  programLines,
  runText,
  SEQUENTIAL_RUN,
} from './kernel-program.ts';

/**
 * A case as a kernel module: it runs the program on the kernel's own counter, with a thread of the kernel for each of the
 * program's, and says in the log what happened and what was expected.
 *
 * @returns source and Makefile
 * @throws Inexpressible where the subject is no counter of a kernel, or a kernel cannot show the divergence
 */
export function exportKmod(harness: Harness, stored: Case): ExportedFile[] {
  const program = kernelProgram(reproductionOf(harness, stored));
  const lines = [
    '// SPDX-License-Identifier: GPL-2.0',
    ...kernelHead(program, 'repro', RUN_IT),
    '#define pr_fmt(fmt) "refuzz: " fmt',
    '',
    ...includes(program, ['linux/init.h', 'linux/kmsg_dump.h', 'linux/string.h']),
    '',
    ...programLines(program),
    ...wordLines(program),
    '',
    ...(program.isSequential ? sequential(program) : concurrent(program)),
    'module_init(repro_init);',
    '',
    'static void __exit repro_exit(void)',
    '{',
    '}',
    'module_exit(repro_exit);',
    '',
    'MODULE_LICENSE("GPL");',
    `MODULE_DESCRIPTION(${cString(`A reproducer written by refuzz: ${signatureOf(stored.expect.divergence)}`)});`,
  ];
  return [
    { name: 'repro.c', text: kernelText(lines) },
    { name: 'Makefile', text: makefile('repro') },
  ];
}

const RUN_IT = [
  'Run:    insmod repro.ko; dmesg | grep refuzz:; rmmod repro',
  '',
  'Loading it runs the program; it loads whatever comes out. Its last line in the log is the',
  'verdict: "refuzz: DIVERGES ..." when the divergence shows, "refuzz: agrees ..." when it does',
  'not, and "refuzz: unknown ..." when it cannot be told.',
];

const MAKE = (name: string) => [`obj-m := ${name}.o`, 'all:', '\t$(MAKE) -C $(KDIR) M=$(CURDIR) modules'];

/** Lines as one text, with no more than one empty line in a row. */
export function kernelText(lines: readonly string[]): string {
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

/** @param name of the source without its ending */
export function makefile(name: string): string {
  return [
    'KDIR ?= /lib/modules/$(shell uname -r)/build',
    '',
    ...MAKE(name),
    'clean:',
    '\t$(MAKE) -C $(KDIR) M=$(CURDIR) clean',
    '',
  ].join('\n');
}

/** The comment at the head of a source for a kernel. */
export function kernelHead(program: KernelProgram, name: string, run: readonly string[]): string[] {
  const head = [
    ...headOf(program.reproduction),
    '',
    ...(program.isSequential
      ? ['The ops run one after another, each on a kernel thread of its own, in the recorded order.']
      : [
          'The ops of a kernel cannot be stopped half-way, and this divergence takes one that is. So the',
          'threads are let loose together again and again (a million rounds, ten seconds at most), and what',
          'they come to is counted. It takes two processors, and luck: "agrees" only says that it did not',
          'happen this time.',
        ]),
    '',
    `Build:  make, or make KDIR=<kernel tree>. The Makefile beside this file:`,
  ];
  return [
    '/*',
    ...head.map((line) => ` * ${commentText(line)}`.trimEnd()),
    ' *',
    ...['KDIR ?= /lib/modules/$(shell uname -r)/build', ...MAKE(name)].map((line) => ` *	${line}`),
    ' *',
    ...run.map((line) => ` * ${commentText(line)}`.trimEnd()),
    ' */',
    '',
  ];
}

export function includes({ counter, isSequential }: KernelProgram, more: readonly string[]): string[] {
  const running = isSequential ? ['linux/completion.h'] : ['linux/jiffies.h', 'linux/sched.h'];
  const all = [
    'linux/atomic.h',
    'linux/err.h',
    'linux/kernel.h',
    'linux/kthread.h',
    'linux/limits.h',
    'linux/module.h',
    'linux/sched/task.h',
    ...counter.headers,
    ...running,
    ...more,
  ];
  return [...new Set(all)].sort().map((header) => `#include <${header}>`);
}

export function wordLines({ subjectWord, referenceWord, isSequential }: KernelProgram): string[] {
  return [
    '/* The word at the end: as recorded, and as the reference leaves it. */',
    `#define RECORDED_WORD\t(${kernelLiteral(subjectWord)})`,
    ...(isSequential ? [`#define REFERENCE_WORD\t(${kernelLiteral(referenceWord)})`] : []),
  ];
}

function signatureString({ reproduction }: KernelProgram): string {
  const { target, expect } = reproduction.stored;
  return cString(commentText(`${target} ${signatureOf(expect.divergence)}`));
}

function sequential(program: KernelProgram): string[] {
  const { counter, warnings } = program;
  return `${runText(SEQUENTIAL_RUN, counter)}
static const char signature[] = ${signatureString(program)};

${counter.warns === undefined ? '' : WARNING_COUNT(counter.warns)}
/* How an op's answers and the word compare with one of the two sides. */
static bool is_as(int word, bool recorded)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (seen[i] != (recorded ? steps[i].recorded : steps[i].reference))
			return false;
	return word == (recorded ? RECORDED_WORD : REFERENCE_WORD);
}

static void report(int word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		pr_info("thread %d: %s = %d, recorded %d, reference %d\\n", steps[i].thread,
			op_names[steps[i].op], seen[i], steps[i].recorded, steps[i].reference);
	pr_info("word at the end %d, recorded %d, reference %d\\n", word, RECORDED_WORD,
		REFERENCE_WORD);
}

static int __init repro_init(void)
{
	${counter.warns === undefined ? 'int word, ret;' : 'int word, ret, warned;'}

	pr_info("begin %s\\n", signature);
	ret = run_steps(&word);
	if (ret)
		return ret;
${counter.warns === undefined ? '' : `\twarned = count_warnings();\n\tpr_info("warnings %d, recorded ${warnings.length}\\n", warned);\n`}	report(word);
${verdict(program)}
	return 0;
}`.split('\n');
}

/**
 * A warning is printed once per boot, so that none seen says little; and where the sides differ in nothing but a
 * warning, it decides.
 */
function verdict({ counter, warnings, reproduction }: KernelProgram): string {
  const { divergence } = reproduction.stored.expect;
  const missing =
    divergence.kind === 'warning' && warnings.length > 0
      ? `	else if (is_as(word, true) && warned == 0)
		pr_info("unknown %s: no warning was seen; one is shown once per boot\\n", signature);
`
      : '';
  const spurious =
    divergence.kind === 'warning' && warnings.length === 0 && counter.warns !== undefined
      ? `	else if (is_as(word, true) && warned > 0)
		pr_info("agrees %s: it warned\\n", signature);
`
      : '';
  const rest =
    divergence.kind === 'warning'
      ? ''
      : `	else if (is_as(word, false))
		pr_info("agrees %s: as the reference\\n", signature);
`;
  const chain = `${missing}${spurious}	else if (is_as(word, true))
		pr_info("DIVERGES %s: as recorded\\n", signature);
${rest}	else
		pr_info("unknown %s: neither as recorded nor as the reference\\n", signature);`;
  return chain.replace('\telse if', '\tif');
}

const WARNING_COUNT = (
  prefix: string,
) => `/* Reads the log back: the warnings of the counter since the line that says that this began. */
static int count_warnings(void)
{
	static char line[512];
	struct kmsg_dump_iter iter;
	int count = 0;
	size_t length;

	kmsg_dump_rewind(&iter);
	while (kmsg_dump_get_line(&iter, false, line, sizeof(line) - 1, &length)) {
		line[length] = '\\0';
		if (strstr(line, "refuzz: begin"))
			count = 0;
		else if (strstr(line, ${cString(prefix)}))
			count++;
	}
	return count;
}
`;

function concurrent(program: KernelProgram): string[] {
  return `${runText(CONCURRENT_RUN, program.counter)}
module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how often the threads are let loose");

static const char signature[] = ${signatureString(program)};

static int __init repro_init(void)
{
	int run, hits, ret;
	size_t i;

	pr_info("begin %s\\n", signature);
	ret = run_rounds(&run, &hits);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		pr_info("thread %d: %s, recorded %d, one after another the reference gives %d\\n",
			steps[i].thread, op_names[steps[i].op], steps[i].recorded,
			steps[i].reference);
	pr_info("word at the end, recorded: %d\\n", RECORDED_WORD);
	if (hits > 0)
		pr_info("DIVERGES %s: as recorded in %d of %d rounds\\n", signature, hits, run);
	else
		pr_info("agrees %s: not seen in %d rounds\\n", signature, run);
	return 0;
}`.split('\n');
}
