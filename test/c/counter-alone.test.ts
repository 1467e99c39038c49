import { describe, expect, test } from 'vitest';
import { aloneTarget } from '../../fuzz/check/alone-target.ts';
import { type SoundnessAnswer, soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { counterOf, counterTarget } from './c-subjects.ts';

/** A small reference counter that changes first and checks afterwards. */
const SOURCE = `
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/limits.h>

#define PINNED (INT_MIN / 2)
struct ref { atomic_t n; };

static void pin(struct ref *ref, const char *why)
{
	atomic_set(&ref->n, PINNED);
	refuzz_warn(why);
}

static void get(struct ref *ref)
{
	int old = atomic_fetch_add(1, &ref->n);

	if (old <= 0)
		pin(ref, "get on 0");
}

static bool try_get(struct ref *ref)
{
	int old = atomic_read(&ref->n);

	do {
		if (old == 0)
			return false;
	} while (!atomic_try_cmpxchg(&ref->n, &old, old + 1));
	return true;
}

static bool put(struct ref *ref, int i)
{
	int old = atomic_fetch_sub(i, &ref->n);

	if (old < i)
		pin(ref, "put on 0");
	return old == i;
}

static void drop(struct ref *ref)
{
	if (atomic_fetch_sub(1, &ref->n) <= 1)
		pin(ref, "dropped the last");
}

REFUZZ_COUNTER(struct ref, n);
REFUZZ_SATURATED(PINNED);
REFUZZ_IN_SATURATION(value) { return value < 0; }
REFUZZ_CHECKS_AFTERWARDS;

REFUZZ_OP(void, inc) { get(counter); }
REFUZZ_OP(bool, inc_not_zero) { return try_get(counter); }
REFUZZ_OP(void, dec) { drop(counter); }
REFUZZ_OP(bool, dec_and_test) { return put(counter, 1); }
REFUZZ_OP(bool, sub_and_test, int i) { return put(counter, i); }
`;

async function asked(text: string, size = { threads: 2, ops: 2 }): Promise<SoundnessAnswer> {
  const counter = await counterOf(text);
  const harness = harnessOf(aloneTarget(counterTarget(counter, counter, { initial: [1, 2] })));
  return soundnessOf(harness, harness.subject, size, 100_000);
}

/** The gravest fault with its program; or the verdict, and what was never met. */
function gravest({ faults, verdict, neverMet }: SoundnessAnswer): string {
  const [fault] = faults;
  if (!fault) return [verdict, ...neverMet].join(': ');
  const { what, op, program } = fault;
  return `${what} by ${op}, ${program.start}: ${program.threads.map((ops) => ops.join(', ')).join(' | ')}`;
}

test('the counter is sound, and its programs meet all of it', async () => {
  expect(gravest(await asked(SOURCE))).toBe('sound');
}, 60_000);

/** A line, what stands in its place, and the answer. */
type Mutant = readonly [name: string, line: string, instead: string, answer: string];

const UNSOUND: readonly Mutant[] = [
  [
    'get adds 2',
    'int old = atomic_fetch_add(1, &ref->n);',
    'int old = atomic_fetch_add(2, &ref->n);',
    'count-too-high by inc, 1: inc',
  ],
  [
    'get adds nothing',
    'int old = atomic_fetch_add(1, &ref->n);',
    'int old = atomic_read(&ref->n);',
    'count-too-low by inc, 1: inc',
  ],
  [
    'get loads and stores',
    'int old = atomic_fetch_add(1, &ref->n);',
    'int old = atomic_read(&ref->n); atomic_set(&ref->n, old + 1);',
    'count-too-low by inc, 1: inc | inc_not_zero',
  ],
  [
    'get warns at 1',
    'if (old <= 0)\n\t\tpin(ref, "get',
    'if (old <= 1)\n\t\tpin(ref, "get',
    'warning by inc, 1: inc',
  ],
  [
    'get pins in silence',
    'pin(ref, "get on 0")',
    'pin(ref, "get on 0"); if (old == 2) atomic_set(&ref->n, PINNED)',
    'saturated by inc, 2: inc',
  ],
  ['try_get forgets 0', 'if (old == 0)', 'if (old == -1)', 'resurrection by inc_not_zero, 0: inc_not_zero'],
  [
    'try_get refuses the last',
    'if (old == 0)',
    'if (old <= 1)',
    'refused-while-held by inc_not_zero, 1: inc_not_zero',
  ],
  [
    'try_get looks first and adds later',
    '!atomic_try_cmpxchg(&ref->n, &old, old + 1)',
    '(atomic_inc(&ref->n), 0)',
    'resurrection by inc_not_zero, 1: inc_not_zero | dec_and_test',
  ],
  [
    'try_get stores what it has seen',
    '!atomic_try_cmpxchg(&ref->n, &old, old + 1)',
    '(atomic_set(&ref->n, old + 1), 0)',
    'count-too-low by inc_not_zero, 1: inc | inc_not_zero',
  ],
  [
    'try_get swaps to the old value',
    '&old, old + 1',
    '&old, old',
    'count-too-low by inc_not_zero, 1: inc_not_zero',
  ],
  ['try_get adds twice', '&old, old + 1', '&old, old + 2', 'count-too-high by inc_not_zero, 1: inc_not_zero'],
  [
    'try_get grants what it refuses',
    'return false;',
    'return true;',
    'resurrection by inc_not_zero, 0: inc_not_zero',
  ],
  [
    'try_get refuses what it grants',
    'old + 1));\n\treturn true;',
    'old + 1));\n\treturn false;',
    'refused-while-held by inc_not_zero, 1: inc_not_zero',
  ],
  [
    'put subtracts nothing',
    'int old = atomic_fetch_sub(i, &ref->n);',
    'int old = atomic_read(&ref->n);',
    'resurrection by inc_not_zero, 1: dec_and_test, inc_not_zero',
  ],
  [
    'put reads afterwards',
    'int old = atomic_fetch_sub(i, &ref->n);',
    'atomic_sub(i, &ref->n); int old = atomic_read(&ref->n) + i;',
    'double-free by dec_and_test, 2: dec_and_test | dec_and_test',
  ],
  [
    'put loads and stores',
    'int old = atomic_fetch_sub(i, &ref->n);',
    'int old = atomic_read(&ref->n); atomic_set(&ref->n, old - i);',
    'use-after-free by dec_and_test, 1: dec_and_test | inc_not_zero, dec_and_test',
  ],
  [
    'put is told one too early',
    'return old == i;',
    'return old == i + 1;',
    'freed-while-held by dec_and_test, 2: dec_and_test',
  ],
  [
    'put is always told',
    'return old == i;',
    'return old >= i;',
    'freed-while-held by dec_and_test, 2: dec_and_test',
  ],
  ['put is never told', 'return old == i;', 'return false;', 'leak by dec_and_test, 1: dec_and_test'],
  [
    'put tells the others',
    'return old == i;',
    'return old != i;',
    'freed-while-held by dec_and_test, 2: dec_and_test',
  ],
  [
    'put is told of any 1',
    'return old == i;',
    'return old == 1;',
    'leak by sub_and_test, 2: sub_and_test(2)',
  ],
  ['put pins at the last', 'if (old < i)', 'if (old <= i)', 'warning by dec_and_test, 1: dec_and_test'],
  [
    'put looks once more',
    'return old == i;',
    'return old == i || atomic_read(&ref->n) < 0;',
    'use-after-free by dec_and_test, 2: dec_and_test | dec_and_test',
  ],
  [
    'put touches the word after all',
    'return old == i;',
    'atomic_read(&ref->n); return old == i;',
    'use-after-free by dec_and_test, 2: dec_and_test | dec_and_test',
  ],
  [
    'put waits for the others',
    'return old == i;',
    'while (atomic_read(&ref->n) != 0) ; return old == i;',
    'use-after-free by dec_and_test, 2: dec_and_test | dec_and_test',
  ],
  [
    'put traps at the last',
    'return old == i;',
    'BUG_ON(old == i); return old == i;',
    'crash by dec_and_test, 1: dec_and_test',
  ],
  [
    'drop drops two',
    'if (atomic_fetch_sub(1, &ref->n) <= 1)',
    'if (atomic_fetch_sub(2, &ref->n) <= 1)',
    'count-too-low by dec, 2: dec',
  ],
  ['drop warns at 2', '<= 1)', '<= 2)', 'warning by dec, 2: dec'],
  [
    'drop drops nothing',
    'atomic_fetch_sub(1, &ref->n) <= 1',
    'atomic_read(&ref->n) <= 1',
    'count-too-high by dec, 2: dec',
  ],
];

/** Changes that nobody can see who only puts what he got, and why. */
const SOUND: readonly Mutant[] = [
  // No get comes to 0, or below.
  ['get does not look for 0', 'if (old <= 0)', 'if (old < 0)', ''],
  ['get warns of nothing', 'pin(ref, "get on 0");', ';', ''],
  ['try_get refuses a broken count', 'if (old == 0)', 'if (old <= 0)', ''],
  // No put takes more than there is.
  ['put warns of less', 'if (old < i)', 'if (old < 0)', ''],
  ['put warns of nothing', 'pin(ref, "put on 0");', ';', ''],
  // Who drops without being told keeps another reference.
  ['drop does not look for the last', '<= 1)', '<= 0)', ''],
  [
    'drop looks once more, by the reference that it keeps',
    'pin(ref, "dropped the last");',
    'pin(ref, "dropped the last"); atomic_read(&ref->n);',
    '',
  ],
  ['pins elsewhere', 'PINNED (INT_MIN / 2)', 'PINNED (INT_MIN / 3)', ''],
  ['what is pinned is not told', 'refuzz_warn(why);', '', ''],
  // Its own reference keeps the object, until it is put.
  [
    'put looks first',
    'int old = atomic_fetch_sub(i, &ref->n);',
    'atomic_read(&ref->n); int old = atomic_fetch_sub(i, &ref->n);',
    '',
  ],
  // What asks for a reference may look at what is gone.
  ['try_get looks once more', 'old + 1));\n', 'old + 1));\n\tatomic_read(&ref->n);\n', ''],
];

/** Nothing goes wrong, and something was never met. */
const VACUOUS: readonly Mutant[] = [
  [
    'put adds again at 50',
    'return old == i;',
    'if (old == 50) atomic_inc(&ref->n); return old == i;',
    'vacuous: dec_and_test never goes the way it takes at count 50: dec_and_test never goes the way it takes at count 49: sub_and_test never goes the way it takes at count 50: sub_and_test never goes the way it takes at count 48',
  ],
  [
    'try_get looks again at 100',
    'old + 1));\n',
    'old + 1));\n\tif (old == 100) atomic_read(&ref->n);\n',
    'vacuous: inc_not_zero never goes the way it takes at count 100: inc_not_zero never goes the way it takes at count 101',
  ],
  [
    'get leaves 16 alone',
    'int old = atomic_fetch_add(1, &ref->n);',
    'int old = atomic_read(&ref->n); if (old == 16) return; old = atomic_fetch_add(1, &ref->n);',
    'vacuous: inc never goes the way it takes at count 16',
  ],
];

function mutated([name, line, instead]: Mutant): string {
  expect(SOURCE.split(line).length, `${name}: its line is there once`).toBe(2);
  return SOURCE.replace(line, () => instead);
}

describe('a defect in one line is told by what it does to the object', () => {
  test.each(oneIn(3, UNSOUND))(`%s: ${sampleOf(3)}`, async (...mutant) => {
    expect(gravest(await asked(mutated(mutant)))).toBe(mutant[3]);
  }, 60_000);
});

describe('what changes under misuse alone is sound', () => {
  test.each(oneIn(3, SOUND))(`%s: ${sampleOf(3)}`, async (...mutant) => {
    expect(gravest(await asked(mutated(mutant)))).toBe('sound');
  }, 60_000);
});

describe('what no program of the scope comes to is said', () => {
  test.each(VACUOUS)('%s', async (...mutant) => {
    expect(gravest(await asked(mutated(mutant)))).toBe(mutant[3]);
  }, 60_000);
});
