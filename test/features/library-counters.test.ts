import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { sweepChunk } from '../../fuzz/sweep/sweep.ts';
import { checkDocumented } from '../../fuzz/sweep/sweep-documented.ts';
import { compile } from '../../targets/c/build/compiler.ts';
import { readKernel } from '../../targets/c/build/kernel-tree.ts';
import { readSource } from '../../targets/c/build/source-files.ts';
import { cSubject } from '../../targets/c/c-subject.ts';
import { rcuref } from '../../targets/counters/rcuref.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { builtInFile, readBuiltInFile } from '../../targets/target/built-in-targets.ts';
import { readTarget } from '../../targets/target/read-target.ts';
import type { Target } from '../../targets/target/target.ts';
import { counterOf, counterTarget, decided } from '../c/c-subjects.ts';
import { gravest, soundness } from './soundness.ts';

/** Both sides of each edge of a zone: none, one, most, saturated, released, dead. */
const EDGES = [-1, 0, 1, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xa0000000].concat([
  0xbffffffe, 0xbfffffff, 0xc0000000, 0xc0000001, 0xe0000000, 0xfffffffe,
]);

const OPS = `
REFUZZ_COUNTER(rcuref_t, refcnt);
REFUZZ_UNSIGNED;
REFUZZ_SATURATED(RCUREF_SATURATED);
REFUZZ_CHECKS_AFTERWARDS;
REFUZZ_OP(unsigned, read) { return rcuref_read(counter); }
REFUZZ_OP(void, set, int n) { rcuref_init(counter, n); }
REFUZZ_OP(bool, inc_not_zero) { return rcuref_get(counter); }
REFUZZ_OP(bool, dec_and_test) { return rcuref_put(counter); }
`;

describe('the model of rcuref_t', () => {
  test('does what its table says, on both sides of every edge', () => {
    const harness = harnessOf(counterTarget(rcuref, rcuref));
    for (const call of harness.calls) {
      for (const edge of EDGES) {
        const [from, to] = [Math.max(0, (edge >>> 0) - 200), Math.min(0xffffffff, (edge >>> 0) + 200)];
        const found = checkDocumented(harness, call, sweepChunk(harness, call, from, to));
        expect(found).toMatchObject({ compared: ['rcuref', 'rcuref'], mismatches: [] });
      }
    }
  });
});

describe('rcuref.h of refuzz', () => {
  test('makes the accesses of the model, at all edges of its zones', { timeout: 300_000 }, async () => {
    const counter = await counterOf(`#include <linux/rcuref.h>\n${OPS}`);
    const initial = EDGES.map((edge) => edge | 0);
    const target = counterTarget(rcuref, counter, { initial, oracles: ['lockstep', 'outcomes'] });
    const tally = decided(target, 2, 1);
    expect(tally).toMatchObject({ undecided: 0, differing: 0, signatures: {} });
    expect(tally.programs).toBeGreaterThan(500);
  });

  test('that looks for dead words one too far is told apart', { timeout: 300_000 }, async () => {
    // As if RCUREF_RELEASED were one more: a word that has just come there counts as saturated.
    const counter = await counterOf(`#include <linux/rcuref.h>
#undef RCUREF_RELEASED
#define RCUREF_RELEASED 0xC0000001u
static bool get(rcuref_t *ref)
{
	unsigned int value = (unsigned int)atomic_add_return_relaxed(1, &ref->refcnt);

	if ((int)value >= 0)
		return true;
	if (value >= RCUREF_RELEASED)
		atomic_set(&ref->refcnt, (int)RCUREF_DEAD);
	return value < RCUREF_RELEASED;
}
${OPS.replace('rcuref_get(counter)', 'get(counter)')}`);
    const initial = EDGES.map((edge) => edge | 0);
    const target = counterTarget(rcuref, counter, { initial, oracles: ['lockstep', 'outcomes'] });
    expect(decided(target, 1, 1).differing).toBeGreaterThan(0);
  });
});

/** Where Debian's linux-source-6.12 puts it. */
const ARCHIVE = '/usr/src/linux-source-6.12.tar.xz';

// Skipped where the package linux-source-6.12 is not installed.
describe.skipIf(!existsSync(ARCHIVE))("Linux 6.12's own, unmodified,", () => {
  test.each(['rcuref-vs-model', 'lockref-vs-model'])('%s is decided at 2 × 2', {
    timeout: 600_000,
  }, async (name) => {
    expect(decided(await targetOf(name), 2, 2)).toMatchObject(EQUIVALENT);
  });

  test('lockref that exchanges lock and count together is decided at 2 × 2', {
    timeout: 600_000,
  }, async () => {
    const target = await targetOf('lockref-vs-model');
    const defines = ['CONFIG_ARCH_USE_CMPXCHG_LOCKREF', 'CONFIG_SMP'];
    const subject = await compiled('targets/c/build/kernel-lockref.c', defines);
    expect(decided({ ...target, subject }, 2, 2)).toMatchObject(EQUIVALENT);
  });

  test('percpu_ref is sound at 2 × 2, and is not when it is taken after the read section', {
    timeout: 600_000,
  }, async () => {
    const path = 'test/features/library/percpu-ref.c';
    expect(gravest(soundness(await compiled(path)))).toBe('nothing');
    expect(gravest(soundness(await compiled(path, ['LATE'])))).toMatch(/^use-after-free in get/);
  });
});

const EQUIVALENT = { undecided: 0, differing: 0, signatures: {} };

async function targetOf(name: string): Promise<Target> {
  return readTarget(readBuiltInFile(builtInFile(name)), { kernel: await readKernel(ARCHIVE) });
}

/** A scheme that includes what the tree has. */
async function compiled(path: string, defines: readonly string[] = []): Promise<Scheme> {
  const source = readSource(path, { kernel: await readKernel(ARCHIVE), defines });
  const subject = cSubject({ name: path, path }, await compile(source, 'recorded'));
  if (subject.kind !== 'scheme') throw new Error(`${path} is no scheme`);
  return subject;
}
