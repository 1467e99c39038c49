import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatProgram } from '../../fuzz/case/program-text.ts';
import type { Cause } from '../../fuzz/cause/cause.ts';
import { causesOf } from '../../fuzz/cause/causes-of.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { builtInFile } from '../../targets/target/built-in-targets.ts';
import { kernelTrees } from '../../targets/target/named-targets.ts';
import { readTarget } from '../../targets/target/read-target.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { shownBy } from './shown.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-causes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = readFileSync('targets/c/include/linux/refcount.h', 'utf8');
const CHECK_OF_ADDED =
  'if (unlikely(old < 0 || old + i < 0))\n\t\trefuzz_refcount_saturate(r, "refcount_t: saturated; leaking memory.\\n");\n\treturn old != 0;';
const LOOP_OF_DEC_NOT_ONE = '} while (!atomic_try_cmpxchg_release(&r->refs, &old, old - 1));';

const LOOP_OF_ADD_NOT_ZERO =
  'while (old != 0 && !atomic_try_cmpxchg_relaxed(&r->refs, &old, old + i))\n\t\t;';

/** A line of the header, changed. */
interface Defect {
  readonly about: string;
  readonly from: string;
  readonly to: string;
  /** What the cause must name. */
  readonly ops: readonly string[];
  /** Whether the ops do the same alone. */
  readonly isRace?: boolean;
}

const NOT_ZERO = ['add_not_zero', 'add_not_zero_acquire', 'inc_not_zero', 'inc_not_zero_acquire'];

