import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ran, refuzz } from '../refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-kernel-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let cwd: string;
beforeEach(() => {
  cwd = join(root, String(folders++));
  mkdirSync(cwd);
});

const OWN_HEADER = readFileSync('targets/c/include/linux/refcount.h', 'utf8');

/** Three ops, so that there is little to decide. */
const SMALL_HEADER = `#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/refcount_types.h>
#define REFCOUNT_SATURATED (INT_MIN / 2)

static inline void pin(refcount_t *r, const char *why)
{
	atomic_set(&r->refs, REFCOUNT_SATURATED);
	refuzz_warn(why);
}

static inline unsigned int refcount_read(const refcount_t *r) { return atomic_read(&r->refs); }

static inline void refcount_set(refcount_t *r, int n) { atomic_set(&r->refs, n); }

static inline void refcount_dec(refcount_t *r)
{
	if (atomic_fetch_sub_release(1, &r->refs) <= 1)
		pin(r, "decrement hit 0; leaking memory");
}
#endif
`;

/** A kernel tree with nothing in it but what a counter needs. */
function tree(name: string, header: string, library = '#include <linux/refcount.h>\n'): string {
  const folder = join(cwd, name);
  mkdirSync(join(folder, 'include/linux'), { recursive: true });
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'include/linux/refcount.h'), header);
  writeFileSync(join(folder, 'lib/refcount.c'), library);
  return name;
}

/** The check of dec changed: it is content with taking the last reference. */
function broken(header: string): string {
  const changed = header.replace(/(fetch_sub_release\(1, &r->refs\)\)? |\(old )<= 1/, '$1< 1');
  expect(changed).not.toBe(header);
  return changed;
}

const check = (...args: string[]) => refuzz(['check', ...args, '--ops', '1', '--json'], { cwd });

interface Answer {
  readonly programs: number;
  readonly undecided: number;
  readonly equivalent: boolean;
  readonly divergences: readonly { op: string; boundary: string; case: string }[];
}
const answer = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1)!) as Answer;

describe('a kernel tree', () => {
  test("with refuzz's own refcount.h is equivalent to the model, windows and all", async () => {
    const ran = await check('kernel-vs-model', '--kernel', tree('own', OWN_HEADER), '--threads', '2');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain(
      'ship within 2 × 1: equivalent in both directions\ncompared: kernel/refcount against refcount/v5.5',
    );
    expect(ran.out).toContain('over 14 ops');
    expect(answer(ran)).toMatchObject({ programs: 10600, undecided: 0, equivalent: true, divergences: [] });
  });

  test('whose header lacks ops is compared over those that it has', async () => {
    const ran = await check('kernel-vs-model', '--kernel', tree('small', SMALL_HEADER), '--threads', '2');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain('over 3 ops');
    expect(answer(ran)).toMatchObject({ undecided: 0, equivalent: true });
  });

  test('that does not compile gives the words of the compiler, at their place', async () => {
    const kernel = tree('bad', SMALL_HEADER, '#include <linux/refcount.h>\n\nint n = missing;\n');
    const ran = await check('kernel-vs-model', '--kernel', kernel);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("bad/lib/refcount.c:3:9: use of undeclared identifier 'missing'");
  });

  test('that is none is refused', async () => {
    mkdirSync(join(cwd, 'empty'));
    const ran = await check('kernel-vs-model', '--kernel', 'empty');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('empty: no include/linux/refcount.h in it; is this a kernel tree?');
  });
});

describe('a target that needs a tree', () => {
  test('and is given none says how to name one', async () => {
    const ran = await check('kernel-vs-model');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('"kernel/refcount" is in a kernel tree; name one with --kernel PATH');
  });

  test('and needs another says how to name that', async () => {
    const ran = await check('kernel-vs-kernel', '--kernel', tree('small', SMALL_HEADER));
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('"against/refcount" is in a kernel tree; name one with --against PATH');
  });

  test('and is given only the other is told so', async () => {
    const ran = await check('kernel-vs-kernel', '--against', tree('small', SMALL_HEADER));
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('--against needs --kernel too');
  });
});

