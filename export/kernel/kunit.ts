import type { Case } from '../../fuzz/case/case.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import type { ExportedFile } from '../reproduce/exported-file.ts';
import { Inexpressible } from '../reproduce/reproduced-case.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { cString } from '../reproduce/source-text.ts';
import {
  CONCURRENT_RUN,
  type KernelProgram,
  kernelProgram,
  programLines,
  runText,
  SEQUENTIAL_RUN,
} from './kernel-program.ts';
import { includes, kernelHead, kernelText, makefile, wordLines } from './kmod.ts';

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
  const lines = [
    '// SPDX-License-Identifier: GPL-2.0',
    ...kernelHead(program, 'repro_test', RUN_IT(program.isSequential)),
    '#include <kunit/test.h>',
    ...includes(program, []),
    '',
    ...programLines(program),
    ...wordLines(program),
    '',
    ...(program.isSequential ? sequential(program) : concurrent(program)),
    'static struct kunit_suite repro_suite = {',
    '\t.name = "refuzz",',
    '\t.test_cases = repro_cases,',
    '};',
    '',
    'kunit_test_suite(repro_suite);',
    '',
    'MODULE_LICENSE("GPL");',
    `MODULE_DESCRIPTION(${cString(`A reproducer written by refuzz: ${signatureOf(stored.expect.divergence)}`)});`,
  ];
  return [
    { name: 'repro_test.c', text: kernelText(lines) },
    { name: 'Makefile', text: makefile('repro_test') },
  ];
}

const RUN_IT = (isSequential: boolean) => [
  'Run:    insmod repro_test.ko; dmesg   (a kernel with CONFIG_KUNIT)',
  '',
  ...(isSequential
    ? [
        'as_recorded passes while the counter does what it did when this was recorded.',
        'as_the_reference fails ("not ok") for as long as the divergence shows.',
      ]
    : ['never_as_recorded fails ("not ok") when the divergence shows.']),
];

function sequential({ counter }: KernelProgram): string[] {
  return `${runText(SEQUENTIAL_RUN, counter)}
static void as_recorded(struct kunit *test)
{
	int word = 0;
	size_t i;

	KUNIT_ASSERT_EQ(test, run_steps(&word), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		KUNIT_EXPECT_EQ_MSG(test, seen[i], steps[i].recorded, "thread %d: %s",
				    steps[i].thread, op_names[steps[i].op]);
	KUNIT_EXPECT_EQ(test, word, RECORDED_WORD);
}

static void as_the_reference(struct kunit *test)
{
	int word = 0;
	size_t i;

	KUNIT_ASSERT_EQ(test, run_steps(&word), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		KUNIT_EXPECT_EQ_MSG(test, seen[i], steps[i].reference, "thread %d: %s",
				    steps[i].thread, op_names[steps[i].op]);
	KUNIT_EXPECT_EQ(test, word, REFERENCE_WORD);
}

static struct kunit_case repro_cases[] = {
	KUNIT_CASE(as_recorded),
	KUNIT_CASE(as_the_reference),
	{}
};
`.split('\n');
}

function concurrent({ counter }: KernelProgram): string[] {
  return `${runText(CONCURRENT_RUN, counter)}
static void never_as_recorded(struct kunit *test)
{
	int run, hits;
	size_t i;

	KUNIT_ASSERT_EQ(test, run_rounds(&run, &hits), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		kunit_info(test, "thread %d: %s, recorded %d\\n", steps[i].thread,
			   op_names[steps[i].op], steps[i].recorded);
	KUNIT_EXPECT_EQ_MSG(test, hits, 0, "as recorded in %d of %d rounds", hits, run);
}

static struct kunit_case repro_cases[] = {
	KUNIT_CASE(never_as_recorded),
	{}
};
`.split('\n');
}