const DEFECTS: readonly Defect[] = [
  {
    about: 'dec_not_one refuses at 0 and below too',
    from: 'if (old == 1)\n',
    to: 'if (old <= 1)\n',
    ops: ['dec_not_one'],
  },
  {
    about: 'dec takes the last reference in silence',
    from: 'if (unlikely(old <= 1))',
    to: 'if (unlikely(old < 1))',
    ops: ['dec'],
  },
  {
    about: 'dec takes two',
    from: 'atomic_fetch_sub_release(1, &r->refs)',
    to: 'atomic_fetch_sub_release(2, &r->refs)',
    ops: ['dec'],
  },
  {
    about: 'add does not look for 0',
    from: 'if (unlikely(old == 0))',
    to: 'if (unlikely(old == 12345))',
    ops: ['add', 'inc'],
  },
  {
    about: 'add does not look for overflow',
    from: 'else if (unlikely(old < 0 || old + i < 0))',
    to: 'else if (unlikely(old < 0))',
    ops: ['add', 'inc'],
  },
  { about: 'inc takes two', from: '{ refcount_add(1, r); }', to: '{ refcount_add(2, r); }', ops: ['inc'] },
  {
    about: 'the last put is told too early',
    from: 'if (old > 0 && old == i) {',
    to: 'if (old > 0 && old >= i) {',
    ops: ['dec_and_test', 'sub_and_test'],
  },
  {
    about: 'an underflow is told of negative counts only',
    from: 'if (unlikely(old <= 0 || old - i < 0))',
    to: 'if (unlikely(old < 0 || old - i < 0))',
    ops: ['sub_and_test'],
  },
  {
    about: 'the text of a warning',
    from: '"refcount_t: underflow; use-after-free.\\n");\n\treturn false;',
    to: '"refcount_t: underflow.\\n");\n\treturn false;',
    ops: ['dec_and_test', 'sub_and_test'],
  },
  {
    about: 'the helper warns and does not pin',
    from: '\trefcount_set(r, REFCOUNT_SATURATED);\n',
    to: '\n',
    ops: ['add', 'add_not_zero', 'dec', 'dec_and_test', 'inc', 'inc_not_zero', 'sub_and_test'],
  },
  {
    about: 'the helper of four ops goes along with an overflow',
    from: CHECK_OF_ADDED,
    to: CHECK_OF_ADDED.replace('old < 0 || old + i < 0', 'old < 0'),
    ops: NOT_ZERO,
  },
  {
    about: 'another saturation value',
    from: '#define REFCOUNT_SATURATED (INT_MIN / 2)',
    to: '#define REFCOUNT_SATURATED (INT_MIN / 4)',
    ops: ['add', 'dec', 'dec_and_test', 'inc', 'sub_and_test'],
  },
  {
    about: 'the helper pins at INT_MAX, which is near to some old values',
    from: '\trefcount_set(r, REFCOUNT_SATURATED);\n',
    to: '\trefcount_set(r, INT_MAX);\n',
    ops: ['add', 'add_not_zero', 'dec', 'dec_and_test', 'inc', 'inc_not_zero', 'sub_and_test'],
  },
  {
    about: 'what is set loses its sign, and so does what the helper pins',
    from: 'atomic_set(&r->refs, n);',
    to: 'atomic_set(&r->refs, n & INT_MAX);',
    ops: ['add', 'add_not_zero', 'dec', 'dec_and_test', 'inc', 'inc_not_zero', 'set', 'sub_and_test'],
  },
  {
    about: 'dec_not_one counts a saturated counter down',
    from: 'if (old == REFCOUNT_SATURATED)\n\t\t\treturn true;\n',
    to: '',
    ops: ['dec_not_one'],
  },
  {
    about: 'dec_if_one looks first and stores later',
    from: 'return atomic_cmpxchg_release(&r->refs, 1, 0) == 1;',
    to: 'if (atomic_read(&r->refs) != 1) return false; atomic_set(&r->refs, 0); return true;',
    ops: ['dec_if_one'],
    isRace: true,
  },
  {
    about: 'dec_not_one stores what it has computed',
    from: LOOP_OF_DEC_NOT_ONE,
    to: '} while (0); atomic_set(&r->refs, old - 1);',
    ops: ['dec_not_one'],
    isRace: true,
  },
  {
    about: 'sub_and_test loads and stores',
    from: 'int old = atomic_fetch_sub_release(i, &r->refs);',
    to: 'int old = atomic_read(&r->refs); atomic_set(&r->refs, old - i);',
    ops: ['dec_and_test', 'sub_and_test'],
    isRace: true,
  },
  {
    about: 'add loads and stores',
    from: 'int old = atomic_fetch_add_relaxed(i, &r->refs);',
    to: 'int old = atomic_read(&r->refs); atomic_set(&r->refs, old + i);',
    ops: ['add', 'inc'],
    isRace: true,
  },
  {
    about: 'add_not_zero adds to what is there by then',
    from: LOOP_OF_ADD_NOT_ZERO,
    to: 'if (old != 0)\n\t\tatomic_fetch_add_relaxed(i, &r->refs);',
    ops: ['add_not_zero', 'inc_not_zero'],
    isRace: true,
  },
  // Of these two, add_not_zero(-1) parts at 0 alone as well.
  {
    about: 'add_not_zero returns where there is nothing, and adds to what is there by then',
    from: LOOP_OF_ADD_NOT_ZERO,
    to: 'if (old == 0)\n\t\treturn false;\n\tatomic_fetch_add_relaxed(i, &r->refs);',
    ops: ['add_not_zero', 'inc_not_zero'],
    isRace: true,
  },
  {
    about: 'add_not_zero looks for 0 once, and not again when another was quicker',
    from: LOOP_OF_ADD_NOT_ZERO,
    to: 'if (old == 0)\n\t\treturn false;\n\twhile (!atomic_try_cmpxchg_relaxed(&r->refs, &old, old + i))\n\t\t;',
    ops: ['add_not_zero', 'inc_not_zero'],
    isRace: true,
  },
];

function edited(...defects: readonly Pick<Defect, 'from' | 'to'>[]): string {
  return defects.reduce((header, { from, to }) => {
    expect(header.split(from).length, `the header has no "${from}"`).toBeGreaterThan(1);
    return header.replace(from, to);
  }, HEADER);
}

let trees = 0;