describe('a broken kernel', () => {
  test('differs from the model, in the op that is broken; its case replays with --kernel alone', async () => {
    const kernel = tree('broken', broken(OWN_HEADER));
    const ran = await check('kernel-vs-model', '--kernel', kernel, '--threads', '1', '--corpus', 'c');
    expect(ran.code, ran.err).toBe(1);
    const { divergences } = answer(ran);
    expect(divergences.map(({ op, boundary }) => `${op} ${boundary}`)).toEqual(['dec zero']);
    const path = divergences[0]!.case;
    expect(ran.err).toContain(`refuzz show ${path} --kernel broken`);

    const replayed = await refuzz(['replay', path, '--kernel', kernel], { cwd });
    expect(replayed.code, replayed.err).toBe(0);
    const shown = await refuzz(['show', path, '--kernel', kernel], { cwd });
    expect(shown.code, shown.err).toBe(0);
    const mended = await refuzz(['replay', path, '--kernel', tree('mended', OWN_HEADER)], { cwd });
    expect(mended.code).toBe(1);
    expect(mended.out).toContain('warnings were [], now [decrement hit 0; leaking memory]');
    const without = await refuzz(['replay', path], { cwd });
    expect(without.code).toBe(2);
    expect(without.err).toContain('the target "kernel-vs-model" needs a kernel tree; name one with --kernel');
  });

  test('differs from a sound one, of all ops in the one alone', async () => {
    const trees = ['--kernel', tree('own', OWN_HEADER), '--against', tree('broken', broken(OWN_HEADER))];
    const ran = await check('kernel-vs-kernel', ...trees, '--threads', '1');
    expect(ran.code, ran.err).toBe(1);
    expect(answer(ran).divergences).toMatchObject([{ op: 'dec', boundary: 'zero' }]);
    expect(ran.out).toMatch(
      /\nfrom own to broken, causes against atomic: none came, 1 went, none changed, \d+ stayed\n {2}went {5}dec /,
    );
    expect(answer(ran)).toMatchObject({ releases: [{ base: 'atomic', came: [], went: [{ ops: ['dec'] }] }] });
  });

  test('is equivalent to a copy of itself', async () => {
    const kernel = tree('broken', broken(SMALL_HEADER));
    cpSync(join(cwd, kernel), join(cwd, 'copy'), { recursive: true });
    const ran = await check('kernel-vs-kernel', '--kernel', kernel, '--against', 'copy', '--threads', '2');
    expect(ran.code, ran.err).toBe(0);
    expect(answer(ran)).toMatchObject({ equivalent: true, undecided: 0 });
  });
});

const archive = (release: string) => `/usr/src/linux-source-${release}.tar.xz`;
const isMissing = (release: string) => !existsSync(archive(release));

describe("Debian's kernel sources (skipped where linux-source is not installed)", () => {
  test.skipIf(isMissing('6.12'))('6.12 is equivalent to the model', async () => {
    const ran = await check('kernel-vs-model', '--kernel', archive('6.12'), '--threads', '2');
    expect(ran.code, ran.err).toBe(0);
    expect(answer(ran)).toMatchObject({ programs: 10600, undecided: 0, equivalent: true });
  });

  // It says that it was the last of 0, or fewer, when it takes as many; and it lets 0 be moved up from.
  test.skipIf(isMissing('6.1'))(
    '6.1 differs where sub_and_test takes no reference or fewer, only there',
    async () => {
      const args = ['kernel-vs-model', '--kernel', archive('6.1')];
      const textsOf = (ran: Ran) =>
        answer(ran).divergences.map((found) => readFileSync(join(cwd, found.case), 'utf8'));
      const alone = await check(...args, '--threads', '1', '--corpus', 'one');
      expect(alone.code, alone.err).toBe(1);
      expect(textsOf(alone)).not.toEqual([]);
      for (const text of textsOf(alone)) {
        const [, start, taken] = /start: (.*)\n {2}threads:\n {4}- \[sub_and_test\((.*)\)\]\n/.exec(text)!;
        expect(['0', '-1', 'INT_MIN', '0xC0000000']).toContain(start);
        expect(['0', '-1', 'INT_MIN', '0xC0000000']).toContain(taken);
      }
      // Of all that two threads show, it is one half.
      const together = await check(...args, '--threads', '2', '--corpus', 'two');
      for (const text of textsOf(together))
        expect(text).toMatch(/- \[sub_and_test\((0|-1|INT_MIN|0xC0000000)\)/);
    },
  );

  test.skipIf(isMissing('6.1') || isMissing('6.12'))(
    '6.1 says that it was the last of a saturated count, where it takes as many; 6.12 does not',
    async () => {
      const trees = ['--kernel', archive('6.1'), '--against', archive('6.12')];
      const ran = await check('kernel-vs-kernel', ...trees, '--threads', '1');
      expect(ran.code, ran.err).toBe(1);
      const found = answer(ran).divergences.find(({ boundary }) => boundary === 'saturated');
      const text = readFileSync(join(cwd, found!.case), 'utf8');
      expect(text).toContain('start: 0xC0000000\n  threads:\n    - [sub_and_test(0xC0000000)]\n');
    },
  );
});