/** The target of a tree whose refcount.h is this one. */
async function harnessOfTree(header: string): Promise<Harness> {
  const kernel = join(root, String(trees++));
  mkdirSync(join(kernel, 'include/linux'), { recursive: true });
  mkdirSync(join(kernel, 'lib'));
  writeFileSync(join(kernel, 'include/linux/refcount.h'), header);
  writeFileSync(join(kernel, 'lib/refcount.c'), '#include <linux/refcount.h>\n');
  return harnessOf(await readTarget(builtInFile('kernel-vs-model'), await kernelTrees({ kernel })));
}

/** The causes of everything that small programs show of it. */
async function causesOfTree(header: string): Promise<Cause[]> {
  const harness = await harnessOfTree(header);
  const causes = causesOf(harness)!;
  const found = [...shownBy(harness).values()].map((raw) => causes.causeOf(raw.divergence, raw.program));
  return [...new Map(found.map((cause) => [cause.name, cause])).values()];
}

/** Ops that do as the model's, in all of these trees but one, around a program. */
function padded({ alphabet }: Harness, { start, threads }: Program): Program {
  const read = alphabet.parse('read');
  return { start, threads: [...threads.map((calls) => [read, ...calls, read]), [read, read]] };
}

describe('of a large program, without anything being decided', () => {
  test.each(
    oneIn(3, DEFECTS),
  )(`the likely cause is the cause, or none, ${sampleOf(3)}: $about`, async (defect) => {
    const harness = await harnessOfTree(edited(defect));
    const causes = causesOf(harness)!;
    let told = 0;
    for (const { divergence, program } of shownBy(harness).values()) {
      const likely = causes.likelyCause(divergence, padded(harness, program));
      if (!likely) continue;
      told++;
      expect(likely.name, `${signatureOf(divergence)} in ${formatProgram(harness, program)}`).toBe(
        causes.causeOf(divergence, program).name,
      );
    }
    expect(told).toBeGreaterThan(0);
  });
});

describe(`a kernel tree with one defect has one cause, ${sampleOf(3)}`, () => {
  test.each(oneIn(3, DEFECTS))('$about', async (defect) => {
    const causes = await causesOfTree(edited(defect));
    expect(causes.map(({ name }) => name)).toHaveLength(1);
    expect(causes[0]!.ops).toEqual(expect.arrayContaining([...defect.ops]));
    expect(causes[0]!.alone === undefined).toBe(defect.isRace === true);
  });
});

test('two defects are two causes, in two ops or in one', async () => {
  const [refusing, silent] = [DEFECTS[0]!, DEFECTS[1]!];
  const inTwo = await causesOfTree(edited(refusing, silent));
  expect(inTwo.map(({ ops }) => ops).sort()).toEqual([['dec'], ['dec_not_one']]);
  const unsaturated = DEFECTS.find(({ about }) => about === 'dec_not_one counts a saturated counter down')!;
  const refusesTwo = { from: 'if (old == 1)\n', to: 'if (old == 2)\n' };
  const inOne = await causesOfTree(edited(refusesTwo, unsaturated));
  expect(inOne.map(({ ops }) => ops)).toEqual([['dec_not_one'], ['dec_not_one']]);
});

test('what one op reads wrongly, and others begin with, is one cause; what they get wrong themselves is another', async () => {
  const reads = {
    from: '{ return (unsigned int)atomic_read(&r->refs); }',
    to: '{ return (unsigned int)atomic_read(&r->refs) & 0xffff; }',
  };
  const begins = {
    from: 'int old = atomic_read(&r->refs);\n\n\twhile',
    to: 'int old = (int)refcount_read(r);\n\n\twhile',
  };
  const [one, ...others] = await causesOfTree(edited(reads, begins, begins));
  expect(others).toEqual([]);
  expect(one!.ops).toEqual([...NOT_ZERO, 'read']);
  const refuses = { from: 'while (old != 0 && ', to: 'while (old != 0 && old != 2 && ' };
  const two = await causesOfTree(edited(reads, refuses));
  expect(two.map(({ ops }) => ops.join()).sort()).toEqual(['add_not_zero,inc_not_zero', 'read']);
});

test('a tree without a defect has none', async () => {
  expect(await causesOfTree(HEADER)).toEqual([]);
});
